package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Turns that Anthropic pauses while it runs a tool of its own: the gateway sends the turn back and the client sees one
/// answer. Written from documentation: no recording has a paused turn.
class PausedTurnsTest {
    private static final String SEARCHING =
            "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"rain\"}}";

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        gateway.reload("server: { access_log: \"off\" }\nproviders:\n  claude: { dialect: anthropic, base_url: "
                + "\"http://127.0.0.1:" + gateway.simulator().port() + "\", api_key: \"sk-canary-key\" }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Response chat(boolean stream, String more) {
        String body = "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":64,\"web_search_options\":{},\"stream\":"
                + stream + more + ",\"messages\":[{\"role\":\"user\",\"content\":\"Rain?\"}]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.send("POST " + Ask.CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + gateway.key()
                            + "\r\nx-gapura-details: true\r\ncontent-type: application/json\r\ncontent-length: "
                            + body.length() + "\r\n\r\n" + body)
                    .readResponse();
        }
    }

    private static String text(String words) {
        return "{\"type\":\"text\",\"text\":\"" + words + "\"}";
    }

    /// The same turn as a plain answer or as a stream, as it was asked for.
    private static Reply turn(SimRequest request, String reason, String... blocks) {
        String head = "\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\"";
        if (!request.text().contains("\"stream\":true")) {
            return Reply.json(
                    200,
                    "{" + head + ",\"content\":[" + String.join(",", blocks) + "],\"stop_reason\":\"" + reason
                            + "\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}");
        }
        StringBuilder events = new StringBuilder("data: {\"type\":\"message_start\",\"message\":{" + head
                + ",\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n");
        for (int index = 0; index < blocks.length; index++) {
            JsonNode block = Ask.json(blocks[index]);
            String words = block.path("text").asText();
            String start = words.isEmpty() ? blocks[index] : "{\"type\":\"text\",\"text\":\"\"}";
            events.append("data: {\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + start
                    + "}\n\n");
            if (!words.isEmpty()) {
                events.append("data: {\"type\":\"content_block_delta\",\"index\":" + index
                        + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + words + "\"}}\n\n");
            }
            events.append("data: {\"type\":\"content_block_stop\",\"index\":" + index + "}\n\n");
        }
        events.append("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                + "\"},\"usage\":{\"output_tokens\":2}}\n\ndata: {\"type\":\"message_stop\"}\n\n");
        return Reply.stream(List.of(Step.Send.text(events.toString()), new Step.End()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPausedTurnIsContinuedAndTheClientSeesOneAnswer(boolean stream) {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> calls.incrementAndGet() == 1
                        ? turn(request, "pause_turn", text("Let me look. "), SEARCHING)
                        : turn(request, "end_turn", text("It rains.")));
        RawClient.Response response =
                chat(stream, ",\"stream_options\":{\"include_usage\":true}".repeat(stream ? 1 : 0));
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        JsonNode usage;
        JsonNode details;
        if (stream) {
            Ask.Read read = Ask.read(response);
            assertThat(read.done()).isTrue();
            StringBuilder said = new StringBuilder();
            read.chunks()
                    .forEach(chunk ->
                            said.append(chunk.at("/choices/0/delta/content").asText("")));
            assertThat(said.toString()).isEqualTo("Let me look. It rains.");
            assertThat(read.chunks().stream()
                            .filter(chunk ->
                                    chunk.at("/choices/0/finish_reason").isTextual())
                            .map(chunk -> chunk.at("/choices/0/finish_reason").asText()))
                    .containsExactly("stop");
            assertThat(read.chunks().stream()
                            .filter(chunk -> chunk.at("/choices/0/delta").has("role")))
                    .hasSize(1);
            usage = read.chunks().getLast().get("usage");
            details = read.chunks().getLast().get("gapura");
        } else {
            JsonNode answer = Ask.json(response.body());
            assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Let me look. It rains.");
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            usage = answer.get("usage");
            details = answer.get("gapura");
        }
        assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(10);
        assertThat(usage.get("completion_tokens").asInt()).isEqualTo(4);
        assertThat(details.get("attempts").asInt()).isEqualTo(2);
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
        JsonNode sent = Ask.json(gateway.simulator().requests().getLast().body());
        assertThat(sent.get("messages")).hasSize(2);
        assertThat(sent.at("/messages/1/role").asText()).isEqualTo("assistant");
        assertThat(sent.at("/messages/1/content/0")).isEqualTo(Ask.json(text("Let me look. ")));
        assertThat(sent.at("/messages/1/content/1")).isEqualTo(Ask.json(SEARCHING));
        assertThat(sent.get("tools"))
                .isEqualTo(Ask.json(gateway.simulator().requests().getFirst().body())
                        .get("tools"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProviderThatPausesForEverIsStopped(boolean stream) {
        gateway.simulator().answerWith(request -> turn(request, "pause_turn", text("and "), SEARCHING));
        RawClient.Response response = chat(stream, "");
        List<JsonNode> pieces = stream ? Ask.read(response).chunks() : List.of(Ask.json(response.body()));
        assertThat(pieces.stream()
                        .map(piece -> piece.at("/choices/0/finish_reason"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText))
                .containsExactly("length");
        assertThat(pieces.getLast().at("/gapura/stopped_by").asText()).isEqualTo("max_steps");
        assertThat(gateway.simulator().requestCount()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusalOfTheSecondCallIsAFailureAndNoEnd(boolean stream) {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(
                        request -> calls.incrementAndGet() == 1
                                ? turn(request, "pause_turn", text("Let me look."), SEARCHING)
                                : Reply.json(
                                        529,
                                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
        RawClient.Response response = chat(stream, "");
        if (stream) {
            Ask.Read read = Ask.read(response);
            assertThat(read.done()).isFalse();
            assertThat(response.text()).contains("\"error\"").contains("unavailable_error");
        } else {
            assertThat(response.status()).isEqualTo(503);
        }
    }

    @Test
    void theFirstRefusalIsAStatus() {
        gateway.simulator()
                .answerWith(request -> Reply.json(
                        429,
                        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}"));
        assertThat(chat(true, "").status()).isEqualTo(429);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void severalAnswersMayEachBePaused() {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> request.text().contains("server_tool_use")
                        ? turn(request, "end_turn", text("It rains."))
                        : turn(request, "pause_turn", text("Look " + calls.incrementAndGet() + ". "), SEARCHING));
        JsonNode answer = Ask.json(chat(false, ",\"n\":2").body());
        assertThat(answer.get("choices")).hasSize(2);
        answer.get("choices")
                .forEach(choice ->
                        assertThat(choice.at("/message/content").asText()).matches("Look [12]\\. It rains\\."));
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(20);
        assertThat(answer.at("/gapura/attempts").asInt()).isEqualTo(4);
        Ask.Read stream = Ask.read(chat(true, ",\"n\":2"));
        assertThat(stream.done()).isTrue();
        assertThat(gateway.simulator().requestCount()).isEqualTo(8);
    }
}
