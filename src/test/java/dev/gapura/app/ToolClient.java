package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.RawClient;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A client of OpenAI's API, as whole-gateway tests of tools need it.
final class ToolClient {
    /// A tool of the client's.
    static final String WEATHER =
            "{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}";

    private ToolClient() {}

    /// An answer, plain or streamed, as a client puts it together.
    record Answer(JsonNode message, String reason, JsonNode usage, JsonNode gapura, String raw) {
        String content() {
            return message.path("content").asText("");
        }
    }

    /// A request for a model with one question, or with the messages among `more`.
    static String body(String model, boolean stream, String more) {
        return "{\"model\":\"" + model + "\",\"max_completion_tokens\":64,\"stream\":" + stream
                + (stream ? ",\"stream_options\":{\"include_usage\":true}" : "") + more
                + (more.contains("\"messages\"") ? "}" : ",\"messages\":[{\"role\":\"user\",\"content\":\"2+3?\"}]}");
    }

    static RawClient send(int port, String key, String body, Map<String, String> headers) {
        StringBuilder head = new StringBuilder("POST " + Ask.CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                + key + "\r\ncontent-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return RawClient.connect(port).send(head + "\r\n" + body);
    }

    static RawClient.Response post(int port, String key, String body, Map<String, String> headers) {
        try (RawClient client = send(port, key, body, headers)) {
            return client.readResponse();
        }
    }

    /// Asks with `x-gapura-details` and reads the answer, which must be whole.
    static Answer ask(TestGateway gateway, String model, boolean stream, String more, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("x-gapura-details", "true");
        return answer(post(gateway.port(), gateway.key(), body(model, stream, more), all), stream);
    }

    static Answer answer(RawClient.Response response, boolean stream) {
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        if (!stream) {
            JsonNode answer = Ask.json(response.body());
            JsonNode choice = answer.at("/choices/0");
            return new Answer(
                    choice.get("message"),
                    choice.get("finish_reason").asText(),
                    answer.get("usage"),
                    answer.path("gapura"),
                    response.text());
        }
        ClientFold fold = ClientFold.of(response.body());
        assertThat(fold.faults()).as(response.text()).isEmpty();
        assertThat(fold.done()).as(response.text()).isTrue();
        JsonNode answer = fold.answer();
        return new Answer(
                answer.at("/choices/0/message"),
                answer.at("/choices/0/finish_reason").asText(),
                answer.path("usage"),
                Objects.requireNonNullElse(fold.gapura(), JsonTree.object()),
                response.text());
    }
}
