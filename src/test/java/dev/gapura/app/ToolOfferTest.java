package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.testkit.McpServer;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which server tools a request gets: names that clash, patterns, choices among them, older forms of requests. The
/// model is scripted; one of the tools is an MCP server's.
class ToolOfferTest {
    private static final String OFFERED = "offered-key-0123456789";
    private static final String NARROW = "narrow-key-0123456789";

    private final Vertx vertx = Vertx.vertx();
    private McpServer server;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server = McpServer.start(vertx, McpServer.Era.STATELESS)
                .tool("search", "{\"type\":\"object\"}")
                .calls(params -> McpServer.text("found by the server"));
        gateway = TestGateway.start();
        configure("");
        Waiting.until(
                "the server's tools are there",
                () -> post("m", "", Map.of("x-gapura-tools", "docs"), gateway.key())
                                .status()
                        == 200);
    }

    private void configure(String more) {
        StringBuilder yaml = new StringBuilder("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:"
                + server.port() + "\"] }\nproviders:\n");
        String origin = "http://127.0.0.1:" + gateway.simulator().port();
        yaml.append("  local: { dialect: openai_chat, base_url: \"" + origin + "/v1\" }\n");
        for (ScriptedModel model : ScriptedModel.values()) {
            yaml.append(model.provider(origin));
        }
        yaml.append("tools:\n  docs: { kind: mcp, url: \"" + server.url() + "\" }\n")
                .append("  docs_search: { kind: builtin, name: calculator }\n")
                .append("  now: { kind: builtin, name: current_time }\n")
                .append("auth:\n  keys:\n    - { name: narrow, key: " + NARROW + ", tools: [docs_search, now] }\n")
                .append("    - { name: offered, key: " + OFFERED + ", offer: [docs_search] }\n")
                .append(more);
        gateway.reload(yaml.toString());
    }

    @AfterEach
    void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    private RawClient.Response post(String model, String more, Map<String, String> headers, String key) {
        if (model.equals("m")) {
            says(ScriptedModel.OPENAI_CHAT, ModelTurn.says("ok"));
        }
        String name = model.equals("m") ? ScriptedModel.OPENAI_CHAT.model() : model;
        return ToolClient.post(gateway.port(), key, ToolClient.body(name, false, more), headers);
    }

    private void says(ScriptedModel model, ModelTurn... turns) {
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> model.reply(request, turns[Math.min(turn.getAndIncrement(), turns.length - 1)]));
    }

    private JsonNode sent() {
        return Ask.json(gateway.simulator().requests().getLast().body());
    }

    private static JsonNode refused(RawClient.Response response, int status, String code) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        JsonNode error = Ask.error(response);
        assertThat(error.get("code").asText()).isEqualTo(code);
        return error;
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs.search, docs_search", "docs_search, docs.search", "all"})
    void toolsWhoseNamesBecomeTheSameStayApart(String header) {
        gateway.simulator().answerWith(request -> {
            String text = request.text();
            JsonNode tools = Ask.json(request.body()).get("tools");
            String calculator = name(tools, "Works out an arithmetic expression exactly.");
            String search = name(tools, "does search");
            return ScriptedModel.OPENAI_CHAT.reply(
                    request,
                    text.contains("\"role\":\"tool\"")
                            ? ModelTurn.says("Both.")
                            : ModelTurn.says("")
                                    .calling("c1", search, "{}")
                                    .calling("c2", calculator, "{\"expression\":\"6 * 7\"}"));
        });
        ToolClient.Answer answer =
                ToolClient.ask(gateway, ScriptedModel.OPENAI_CHAT.model(), true, "", Map.of("x-gapura-tools", header));
        assertThat(answer.content()).isEqualTo("Both.");
        assertThat(answer.gapura().path("tools").findValuesAsText("name"))
                .containsExactlyInAnyOrder("docs.search", "docs_search");
        JsonNode messages = sent().get("messages");
        assertThat(messages.get(messages.size() - 2).get("content").asText()).isEqualTo("found by the server");
        assertThat(messages.get(messages.size() - 1).get("content").asText()).isEqualTo("42");
        assertThat(sent().get("tools").findValuesAsText("name"))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-zA-Z0-9_-]{1,64}"));
    }

    private static String name(JsonNode tools, String description) {
        for (JsonNode tool : tools) {
            if (tool.at("/function/description").asText().equals(description)) {
                return tool.at("/function/name").asText();
            }
        }
        throw new AssertionError(description + " is not among " + tools);
    }

    @Test
    void aToolOfTheClientsKeepsTheNameThatAServerToolWouldGet() {
        String own = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"docs_search\"}}]";
        post("m", own, Map.of("x-gapura-tools", "docs.search, docs_search"), gateway.key());
        List<String> names = sent().get("tools").findValuesAsText("name");
        assertThat(names).hasSize(2).startsWith("docs_search").doesNotHaveDuplicates();
    }

    @Test
    void aToolOfAProvidersOwnTypeIsTheClients() {
        gateway.simulator()
                .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(
                        request, ModelTurn.says("").calling("c1", "bash", "{\"command\":\"ls\"}")));
        ToolClient.Answer answer = ToolClient.ask(
                gateway,
                ScriptedModel.OPENAI_CHAT.model(),
                false,
                ",\"tools\":[{\"type\":\"bash_20250124\",\"name\":\"bash\"}]",
                Map.of("x-gapura-tools", "now"));
        assertThat(answer.reason()).isEqualTo("tool_calls");
        assertThat(answer.message().at("/tool_calls/0/function/name").asText()).isEqualTo("bash");
    }

    @Test
    void aRefusedRunHasTheToolsOwnName() {
        configure("limits: { max_repeats: 1 }\n");
        says(
                ScriptedModel.OPENAI_CHAT,
                ModelTurn.says("").calling("c1", "docs_search", "{}"),
                ModelTurn.says("").calling("c2", "docs_search", "{}"),
                ModelTurn.says("Enough."));
        ToolClient.Answer answer = ToolClient.ask(
                gateway, ScriptedModel.OPENAI_CHAT.model(), false, "", Map.of("x-gapura-tools", "docs.search"));
        JsonNode runs = answer.gapura().path("tools");
        assertThat(runs.findValuesAsText("status")).containsExactly("ok", "repeated");
        assertThat(runs.findValuesAsText("name")).containsExactly("docs.search", "docs.search");
    }

    @Test
    void whatNobodyIsNamedIsToldAndNotLeftOut() {
        JsonNode error =
                refused(post("m", "", Map.of("x-gapura-tools", "now, dosc.*"), gateway.key()), 400, "unknown_tool");
        assertThat(error.get("message").asText()).contains("'dosc.*'").contains("docs.search, docs_search, now");
        assertThat(error.get("param").asText()).isEqualTo("x-gapura-tools");
        refused(
                post("m", ",\"tools\":[{\"type\":\"server\",\"name\":\"dosc.*\"}]", Map.of(), gateway.key()),
                400,
                "unknown_tool");
        refused(post("m", "", Map.of("x-gapura-tools", "docs.*"), NARROW), 403, "tool_not_allowed");
        refused(post("m", "", Map.of("x-gapura-tools", "docs"), NARROW), 403, "tool_not_allowed");
        assertThat(post("m", "", Map.of("x-gapura-tools", "all"), NARROW).status())
                .isEqualTo(200);
        assertThat(sent().get("tools").findValuesAsText("name")).containsExactly("docs_search", "now");
        assertThat(post("m", "", Map.of("x-gapura-tools", "d*"), NARROW).status())
                .isEqualTo(200);
        assertThat(sent().get("tools").findValuesAsText("name")).containsExactly("docs_search");
    }

    @Test
    void aHeaderMayStandInSeveralLines() {
        post("m", "", Map.of("x-gapura-tools", "now\r\nx-gapura-tools: docs.search"), gateway.key());
        assertThat(sent().get("tools").findValuesAsText("name")).containsExactly("now", "docs_search");
        post("m", "", Map.of("x-gapura-tools", "now\r\nx-gapura-tools: none"), gateway.key());
        assertThat(sent().has("tools")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ScriptedModel.class)
    void whatTheClientForbadeStaysForbidden(ScriptedModel model) {
        // Ollama cannot make a model call a tool, and says so.
        for (String mode : model == ScriptedModel.OLLAMA ? List.of("auto") : List.of("auto", "required")) {
            says(model, ModelTurn.says("").calling("call00001", "now", "{}"), ModelTurn.says("Noon."));
            ToolClient.Answer answer = ToolClient.ask(
                    gateway,
                    model.model(),
                    true,
                    ",\"tools\":[" + ToolClient.WEATHER + "],\"tool_choice\":{\"type\":\"allowed_tools\","
                            + "\"allowed_tools\":{\"mode\":\"" + mode
                            + "\",\"tools\":[{\"type\":\"server\",\"name\":\"now\"}]}}",
                    Map.of("x-gapura-tools", "now, docs.search"));
            assertThat(answer.content()).isEqualTo("Noon.");
            String second = sent().toString();
            assertThat(ScriptedModel.results(gateway.simulator().requests().getLast()))
                    .isOne();
            // Either the list is there, or the tools are away that are not on it.
            boolean listed = second.contains("allowed_tools") || second.contains("allowedFunctionNames");
            assertThat(listed || !second.contains("docs_search")).as(second).isTrue();
            assertThat(second).doesNotContain("\"required\":\"", "\"mode\":\"required\"", "\"server\"");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedModel.class,
            names = {"OPENAI_CHAT", "ANTHROPIC"})
    void aChosenServerToolIsForcedOnceAndMustBeThere(ScriptedModel model) {
        says(model, ModelTurn.says("").calling("c1", "docs_search", "{}"), ModelTurn.says("Found."));
        String choice = ",\"tool_choice\":{\"type\":\"server\",\"name\":\"docs.search\"}";
        ToolClient.Answer answer =
                ToolClient.ask(gateway, model.model(), false, choice, Map.of("x-gapura-tools", "docs"));
        assertThat(answer.content()).isEqualTo("Found.");
        List<dev.gapura.sim.SimRequest> requests = gateway.simulator().requests();
        JsonNode first = Ask.json(requests.get(requests.size() - 2).body()).get("tool_choice");
        assertThat(first.toString()).contains("\"name\":\"docs_search\"");
        assertThat(String.valueOf(sent().get("tool_choice"))).isIn("\"auto\"", "null", "{\"type\":\"auto\"}");
        long before = gateway.simulator().requestCount();
        for (String header : List.of("now", "none")) {
            JsonNode error = refused(
                    post(model.model(), choice, Map.of("x-gapura-tools", header), gateway.key()), 400, "unknown_tool");
            assertThat(error.get("param").asText()).isEqualTo("tool_choice");
        }
        refused(post(model.model(), choice, Map.of(), gateway.key()), 400, "unknown_tool");
        assertThat(gateway.simulator().requestCount()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"OPENAI_CHAT, false", "OPENAI_CHAT, true", "ANTHROPIC, false", "ANTHROPIC, true"})
    void oneCallAtATimeIsOneCallATurn(ScriptedModel model, boolean stream) {
        says(
                model,
                ModelTurn.says("").calling("c1", "now", "{}"),
                ModelTurn.says("").calling("c2", "docs_search", "{\"expression\":\"1\"}"),
                ModelTurn.says("Done."));
        ToolClient.Answer answer = ToolClient.ask(
                gateway,
                model.model(),
                stream,
                ",\"parallel_tool_calls\":false",
                Map.of("x-gapura-tools", "now, docs_search"));
        assertThat(answer.content()).isEqualTo("Done.");
        assertThat(answer.gapura().path("tools")).hasSize(2);
        gateway.simulator()
                .requests()
                .subList(
                        gateway.simulator().requests().size() - 3,
                        gateway.simulator().requests().size())
                .forEach(request -> assertThat(request.text())
                        .containsPattern("\"parallel_tool_calls\":false|\"disable_parallel_tool_use\":true"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ScriptedModel.class,
            names = {"OPENAI_CHAT", "ANTHROPIC"})
    void theOlderFormOfToolsIsLeftAlone(ScriptedModel model) {
        String older = ",\"functions\":[{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}]";
        says(model, ModelTurn.says("ok"));
        RawClient.Response answered = post(model.model(), older, Map.of(), OFFERED);
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        assertThat(sent().toString()).contains("\"weather\"").doesNotContain("docs_search");
        assertThat(post(model.model(), older, Map.of("x-gapura-tools", "none"), OFFERED)
                        .status())
                .isEqualTo(200);
        for (String more : List.of(older, older + ",\"tools\":[{\"type\":\"server\",\"name\":\"now\"}]")) {
            Map<String, String> headers = more.equals(older) ? Map.of("x-gapura-tools", "now") : Map.of();
            JsonNode error = refused(post(model.model(), more, headers, OFFERED), 400, "invalid_value");
            assertThat(error.get("param").asText()).isEqualTo("functions");
        }
    }

    @Test
    void moreToolsThanCanBeSentAreSaid() {
        for (int tool = 0; tool < 128; tool++) {
            server.tool("more" + tool, "{\"type\":\"object\"}");
        }
        Waiting.until(
                "they are there",
                () -> post("m", "", Map.of("x-gapura-tools", "docs.more127"), gateway.key())
                                .status()
                        == 200);
        JsonNode error = refused(post("m", "", Map.of("x-gapura-tools", "all"), gateway.key()), 400, "invalid_value");
        assertThat(error.get("param").asText()).isEqualTo("x-gapura-tools");
        assertThat(error.get("message").asText())
                .contains("at most 128 can be sent")
                .contains("With 131 server tools");
    }

    @Test
    void severalStreamedAnswersAreSeveralConversations() {
        gateway.simulator()
                .answerWith(request -> ScriptedModel.ANTHROPIC.reply(
                        request,
                        ScriptedModel.results(request) == 0
                                ? ModelTurn.says("Let me see.").calling("c1", "now", "{}")
                                : ModelTurn.says("Noon.")));
        ToolClient.Answer answer = ToolClient.ask(
                gateway, ScriptedModel.ANTHROPIC.model(), true, ",\"n\":2", Map.of("x-gapura-tools", "now"));
        assertThat(answer.content()).isEqualTo("Let me see.\n\nNoon.");
        assertThat(answer.usage().path("prompt_tokens").asInt()).isEqualTo(40);
        assertThat(answer.usage().path("completion_tokens").asInt()).isEqualTo(20);
        assertThat(answer.gapura().path("tools")).hasSize(2);
        assertThat(answer.raw().split("\"finish_reason\":\"stop\"", -1)).hasSize(3);
        assertThat(answer.raw().split("\"index\":1,\"delta\":\\{\"role\"", -1)).hasSize(2);
    }
}
