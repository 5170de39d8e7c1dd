package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tools that run on the gateway, in one answer with what the model says: for a provider that is relayed and for one
/// that is translated, plain and streamed. The model is scripted.
class ServerToolsTest {
    private static final String SERVER_CALC = ",\"tools\":[{\"type\":\"server\",\"name\":\"calc\"}]";
    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        configure("");
    }

    private void configure(String more) {
        String address = "base_url: \"http://127.0.0.1:" + gateway.simulator().port();
        gateway.reload("server: { access_log: \"off\" }\nproviders:\n  anthropic: { " + address
                + "\", api_key: canary }\n  local: { dialect: openai_chat, " + address
                + "/v1\" }\ntools:\n  calc: { kind: builtin, name: calculator, price_usd: 0.002 }\n"
                + "  now: { kind: builtin, name: current_time }\n"
                + "auth:\n  keys:\n    - { name: narrow, key: narrow-key-0123456789, tools: [now] }\n"
                + "    - { name: offered, key: offered-key-0123456789, offer: [calc] }\n" + more);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /// The turns of the model, by how many results of tools the request holds.
    private void model(String dialect, Function<JsonNode, ModelTurn> script) {
        gateway.simulator().answerWith(request -> {
            JsonNode asked = Ask.json(request.body());
            return script.apply(asked).reply(dialect, asked.path("stream").asBoolean());
        });
    }

    private static int results(JsonNode asked) {
        return asked.toString().split("\"role\":\"tool\"|\"tool_result\"", -1).length - 1;
    }

    private RawClient.Response post(String body, Map<String, String> headers, String key) {
        return ToolClient.post(gateway.port(), key, body, headers);
    }

    private static String body(String dialect, boolean stream, String more) {
        return ToolClient.body(dialect.equals("anthropic") ? "anthropic/claude-sonnet-4-5" : "local/m", stream, more);
    }

    private ToolClient.Answer ask(String dialect, boolean stream, String more, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("x-gapura-details", "true");
        return ToolClient.answer(post(body(dialect, stream, more), all, gateway.key()), stream);
    }

    @ParameterizedTest
    @CsvSource({"openai_chat,false", "openai_chat,true", "anthropic,false", "anthropic,true"})
    void theModelGetsTheResultAndTheClientSeesOneAnswer(String dialect, boolean stream) {
        model(
                dialect,
                asked -> results(asked) == 0
                        ? ModelTurn.says("Let me see.").calling("call_1", "calc", "{\"expression\":\"2 + 3\"}")
                        : ModelTurn.says("It is 5."));
        RawClient.Response response =
                post(body(dialect, stream, SERVER_CALC), Map.of("x-gapura-details", "true"), gateway.key());
        // The head of a stream may go out before the second call.
        assertThat(response.header("x-gapura-attempts")).matches(stream ? "[12]" : "2");
        ToolClient.Answer answer = ToolClient.answer(response, stream);
        assertThat(answer.gapura().at("/timings/first_token_ms").isNumber()).isTrue();
        assertThat(answer.message().get("content").asText()).isEqualTo("Let me see.\n\nIt is 5.");
        assertThat(answer.message().has("tool_calls")).isFalse();
        assertThat(answer.reason()).isEqualTo("stop");
        assertThat(answer.usage().get("prompt_tokens").asInt()).isEqualTo(20);
        assertThat(answer.usage().get("completion_tokens").asInt()).isEqualTo(10);
        JsonNode run = answer.gapura().at("/tools/0");
        assertThat(run.get("name").asText()).isEqualTo("calc");
        assertThat(run.get("status").asText()).isEqualTo("ok");
        assertThat(run.get("arguments").asText()).isEqualTo("{\"expression\":\"2 + 3\"}");
        assertThat(run.get("cost_usd").decimalValue()).isEqualByComparingTo("0.002");
        assertThat(answer.gapura().get("attempts").asInt()).isEqualTo(2);
        assertThat(answer.gapura().get("turns")).hasSize(2);
        assertThat(answer.raw()).doesNotContain("call_1\",\"type\"");
        String second = gateway.simulator().requests().getLast().text();
        assertThat(second).contains("call_1").contains("Let me see.").contains("\"5\"");
        assertThat(Ask.json(gateway.simulator().requests().getFirst().body()).toString())
                .contains("\"calc\"");
    }

    @ParameterizedTest
    @CsvSource({"openai_chat,false", "openai_chat,true", "anthropic,false", "anthropic,true"})
    void callsOfBothKindsInOneTurnComeTogetherAgain(String dialect, boolean stream) {
        model(
                dialect,
                asked -> results(asked) == 0
                        ? ModelTurn.says("")
                                .calling("call_a", "weather", "{\"city\":\"Solo\"}")
                                .calling("call_b", "calc", "{\"expression\":\"6*7\"}")
                        : ModelTurn.says("Sunny, and 42."));
        String tools = ",\"tools\":[" + ToolClient.WEATHER + ",{\"type\":\"server\",\"name\":\"calc\"}]";
        ToolClient.Answer first = ask(dialect, stream, tools, Map.of());
        assertThat(first.reason()).isEqualTo("tool_calls");
        assertThat(first.message().get("tool_calls")).hasSize(1);
        JsonNode call = first.message().at("/tool_calls/0");
        assertThat(call.at("/function/name").asText()).isEqualTo("weather");
        assertThat(call.at("/function/arguments").asText()).isEqualTo("{\"city\":\"Solo\"}");
        assertThat(call.get("id").asText()).startsWith("call_gapura_");
        assertThat(first.gapura().at("/tools/0/name").asText()).isEqualTo("calc");
        String messages = ",\"messages\":[{\"role\":\"user\",\"content\":\"both\"}," + first.message()
                + ",{\"role\":\"tool\",\"tool_call_id\":\"" + call.get("id").asText()
                + "\",\"content\":\"31 degrees\"}]";
        ToolClient.Answer second = ask(dialect, stream, tools + messages, Map.of());
        assertThat(second.message().get("content").asText()).isEqualTo("Sunny, and 42.");
        String sent = gateway.simulator().requests().getLast().text();
        assertThat(sent)
                .contains("call_a")
                .contains("call_b")
                .contains("31 degrees")
                .contains("\"42\"")
                .doesNotContain("call_gapura_");
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
        RawClient.Response other = post(body(dialect, stream, tools + messages), Map.of(), "offered-key-0123456789");
        assertThat(other.status()).isEqualTo(400);
        assertThat(Ask.error(other).get("code").asText()).isEqualTo("server_tool_results_lost");
    }

    @ParameterizedTest
    @CsvSource({"openai_chat,false", "openai_chat,true", "anthropic,false", "anthropic,true"})
    void onlyCallsOfTheClientEndTheAnswer(String dialect, boolean stream) {
        model(dialect, asked -> ModelTurn.says("Hm.").calling("call_a", "weather", "{}"));
        ToolClient.Answer answer =
                ask(dialect, stream, ",\"tools\":[" + ToolClient.WEATHER + "]", Map.of("x-gapura-tools", "calc, now"));
        assertThat(answer.reason()).isEqualTo("tool_calls");
        assertThat(answer.message().at("/tool_calls/0/id").asText()).isEqualTo("call_a");
        assertThat(answer.message().get("content").asText()).isEqualTo("Hm.");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        assertThat(gateway.simulator().requests().getFirst().text())
                .contains("\"calc\"")
                .contains("\"now\"");
    }

    @Test
    void faultsAreToldToTheModelNotToTheClient() {
        AtomicInteger turns = new AtomicInteger();
        model("openai_chat", asked -> switch (turns.incrementAndGet()) {
            case 1 -> ModelTurn.says("").calling("c1", "calc", "{\"expresion\":\"1\"}");
            case 2 -> ModelTurn.says("").calling("c2", "erase_disk", "{}");
            case 3 -> ModelTurn.says("").calling("c3", "calc", "{\"expression\":\"1/0\"}");
            default -> ModelTurn.says("I give up.");
        });
        ToolClient.Answer answer = ask("openai_chat", false, SERVER_CALC, Map.of());
        assertThat(answer.message().get("content").asText()).isEqualTo("I give up.");
        assertThat(answer.gapura().get("tools").findValuesAsText("status"))
                .containsExactly("invalid_arguments", "not_offered", "failed");
        String last = gateway.simulator().requests().getLast().text();
        assertThat(last)
                .contains("do not follow the tool's schema: the arguments: ")
                .contains("There is no tool 'erase_disk'")
                .contains("Division by zero");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aLimitEndsTheAnswerAndSaysWhich(boolean stream) {
        configure("limits: { max_steps: 3, max_repeats: 2 }\n");
        AtomicInteger turns = new AtomicInteger();
        model(
                "openai_chat",
                asked -> ModelTurn.says("again")
                        .calling("c" + turns.incrementAndGet(), "calc", "{\"expression\":\"1\"}"));
        ToolClient.Answer answer = ask("openai_chat", stream, SERVER_CALC, Map.of());
        assertThat(answer.reason()).isEqualTo("length");
        assertThat(answer.gapura().get("stopped_by").asText()).isEqualTo("max_steps");
        assertThat(answer.message().get("content").asText()).isEqualTo("again\n\nagain\n\nagain");
        assertThat(gateway.simulator().requestCount()).isEqualTo(3);
        configure("limits: { max_tool_calls: 1 }\n");
        assertThat(ask("openai_chat", stream, SERVER_CALC, Map.of())
                        .gapura()
                        .get("stopped_by")
                        .asText())
                .isEqualTo("max_tool_calls");
        configure("limits: { max_tool_tokens: 10 }\n");
        assertThat(ask("openai_chat", stream, SERVER_CALC, Map.of())
                        .gapura()
                        .get("stopped_by")
                        .asText())
                .isEqualTo("max_tool_tokens");
        configure("limits: { max_steps: 4, max_repeats: 1 }\n");
        assertThat(ask("openai_chat", stream, SERVER_CALC, Map.of())
                        .gapura()
                        .get("tools")
                        .findValuesAsText("status"))
                .containsExactly("ok", "repeated", "repeated");
    }

    @Test
    void commentsTellOfToolsWhileTheyRun() {
        model(
                "openai_chat",
                asked -> results(asked) == 0
                        ? ModelTurn.says("").calling("c1", "calc", "{\"expression\":\"1\"}")
                        : ModelTurn.says("one"));
        String raw = ask("openai_chat", true, SERVER_CALC, Map.of("x-gapura-tool-events", "true"))
                .raw();
        assertThat(raw).contains(": gapura.tool {\"name\":\"calc\",\"id\":\"c1\",\"state\":\"started\"}");
        assertThat(raw)
                .containsPattern(
                        ": gapura\\.tool \\{\"name\":\"calc\",\"id\":\"c1\",\"state\":\"finished\",\"ms\":\\d+}");
        assertThat(ask("openai_chat", true, SERVER_CALC, Map.of()).raw()).doesNotContain("gapura.tool");
    }

    @Test
    void whoMayHaveWhat() {
        model("openai_chat", asked -> ModelTurn.says("ok"));
        RawClient.Response forbidden = post(body("openai_chat", false, SERVER_CALC), Map.of(), "narrow-key-0123456789");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(Ask.error(forbidden).get("param").asText()).isEqualTo("tools[0].name");
        RawClient.Response unknown =
                post(body("openai_chat", false, ""), Map.of("x-gapura-tools", "wether"), "narrow-key-0123456789");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(Ask.error(unknown).get("message").asText())
                .contains("'wether'")
                .contains("This key may use: now.");
        assertThat(gateway.simulator().requestCount()).isZero();
        post(body("openai_chat", false, ""), Map.of("x-gapura-tools", "all"), "narrow-key-0123456789");
        assertThat(gateway.simulator().requests().getLast().text())
                .contains("\"now\"")
                .doesNotContain("\"calc\"");
        post(body("openai_chat", false, ""), Map.of(), "offered-key-0123456789");
        assertThat(gateway.simulator().requests().getLast().text()).contains("\"calc\"");
        post(body("openai_chat", false, ""), Map.of("x-gapura-tools", "none"), "offered-key-0123456789");
        assertThat(gateway.simulator().requests().getLast().text()).doesNotContain("\"calc\"");
    }

    @Test
    void aToolOfTheClientsWithTheSameNameStaysTheClients() {
        model("openai_chat", asked -> ModelTurn.says("").calling("c1", "calc", "{\"expression\":\"1\"}"));
        String own = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"calc\",\"description\":\"mine\"}}]";
        ToolClient.Answer answer = ask("openai_chat", false, own, Map.of("x-gapura-tools", "all"));
        assertThat(answer.message().at("/tool_calls/0/function/name").asText()).isEqualTo("calc");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        JsonNode sent = Ask.json(gateway.simulator().requests().getFirst().body());
        assertThat(sent.get("tools")).hasSize(2);
        assertThat(sent.at("/tools/0/function/description").asText()).isEqualTo("mine");
    }

    @Test
    void aForcedServerToolIsCalledOnceAndThenTheModelIsFree() {
        model(
                "openai_chat",
                asked -> results(asked) == 0
                        ? ModelTurn.says("").calling("c1", "calc", "{\"expression\":\"1\"}")
                        : ModelTurn.says("one"));
        ask(
                "openai_chat",
                false,
                SERVER_CALC + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"calc\"}}",
                Map.of());
        assertThat(Ask.json(gateway.simulator().requests().getFirst().body())
                        .at("/tool_choice/function/name")
                        .asText())
                .isEqualTo("calc");
        assertThat(Ask.json(gateway.simulator().requests().getLast().body())
                        .get("tool_choice")
                        .asText())
                .isEqualTo("auto");
    }

    @Test
    void severalAnswersAreSeveralConversations() {
        model(
                "openai_chat",
                asked -> results(asked) == 0
                        ? ModelTurn.says("").calling("c1", "calc", "{\"expression\":\"1\"}")
                        : ModelTurn.says("one"));
        JsonNode answer = Ask.json(post(body("openai_chat", false, SERVER_CALC + ",\"n\":2"), Map.of(), gateway.key())
                .body());
        assertThat(answer.get("choices")).hasSize(2);
        assertThat(answer.at("/choices/1/message/content").asText()).isEqualTo("one");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(40);
        assertThat(gateway.simulator().requestCount()).isEqualTo(4);
    }

    @Test
    void theSimulatorsModelCallsEveryTool() {
        ToolClient.Answer answer = ToolClient.answer(
                post(
                        "{\"model\":\"sim/tools\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                        Map.of("x-gapura-tools", "all", "x-gapura-details", "true"),
                        gateway.key()),
                false);
        assertThat(answer.reason()).isEqualTo("stop");
        assertThat(answer.gapura().get("tools").findValuesAsText("name")).containsExactlyInAnyOrder("calc", "now");
    }
}
