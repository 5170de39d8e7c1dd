package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tools that never answer, where several answers are wanted of a provider that gives one a call: each of the calls has
/// a loop of tools of its own, whose deadlines are the exchange's to watch.
class ToolFanOutTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private HttpServer service;
    private TestGateway gateway;

    static Stream<Arguments> ways() {
        return Stream.of(ScriptedModel.OPENAI_CHAT, ScriptedModel.ANTHROPIC)
                .flatMap(model -> Stream.of(Arguments.of(model, false), Arguments.of(model, true)));
    }

    /// An answer of several choices.
    private record Said(List<String> contents, List<String> reasons, JsonNode gapura) {
        static Said of(RawClient.Response response, boolean stream) {
            assertThat(response.status()).as(response.text()).isEqualTo(200);
            ClientFold fold = stream ? ClientFold.of(response.body()) : null;
            JsonNode answer = fold == null ? Ask.json(response.body()) : fold.answer();
            if (fold != null) {
                assertThat(fold.faults()).as(response.text()).isEmpty();
                assertThat(fold.done()).as(response.text()).isTrue();
            }
            List<String> contents = new ArrayList<>();
            List<String> reasons = new ArrayList<>();
            for (JsonNode choice : answer.get("choices")) {
                contents.add(choice.at("/message/content").asText(""));
                reasons.add(choice.path("finish_reason").asText());
            }
            return new Said(
                    contents, reasons, fold == null ? answer.get("gapura") : Objects.requireNonNull(fold.gapura()));
        }

        List<String> statuses() {
            return gapura.path("tools").findValuesAsText("status");
        }
    }

    @BeforeEach
    void start() {
        service = Waiting.get(
                vertx.createHttpServer().requestHandler(this::neverAnswer).listen(0, "127.0.0.1"));
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    private void neverAnswer(HttpServerRequest request) {
        begun.incrementAndGet();
        request.connection().closeHandler(gone -> ended.incrementAndGet());
    }

    private void configure(String timeout, String more) {
        String simulator = "http://127.0.0.1:" + gateway.simulator().port();
        gateway.reload("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:" + service.actualPort()
                + "\"] }\nproviders:\n" + ScriptedModel.OPENAI_CHAT.provider(simulator)
                + ScriptedModel.ANTHROPIC.provider(simulator)
                + "tools:\n  deaf: { kind: http, description: d, timeout: " + timeout + ", url: \"http://127.0.0.1:"
                + service.actualPort() + "/\" }\n" + more);
    }

    private Said ask(ScriptedModel model, boolean stream) {
        Map<String, String> headers = Map.of("x-gapura-tools", "all", "x-gapura-details", "true");
        String body = ToolClient.body(model.model(), stream, ",\"n\":2");
        return Said.of(ToolClient.post(gateway.port(), gateway.key(), body, headers), stream);
    }

    /// The first turn of so many of the answers calls the tool.
    private void callers(ScriptedModel model, int most) {
        AtomicInteger callers = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> model.reply(
                        request,
                        ScriptedModel.results(request) == 0 && callers.getAndIncrement() < most
                                ? ModelTurn.says("Wait.").calling("call10001", "deaf", "{}")
                                : ModelTurn.says("Done.")));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void eachAnswerGoesOnWhenItsToolHasHadItsTime(ScriptedModel model, boolean stream) {
        configure("200ms", "");
        callers(model, 2);
        Said both = ask(model, stream);
        assertThat(both.contents()).containsExactly("Wait.\n\nDone.", "Wait.\n\nDone.");
        assertThat(both.reasons()).containsExactly("stop", "stop");
        assertThat(both.statuses()).containsExactly("timeout", "timeout");
        assertThat(gateway.simulator().requestCount()).isEqualTo(4);
        assertThat(gateway.simulator().requests().getLast().text()).contains("The tool gave no result within 200 ms.");

        callers(model, 1);
        Said one = ask(model, stream);
        assertThat(one.contents()).containsExactlyInAnyOrder("Wait.\n\nDone.", "Done.");
        assertThat(one.reasons()).containsExactly("stop", "stop");
        assertThat(one.statuses()).containsExactly("timeout");
        Waiting.until("their connections are closed", () -> ended.get() == begun.get());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theTimeOfAllToolsEndsEachAnswer(ScriptedModel model, boolean stream) {
        configure("60s", "limits: { tool_time: 1s }\n");
        callers(model, 2);
        Said both = ask(model, stream);
        assertThat(both.contents()).containsExactly("Wait.", "Wait.");
        assertThat(both.reasons()).containsExactly("length", "length");
        assertThat(both.gapura().path("stopped_by").asText()).isEqualTo("tool_time");
        assertThat(both.statuses()).containsExactly("cancelled", "cancelled");
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);

        callers(model, 1);
        Said one = ask(model, stream);
        assertThat(one.contents()).containsExactlyInAnyOrder("Wait.", "Done.");
        assertThat(one.reasons()).containsExactlyInAnyOrder("length", "stop");
        assertThat(one.statuses()).containsExactly("cancelled");
        Waiting.until("their connections are closed", () -> ended.get() == begun.get());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aClientThatLeavesInterruptsTheToolsOfEachAnswer(ScriptedModel model, boolean stream) {
        configure("60s", "");
        callers(model, 2);
        String body = ToolClient.body(model.model(), stream, ",\"n\":2");
        try (RawClient client = ToolClient.send(gateway.port(), gateway.key(), body, Map.of("x-gapura-tools", "all"))) {
            Waiting.until("both tools run", () -> begun.get() == 2);
            client.reset();
        }
        Waiting.until("both are interrupted", () -> ended.get() == 2);
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }
}
