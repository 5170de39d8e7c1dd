package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the gateway adds to a translated exchange: several answers by several calls, reasoning put back, details, and
/// the dry run. The provider is a scripted one that speaks Anthropic's language.
class TranslatedExtrasTest {
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        gateway.reload(
                "server: { access_log: \"off\" }\nproviders:\n  claude: { dialect: anthropic, base_url: \"http://127.0.0.1:"
                        + gateway.simulator().port()
                        + "\", api_key: \"sk-canary-key\" }\n  anthropic: { base_url: \"http://127.0.0.1:"
                        + gateway.simulator().port()
                        + "\", api_key: \"sk-canary-key\" }\n  groq: { base_url: \"http://127.0.0.1:"
                        + gateway.simulator().port() + "\", api_key: \"sk-canary-key\" }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String body(String more) {
        return "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":64" + more
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    private RawClient.Response post(String path, String body, Map<String, String> headers) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            StringBuilder head =
                    new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + gateway.key()
                            + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            return client.send(head + "\r\n" + body).readResponse();
        }
    }

    private RawClient.Response chat(String body) {
        return post(Ask.CHAT, body, Map.of());
    }

    private static Reply message(String content, String reason) {
        return Reply.json(
                200,
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",\"content\":["
                        + content + "],\"stop_reason\":\"" + reason
                        + "\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}");
    }

    private static Reply stream(String text) {
        return stream(text, "end_turn");
    }

    private static Reply stream(String text, String reason) {
        return Reply.stream(
                List.of(Step.Send.text("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":"
                        + "\"msg_1\",\"model\":\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n"
                        + "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                        + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                        + text
                        + "\"}}\n\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
                        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                        + reason + "\"},\"usage\":{\"output_tokens\":2}}\n\n"
                        + "data: {\"type\":\"message_stop\"}\n\n")));
    }

    private static Reply numbered(AtomicInteger calls, SimRequest request) {
        String text = "answer " + calls.incrementAndGet();
        return request.text().contains("\"stream\":true")
                ? stream(text)
                : message("{\"type\":\"text\",\"text\":\"" + text + "\"}", "end_turn");
    }

    @Test
    void severalAnswersAreSeveralCalls() {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator().answerWith(request -> numbered(calls, request));
        RawClient.Response response = chat(body(",\"n\":3"));
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        JsonNode answer = Ask.json(response.body());
        assertThat(answer.get("choices")).hasSize(3);
        for (int choice = 0; choice < 3; choice++) {
            assertThat(answer.at("/choices/" + choice + "/index").asInt()).isEqualTo(choice);
            assertThat(answer.at("/choices/" + choice + "/message/content").asText())
                    .startsWith("answer ");
            assertThat(answer.at("/choices/" + choice + "/finish_reason").asText())
                    .isEqualTo("stop");
        }
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(15);
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(6);
        assertThat(response.header("x-gapura-attempts")).isEqualTo("3");
        assertThat(response.header("x-gapura-params")).contains("n=emulated");
        assertThat(gateway.simulator().requestCount()).isEqualTo(3);
    }

    @Test
    void theTextAtWhichAnAnswerStoppedIsTold() {
        for (boolean stream : new boolean[] {false, true}) {
            String told = "stop_sequence\",\"stop_sequence\":\"é\\n#";
            gateway.simulator()
                    .answerWith(request ->
                            stream ? stream("a", told) : message("{\"type\":\"text\",\"text\":\"a\"}", told));
            RawClient.Response response = chat(body(",\"stop\":[\"x\"],\"n\":2,\"stream\":" + stream));
            JsonNode answer = stream ? Ask.read(response).chunks().getLast() : Ask.json(response.body());
            assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(answer.at("/choices/0/native_finish_reason").asText()).isEqualTo("stop_sequence");
            assertThat(answer.at("/choices/0/native_stop_sequence").asText()).isEqualTo("é\n#");
        }
    }

    @Test
    void severalStreamsAreOne() {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator().answerWith(request -> numbered(calls, request));
        RawClient.Response response =
                chat(body(",\"n\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        Ask.Read read = Ask.read(response);
        assertThat(read.done()).isTrue();
        for (int choice = 0; choice < 2; choice++) {
            StringBuilder text = new StringBuilder();
            int finished = 0;
            for (JsonNode chunk : read.chunks()) {
                if (chunk.at("/choices/0/index").asInt(-1) == choice) {
                    text.append(chunk.at("/choices/0/delta/content").asText(""));
                    finished += chunk.at("/choices/0/finish_reason").isTextual() ? 1 : 0;
                }
            }
            assertThat(text.toString()).startsWith("answer ");
            assertThat(finished).isEqualTo(1);
        }
        assertThat(read.chunks().getLast().at("/usage/prompt_tokens").asInt()).isEqualTo(10);
    }

    @Test
    void severalAnswersOfAProviderThatIsRelayedOtherwise() {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator().answerWith(request -> {
            String text = "answer " + calls.incrementAndGet();
            return request.text().contains("\"stream\":true")
                    ? Reply.stream(List.of(Step.Send.text(Ask.event(Ask.ROLE) + Ask.event(Ask.text(text))
                            + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")))
                    : Reply.json(
                            200,
                            "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                    + "\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                                    + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}");
        });
        String body = "{\"model\":\"groq/llama\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
        RawClient.Response plain = chat(body + "}");
        assertThat(plain.status()).as(plain.text()).isEqualTo(200);
        assertThat(Ask.json(plain.body()).get("choices")).hasSize(2);
        assertThat(Ask.json(plain.body()).at("/usage/prompt_tokens").asInt()).isEqualTo(8);
        assertThat(plain.header("x-gapura-params")).isEqualTo("n=emulated(2 calls)");
        assertThat(gateway.simulator().requests().getLast().text()).doesNotContain("\"n\"");
        Ask.Read stream = Ask.read(chat(body + ",\"stream\":true}"));
        assertThat(stream.done()).isTrue();
        assertThat(stream.chunks().stream()
                        .filter(chunk -> chunk.at("/choices/0/finish_reason").isTextual())
                        .map(chunk -> chunk.at("/choices/0/index").asInt()))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void oneFailureOfSeveralFailsAll() {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> calls.incrementAndGet() == 2
                        ? Reply.json(
                                529,
                                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}")
                        : Replies.silence());
        RawClient.Response response = chat(body(",\"n\":3"));
        assertThat(response.status()).as(response.text()).isEqualTo(503);
    }

    @Test
    void tooManyAnswersAreRefusedWithoutACall() {
        RawClient.Response response = chat(body(",\"n\":9"));
        assertThat(response.status()).isEqualTo(400);
        assertThat(Ask.error(response).get("param").asText()).isEqualTo("n");
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void signedThoughtsComeBackThoughTheClientLosesThem() {
        gateway.simulator()
                .answerWith(request -> request.text().contains("tool_result")
                        ? message("{\"type\":\"text\",\"text\":\"sunny\"}", "end_turn")
                        : message(
                                "{\"type\":\"thinking\",\"thinking\":\"look it up\",\"signature\":\"c2ln\"},"
                                        + "{\"type\":\"tool_use\",\"id\":\"toolu_9\",\"name\":\"weather\",\"input\":{\"city\":\"Solo\"}}",
                                "tool_use"));
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}]";
        JsonNode first = Ask.json(chat(body(tools)).body());
        assertThat(first.at("/choices/0/message/tool_calls/0/id").asText()).isEqualTo("toolu_9");
        assertThat(first.at("/choices/0/message/reasoning_details/0/signature").asText())
                .isEqualTo("c2ln");
        // Only OpenAI's own members go back.
        String second = "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":64" + tools
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":"
                + first.at("/choices/0/message/tool_calls")
                + "},{\"role\":\"tool\",\"tool_call_id\":\"toolu_9\",\"content\":\"31 degrees\"}]}";
        assertThat(chat(second).status()).isEqualTo(200);
        JsonNode sent = Ask.json(gateway.simulator().requests().getLast().body());
        assertThat(sent.at("/messages/1/content/0/type").asText()).isEqualTo("thinking");
        assertThat(sent.at("/messages/1/content/0/signature").asText()).isEqualTo("c2ln");
        assertThat(sent.at("/messages/1/content/1/type").asText()).isEqualTo("tool_use");
    }

    @Test
    void anErrorAsTheFirstEventIsAStatus() {
        String error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                + "\"Overloaded\"}}\n\n";
        gateway.simulator().answerWith(request -> Reply.stream(List.of(Step.Send.text(error))));
        RawClient.Response response = chat(body(",\"stream\":true"));
        assertThat(response.status()).as(response.text()).isEqualTo(503);
        assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
    }

    @Test
    void callsWithoutAnswersAreRefusedWithoutACall() {
        String open =
                "{\"model\":\"claude/claude-sonnet-4-5\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":"
                        + "\"Hi\"},{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"toolu_1\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"user\",\"content\":\"And?\"}]}";
        RawClient.Response refused = chat(open);
        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(Ask.error(refused).get("param").asText()).isEqualTo("messages[1].tool_calls");
        assertThat(gateway.simulator().requestCount()).isZero();
        gateway.simulator().answerWith(request -> message("{\"type\":\"text\",\"text\":\"so\"}", "end_turn"));
        RawClient.Response settled = post(Ask.CHAT, open, Map.of("x-gapura-unsupported", "messages=strip"));
        assertThat(settled.status()).as(settled.text()).isEqualTo(200);
        assertThat(settled.header("x-gapura-params")).contains("messages=stripped(messages[1].tool_calls)");
        JsonNode sent = Ask.json(gateway.simulator().requests().getLast().body());
        assertThat(sent.at("/messages/2/content/0/is_error").asBoolean()).isTrue();
        assertThat(sent.at("/messages/2/content/0/tool_use_id").asText()).isEqualTo("toolu_1");
    }

    @Test
    void membersThatNobodyReadsAreTold() {
        gateway.simulator().answerWith(request -> numbered(new AtomicInteger(), request));
        String odd = body("").replace("\"content\":\"Hi\"", "\"content\":\"Hi\",\"fresh\":1");
        RawClient.Response told = chat(odd);
        assertThat(told.status()).as(told.text()).isEqualTo(200);
        assertThat(told.header("x-gapura-params")).contains("messages=stripped(messages[0].fresh)");
        RawClient.Response refused = post(Ask.CHAT, odd, Map.of("x-gapura-unsupported", "messages=reject"));
        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(Ask.error(refused).get("param").asText()).isEqualTo("messages[0].fresh");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void detailsAreToldOnRequest() {
        gateway.simulator().answerWith(request -> numbered(new AtomicInteger(), request));
        Map<String, String> wanted = Map.of("x-gapura-details", "true");
        JsonNode plain = Ask.json(post(Ask.CHAT, body(",\"seed\":7"), wanted).body());
        assertThat(plain.at("/gapura/provider").asText()).isEqualTo("claude");
        assertThat(plain.at("/gapura/params").toString()).contains("\"field\":\"seed\",\"verdict\":\"stripped\"");
        Ask.Read stream = Ask.read(post(Ask.CHAT, body(",\"stream\":true"), wanted));
        assertThat(stream.done()).isTrue();
        assertThat(stream.chunks().getLast().at("/gapura/timings/total_ms").isNumber())
                .isTrue();
        assertThat(chat(body("")).text()).doesNotContain("gapura\":");
    }

    @Test
    void theCostOfAKnownModelIsTold() {
        gateway.simulator().answerWith(request -> numbered(new AtomicInteger(), request));
        String body = body("").replace("claude/claude-", "anthropic/claude-");
        RawClient.Response plain = post(Ask.CHAT, body, Map.of("x-gapura-details", "true"));
        // 5 tokens at 3 dollars a million and 2 at 15.
        assertThat(plain.header("x-gapura-cost-usd")).isEqualTo("0.000045");
        assertThat(Ask.json(plain.body()).at("/gapura/cost_usd").decimalValue()).isEqualByComparingTo("0.000045");
        JsonNode told = Ask.json(post(Ask.CHAT + ":explain", body, Map.of()).body());
        assertThat(told.at("/price_usd/min").decimalValue()).isPositive();
        assertThat(told.at("/price_usd/max").decimalValue())
                .isGreaterThan(told.at("/price_usd/min").decimalValue());
        assertThat(chat(body("")).head().headers()).doesNotContainKey("x-gapura-cost-usd");
    }

    @Test
    void detailsAreToldOfRelayedAnswersToo() {
        Map<String, String> wanted = Map.of("x-gapura-details", "true");
        JsonNode plain = Ask.json(
                post(Ask.CHAT, Ask.body("sim/echo", false, "hello"), wanted).body());
        assertThat(plain.at("/choices/0/message/content").asText()).isEqualTo("hello");
        assertThat(plain.at("/gapura/provider").asText()).isEqualTo("sim");
        assertThat(plain.at("/gapura/params/0/verdict").asText()).isEqualTo("passed");
        Ask.Read stream = Ask.read(post(Ask.CHAT, Ask.body("sim/echo", true, "hello"), wanted));
        assertThat(stream.done()).isTrue();
        JsonNode last = stream.chunks().getLast();
        assertThat(last.at("/gapura/model").asText()).isEqualTo("echo");
        assertThat(last.at("/gapura/timings/first_token_ms").isNumber()).isTrue();
        assertThat(plain.at("/gapura/timings/first_token_ms").isNumber()).isTrue();
        for (String member : List.of("id", "model", "created")) {
            assertThat(last.get(member))
                    .as(member)
                    .isEqualTo(stream.chunks().getFirst().get(member));
        }
    }

    @Test
    void theDryRunTellsWhatWouldBeSent() {
        JsonNode told = Ask.json(post(Ask.CHAT + ":explain", body(",\"stop\":\"END\",\"seed\":7"), Map.of())
                .body());
        assertThat(told.at("/route/dialect").asText()).isEqualTo("anthropic");
        assertThat(told.at("/upstream/path").asText()).isEqualTo("/v1/messages");
        assertThat(told.at("/upstream/headers/x-api-key").asText()).isEqualTo("***");
        assertThat(told.at("/upstream/body/stop_sequences/0").asText()).isEqualTo("END");
        assertThat(told.at("/tokens/prompt_estimate").asInt()).isBetween(5, 20);
        assertThat(told.at("/tokens/completion_max").asInt()).isEqualTo(64);
        assertThat(told.toString())
                .contains("stripped")
                .doesNotContain("canary")
                .doesNotContain("127.0.0.1");
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void theDryRunOfARelayedRequest() {
        JsonNode told = Ask.json(post(Ask.CHAT + ":explain", Ask.body("sim/echo", true, "hello"), Map.of())
                .body());
        assertThat(told.at("/route/relayed").asBoolean()).isTrue();
        assertThat(told.at("/upstream/body/model").asText()).isEqualTo("echo");
        assertThat(gateway.simulator().requestCount()).isZero();
    }
}
