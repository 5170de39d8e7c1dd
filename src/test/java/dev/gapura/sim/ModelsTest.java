package dev.gapura.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.SseReader;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the simulated models say, read over a socket.
class ModelsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String WEATHER = """
            {"type":"function","function":{"name":"weather","parameters":{"type":"object",
             "properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":2},"unit":{"enum":["C","F"]},
              "note":{"type":"string"}},"required":["city","days","unit"]}}}
            """;
    private static final String CLOCK = "{\"type\":\"function\",\"function\":{\"name\":\"clock\"}}";

    private static Vertx vertx;
    private static Simulator simulator;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        simulator = Waiting.get(Simulator.start(vertx, "secret"));
    }

    @AfterAll
    static void stop() {
        Waiting.get(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "  two\\n\\nwords \\t",
                "🦜 zwölf 中文 e\u0301",
                "",
                " ",
                "data: [DONE]\\n\\nx",
                "\\u2028\\u0000\\\""
            })
    void echoSaysTheExactText(String escaped) throws Exception {
        String text = MAPPER.readTree("\"" + escaped + "\"").textValue();
        ChatAnswer plain = ask("\"model\":\"echo\",\"messages\":[" + user(text) + "]");
        ChatAnswer stream = ask("\"model\":\"echo\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[" + user(text) + "]");

        assertThat(plain.choices().get(0).text()).isEqualTo(text);
        assertThat(plain.choices().get(0).finishReason()).isEqualTo("stop");
        assertThat(stream.choices()).isEqualTo(plain.choices());
        assertThat(stream.usage()).isEqualTo(plain.usage());
        assertThat(stream.done()).isTrue();
    }

    @Test
    void echoJoinsTextPartsOfTheLastUserMessage() {
        ChatAnswer answer = ask("\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"first\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a \"},{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"data:\"}},{\"type\":\"text\",\"text\":\"b\"}]},"
                + "{\"role\":\"assistant\",\"content\":\"no\"}]");
        assertThat(answer.choices().get(0).text()).isEqualTo("a b");
    }

    @Test
    void streamsInOpenAisOrder() throws Exception {
        RawClient.Response response = post("\"model\":\"echo\",\"stream\":true,\"stream_options\":"
                + "{\"include_usage\":true},\"messages\":[" + user("one two") + "]");
        List<JsonNode> chunks = new ArrayList<>();
        List<String> data = SseReader.dataOf(response.body());
        for (String one : data.subList(0, data.size() - 1)) {
            chunks.add(MAPPER.readTree(one));
        }

        assertThat(response.header("content-type")).isEqualTo("text/event-stream");
        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(chunks).hasSize(5);
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.path("id").asText())
                    .startsWith("chatcmpl-")
                    .isEqualTo(chunks.getFirst().path("id").asText());
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.path("created").isIntegralNumber()).isTrue();
            assertThat(chunk.path("model").asText()).isEqualTo("echo");
            assertThat(chunk.has("usage")).isTrue();
        });
        assertThat(delta(chunks.get(0)).toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
        assertThat(delta(chunks.get(1)).toString()).isEqualTo("{\"content\":\"one\"}");
        assertThat(delta(chunks.get(2)).toString()).isEqualTo("{\"content\":\" two\"}");
        assertThat(delta(chunks.get(3)).toString()).isEqualTo("{}");
        assertThat(chunks.get(3).path("choices").get(0).path("finish_reason").asText())
                .isEqualTo("stop");
        assertThat(chunks.get(4).path("choices").toString()).isEqualTo("[]");
        assertThat(chunks.get(4).path("usage").path("total_tokens").asInt()).isEqualTo(3 + 2 + 2);
    }

    @Test
    void withoutTheOptionNoUsageIsStreamed() {
        ChatAnswer answer = ask("\"model\":\"lorem\",\"stream\":true,\"messages\":[" + user("x") + "]");
        assertThat(answer.usage()).isNull();
        assertThat(answer.choices().get(0).text().split(" ")).hasSizeBetween(50, 80);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"max_tokens\":2', 'one two', length",
        "'\"max_completion_tokens\":4', 'one two three four', stop",
        "'\"max_completion_tokens\":1,\"max_tokens\":3', 'one', length",
        "'\"stop\":\"three\"', 'one two ', stop",
        "'\"stop\":[\"x\",\" two\"]', 'one', stop"
    })
    void honoursLimits(String member, String text, String finishReason) {
        for (boolean stream : new boolean[] {false, true}) {
            ChatAnswer answer = ask("\"model\":\"echo\"," + member + ",\"stream\":" + stream + ",\"messages\":["
                    + user("one two three four") + "]");
            assertThat(answer.choices().get(0).text()).isEqualTo(text);
            assertThat(answer.choices().get(0).finishReason()).isEqualTo(finishReason);
        }
    }

    @Test
    void severalChoicesAndLogprobs() {
        String request =
                "\"model\":\"echo\",\"n\":3,\"logprobs\":true,\"top_logprobs\":2,\"messages\":[" + user("a b") + "]";
        ChatAnswer plain = ask(request);
        ChatAnswer stream = ask(request + ",\"stream\":true");
        assertThat(plain.choices()).hasSize(3);
        assertThat(stream.choices()).isEqualTo(plain.choices());
        assertThat(plain.usage().path("completion_tokens").asInt()).isEqualTo(6);
        JsonNode logprobs =
                json(post(request)).path("choices").get(2).path("logprobs").path("content");
        assertThat(logprobs).hasSize(2);
        assertThat(logprobs.get(1).path("token").asText()).isEqualTo(" b");
        assertThat(logprobs.get(1).path("top_logprobs")).hasSize(2);
    }

    @Test
    void structuredAnswers() {
        String schema = "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":"
                + MAPPER.valueToTree(Map.of(
                        "type",
                        "object",
                        "required",
                        List.of("n"),
                        "properties",
                        Map.of("n", Map.of("type", "integer"))))
                + "}}";
        String request = "\"model\":\"echo\",\"messages\":[" + user("q") + "],\"response_format\":";
        assertThat(ask(request + schema).choices().get(0).text()).isEqualTo("{\"n\":1}");
        assertThat(ask(request + "{\"type\":\"json_object\"}").choices().get(0).text())
                .isEqualTo("{\"echo\":\"q\"}");
    }

    @Test
    void toolsAreCalledOnceAndTheirResultsMentioned() throws Exception {
        String start = "\"model\":\"tools\",\"tools\":[" + WEATHER + "," + CLOCK + "],\"messages\":[" + user("go");
        ChatAnswer plain = ask(start + "]");
        ChatAnswer stream = ask(start + "],\"stream\":true");

        ChatAnswer.Choice choice = plain.choices().get(0);
        assertThat(choice.finishReason()).isEqualTo("tool_calls");
        assertThat(choice.calls()).extracting(ChatAnswer.Call::name).containsExactly("weather", "clock");
        assertThat(choice.calls())
                .extracting(ChatAnswer.Call::arguments)
                .containsExactly("{\"city\":\"some city\",\"days\":2,\"unit\":\"C\"}", "{}");
        assertThat(stream.choices().get(0).calls())
                .extracting(ChatAnswer.Call::arguments)
                .isEqualTo(
                        choice.calls().stream().map(ChatAnswer.Call::arguments).toList());
        assertThat(stream.choices().get(0).finishReason()).isEqualTo("tool_calls");

        String after = start + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"sunny\"}]";
        ChatAnswer.Choice answered = ask(after).choices().get(0);
        assertThat(answered.text()).contains("sunny");
        assertThat(answered.finishReason()).isEqualTo("stop");
        assertThat(ask(after + ",\"parallel_tool_calls\":false")
                        .choices()
                        .get(0)
                        .calls())
                .extracting(ChatAnswer.Call::name)
                .containsExactly("clock");
    }

    @Test
    void toolChoiceIsHonoured() {
        String request = "\"model\":\"tools\",\"tools\":[" + WEATHER + "," + CLOCK + "],\"messages\":[" + user("go")
                + "],\"tool_choice\":";
        assertThat(ask(request + "\"none\"").choices().get(0).calls()).isEmpty();
        assertThat(ask(request + "{\"type\":\"function\",\"function\":{\"name\":\"clock\"}}")
                        .choices()
                        .get(0)
                        .calls())
                .extracting(ChatAnswer.Call::name)
                .containsExactly("clock");
        assertThat(ask(request + "\"auto\",\"parallel_tool_calls\":false")
                        .choices()
                        .get(0)
                        .calls())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                            | 400 | body",
                "[]                                                           | 400 | body",
                "{\"model\":\"echo\"}                                         | 400 | messages",
                "{\"messages\":[{\"role\":\"user\"}]}                         | 400 | model",
                "{\"model\":\"nope\",\"messages\":[{}]}                       | 404 | ",
                "{\"model\":\"echo\",\"messages\":[{}],\"n\":0}               | 400 | n",
                "{\"model\":\"echo\",\"messages\":[{}],\"stream_options\":{}} | 400 | stream_options",
                "{\"model\":\"echo\",\"messages\":[{}],\"max_tokens\":0}      | 400 | max_tokens"
            })
    void refusesWhatIsWrong(String body, int status, String param) {
        try (RawClient client = RawClient.connect(simulator.port())) {
            RawClient.Response response =
                    client.postJson("/v1/chat/completions", "secret", body).readResponse();
            assertThat(response.status()).isEqualTo(status);
            JsonNode error = json(response).path("error");
            assertThat(error.properties()).hasSize(4);
            assertThat(error.path("param").textValue()).isEqualTo(param);
        }
    }

    @Test
    void asksForItsSecretAndKnowsItsRoutes() {
        try (RawClient client = RawClient.connect(simulator.port())) {
            assertThat(client.postJson("/v1/chat/completions", "wrong", "{}")
                            .readResponse()
                            .status())
                    .isEqualTo(401);
            RawClient.Response models = client.request(
                            "GET", "/v1/models", Map.of("authorization", "Bearer secret"), new byte[0])
                    .readResponse();
            assertThat(json(models).path("data")).hasSize(5);
            assertThat(client.request("GET", "/v1/models/echo", Map.of("authorization", "Bearer secret"), new byte[0])
                            .readResponse()
                            .text())
                    .contains("\"id\":\"echo\"");
            assertThat(client.postJson("/v1/elsewhere", "secret", "{}")
                            .readResponse()
                            .status())
                    .isEqualTo(404);
            assertThat(client.request(
                                    "GET",
                                    "/v1/chat/completions",
                                    Map.of("authorization", "Bearer secret"),
                                    new byte[0])
                            .readResponse()
                            .status())
                    .isEqualTo(405);
        }
    }

    @Test
    void flakyFailsInTurn() {
        Simulator fresh = Waiting.get(Simulator.start(vertx, "secret"));
        String request = "{\"model\":\"flaky\",\"stream\":true,\"messages\":[" + user("a b c") + "]}";
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            try (RawClient client = RawClient.connect(fresh.port())) {
                RawClient.Response response = client.postJson("/v1/chat/completions", "secret", request)
                        .readResponse();
                turns.add(response.status() + (response.complete() ? "" : " cut"));
            }
        }
        assertThat(turns).containsExactly("429", "500", "200 cut", "200", "429", "500", "200 cut", "200");
        Waiting.get(fresh.close());
    }

    private static JsonNode delta(JsonNode chunk) {
        return chunk.path("choices").get(0).path("delta");
    }

    private static String user(String text) {
        return MAPPER.valueToTree(Map.of("role", "user", "content", text)).toString();
    }

    private static RawClient.Response post(String members) {
        try (RawClient client = RawClient.connect(simulator.port())) {
            return client.postJson("/v1/chat/completions", "secret", "{" + members + "}")
                    .readResponse();
        }
    }

    private static ChatAnswer ask(String members) {
        RawClient.Response response = post(members);
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        return response.header("content-type").startsWith("text/event-stream")
                ? ChatAnswer.ofStream(response.body())
                : ChatAnswer.ofJson(response.body());
    }

    private static JsonNode json(RawClient.Response response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
