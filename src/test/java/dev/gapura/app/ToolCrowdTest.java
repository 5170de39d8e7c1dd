package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.proof.ScriptedModel;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Turns that call server tools very often at once.
class ToolCrowdTest {
    private static final int CALLS = 128;
    private static final int AT_ONCE = 4;
    private static final Map<String, String> OFFER = Map.of("x-gapura-tools", "all");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private HttpServer service;
    private TestGateway gateway;

    static Stream<Arguments> ways() {
        return Stream.of(ScriptedModel.OPENAI_CHAT, ScriptedModel.ANTHROPIC, ScriptedModel.GEMINI)
                .flatMap(model -> Stream.of(Arguments.of(model, false), Arguments.of(model, true)));
    }

    @BeforeEach
    void start() {
        service =
                Waiting.get(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    private void serve(HttpServerRequest request) {
        asked.incrementAndGet();
        most.accumulateAndGet(open.incrementAndGet(), Math::max);
        // Those that are allowed at once have time to come together.
        vertx.runOnContext(later -> {
            open.decrementAndGet();
            request.response().end("result-of-" + request.getParam("n") + ".");
        });
    }

    private void configure(String limits) {
        gateway.reload("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:" + service.actualPort()
                + "\"] }\nproviders:\n"
                + String.join(
                        "",
                        Stream.of(ScriptedModel.OPENAI_CHAT, ScriptedModel.ANTHROPIC, ScriptedModel.GEMINI)
                                .map(model -> model.provider("http://127.0.0.1:"
                                        + gateway.simulator().port()))
                                .toList())
                + "tools:\n  look: { kind: http, description: d, timeout: 60s, concurrency: " + AT_ONCE
                + ", url: \"http://127.0.0.1:" + service.actualPort()
                + "/\", parameters: { type: object, properties: { n: "
                + "{ type: integer } } } }\n" + limits);
    }

    private ToolClient.Answer ask(ScriptedModel model, boolean stream) {
        ModelTurn crowd = ModelTurn.says("All.");
        for (int call = 0; call < CALLS; call++) {
            crowd = crowd.calling("call" + (10_000 + call), "look", "{\"n\":" + call + "}");
        }
        ModelTurn first = crowd;
        gateway.simulator()
                .answerWith(request ->
                        model.reply(request, ScriptedModel.results(request) == 0 ? first : ModelTurn.says("Done.")));
        return ToolClient.ask(gateway, model.model(), stream, "", OFFER);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void asManyCallsAsAreAllowedRunAndTheirResultsStandInTheirOrder(ScriptedModel model, boolean stream) {
        configure("limits: { max_tool_calls: " + CALLS + " }\n");
        ToolClient.Answer answer = ask(model, stream);
        assertThat(answer.content()).isEqualTo("All.\n\nDone.");
        assertThat(answer.reason()).isEqualTo("stop");
        assertThat(answer.gapura().path("tools").findValuesAsText("status"))
                .hasSize(CALLS)
                .containsOnly("ok");
        assertThat(asked.get()).isEqualTo(CALLS);
        assertThat(most.get()).isLessThanOrEqualTo(AT_ONCE);
        String sent = gateway.simulator().requests().getLast().text();
        assertThat(ScriptedModel.results(gateway.simulator().requests().getLast()))
                .isEqualTo(CALLS);
        int at = 0;
        for (int call = 0; call < CALLS; call++) {
            at = sent.indexOf("result-of-" + call + ".", at);
            assertThat(at).as("the result of call %s", call).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aTurnWithOneMoreEndsTheAnswerAndRunsNone(ScriptedModel model, boolean stream) {
        for (String limits : new String[] {"limits: { max_tool_calls: " + (CALLS - 1) + " }\n", ""}) {
            configure(limits);
            long before = gateway.simulator().requestCount();
            ToolClient.Answer answer = ask(model, stream);
            assertThat(answer.content()).isEqualTo("All.");
            assertThat(answer.reason()).isEqualTo("length");
            assertThat(answer.gapura().path("stopped_by").asText()).isEqualTo("max_tool_calls");
            assertThat(answer.gapura().path("tools")).isEmpty();
            assertThat(asked.get()).isZero();
            assertThat(gateway.simulator().requestCount()).isEqualTo(before + 1);
        }
    }
}
