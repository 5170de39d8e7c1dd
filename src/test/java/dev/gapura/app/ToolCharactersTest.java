package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonScanner;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Characters beyond the basic plane, and halves of them, in results of server tools and in what models write, with
/// every language as the provider's: what the next turn is sent is text that any reader of JSON takes.
class ToolCharactersTest {
    private static final String SUN = "\uD83C\uDF1E";
    private static final Map<String, String> OFFER = Map.of("x-gapura-tools", "all");

    /// Bodies of what the service was asked.
    private static final List<String> asked = new CopyOnWriteArrayList<>();

    private static Vertx vertx;
    private static HttpServer service;
    private static TestGateway gateway;

    /// A model, and what clients call it.
    private record Way(ScriptedModel model, String name, boolean stream) {}

    static Stream<Arguments> ways() {
        List<Way> ways = new ArrayList<>();
        for (boolean stream : List.of(false, true)) {
            Arrays.stream(ScriptedModel.values()).forEach(model -> ways.add(new Way(model, model.model(), stream)));
            // Providers of the client's language whose messages are read again.
            ways.add(new Way(ScriptedModel.OPENAI_CHAT, "deepseek/deepseek-v4-pro", stream));
            ways.add(new Way(ScriptedModel.OPENAI_CHAT, "moonshot/kimi-k2", stream));
        }
        return ways.stream().map(Arguments::of);
    }

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        service = Waiting.get(vertx.createHttpServer()
                .requestHandler(ToolCharactersTest::serve)
                .listen(0, "127.0.0.1"));
        gateway = TestGateway.start();
        String simulator = "http://127.0.0.1:" + gateway.simulator().port();
        StringBuilder yaml = new StringBuilder("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:"
                + service.actualPort() + "\"] }\nproviders:\n");
        for (ScriptedModel model : ScriptedModel.values()) {
            yaml.append(model.provider(simulator));
        }
        yaml.append("  deepseek: { base_url: \"").append(simulator).append("\", api_key: k }\n");
        yaml.append("  moonshot: { base_url: \"").append(simulator).append("/v1\", api_key: k }\n");
        yaml.append("tools:\n  sun: ").append(http("/sun", ""));
        yaml.append("  half: ").append(http("/half", ", result: /data/t"));
        yaml.append("  page: ").append(http("/page", ""));
        gateway.reload(yaml.toString());
    }

    private static String http(String path, String more) {
        return "{ kind: http, description: d, method: POST, url: \"http://127.0.0.1:" + service.actualPort() + path
                + "\", parameters: { type: object, properties: { q: { type: string } } }" + more + " }\n";
    }

    private static void serve(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            asked.add(body.toString());
            answer(request);
        });
    }

    private static void answer(HttpServerRequest request) {
        var response = request.response().putHeader("content-type", "text/plain");
        switch (request.path()) {
            case "/sun" -> response.end("sun " + SUN + "!");
            case "/half" ->
                response.putHeader("content-type", "application/json").end("{\"data\":{\"t\":\"half \\ud83c.\"}}");
            default -> response.setStatusCode(500).end("x".repeat(999) + SUN + " and more");
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    /// Calls a tool once and returns what the model was sent then.
    private static SimRequest round(Way way, String tool, String arguments, String status) {
        ModelTurn first = ModelTurn.says("Look.").calling("call10001", tool, arguments);
        return round(way, request -> way.model().reply(request, first), status);
    }

    private static SimRequest round(Way way, Function<SimRequest, Reply> first, String status) {
        asked.clear();
        gateway.simulator()
                .answerWith(request -> ScriptedModel.results(request) == 0
                        ? first.apply(request)
                        : way.model().reply(request, ModelTurn.says("Done.")));
        ToolClient.Answer answer = ToolClient.ask(gateway, way.name(), way.stream(), "", OFFER);
        assertThat(answer.content()).isEqualTo("Look.\n\nDone.");
        assertThat(answer.gapura().path("tools").findValuesAsText("status")).containsExactly(status);
        SimRequest sent = gateway.simulator().requests().getLast();
        assertThat(ScriptedModel.results(sent)).isOne();
        assertWellFormed(sent);
        return sent;
    }

    /// The scanner takes nothing that is not UTF-8, and no escape of half a character; here, none of a whole one
    /// either.
    private static void assertWellFormed(SimRequest sent) {
        JsonScanner.validate(sent.body(), 0, sent.body().length, 256);
        assertThat(sent.text()).doesNotContainPattern("(?<!\\\\)\\\\u[dD][89a-fA-F]");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aCharacterOfTwoHalvesIsSentAsItself(Way way) {
        assertThat(round(way, "sun", "{\"q\":\"" + SUN + "\"}", "ok").text())
                .contains("sun " + SUN + "!")
                .containsPattern("q\\\\?\": ?\\\\?\"" + SUN);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void halfACharacterOfAResultEndsNothing(Way way) {
        assertThat(round(way, "half", "{}", "ok").text()).contains("half ?.");
        assertThat(round(way, "page", "{}", "failed").text())
                .contains("status 500: " + "x".repeat(999) + "…")
                .doesNotContain("and more");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void halfACharacterInArgumentsEndsNothing(Way way) {
        String arguments = "{\"q\":\"half \\ud83c.\"}";
        assertThat(round(way, "sun", arguments, "ok").text()).contains("half ?.");
        assertThat(asked).containsExactly("{\"q\":\"half ?.\"}");
        if (way.model() == ScriptedModel.OPENAI_CHAT) {
            // Arguments are a text in this language, in which the model may write the escape itself.
            Reply written = ModelTurn.says("Look.")
                    .calling("call10001", "sun", arguments)
                    .reply("openai_chat", way.stream());
            assertThat(round(way, request -> written, "ok").text()).contains("half \\\\ud83c.");
            assertThat(asked).containsExactly("{\"q\":\"half ?.\"}");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aTurnThatWaitsForItsClientComesBackWithoutHalves(Way way) {
        gateway.simulator()
                .answerWith(request -> way.model()
                        .reply(
                                request,
                                ScriptedModel.results(request) == 0
                                        ? ModelTurn.says("Both.")
                                                .calling("call10001", "half", "{}")
                                                .calling("call10002", "sun", "{}")
                                                .calling("call10003", "weather", "{\"city\":\"Solo\"}")
                                        : ModelTurn.says("Done.")));
        String tools = ",\"tools\":[" + ToolClient.WEATHER + "]";
        ToolClient.Answer first = ToolClient.ask(gateway, way.name(), way.stream(), tools, OFFER);
        assertThat(first.reason()).isEqualTo("tool_calls");
        JsonNode call = first.message().at("/tool_calls/0");
        ToolClient.Answer second = ToolClient.ask(
                gateway,
                way.name(),
                way.stream(),
                tools + ",\"messages\":[{\"role\":\"user\",\"content\":\"both\"}," + first.message()
                        + ",{\"role\":\"tool\",\"tool_call_id\":\""
                        + call.path("id").asText()
                        + "\",\"content\":\"31 degrees\"}]",
                OFFER);
        assertThat(second.content()).isEqualTo("Done.");
        SimRequest sent = gateway.simulator().requests().getLast();
        assertThat(ScriptedModel.results(sent)).isEqualTo(3);
        assertThat(sent.text()).contains("half ?.", "sun " + SUN + "!", "31 degrees");
        assertWellFormed(sent);
    }
}
