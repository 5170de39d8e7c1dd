package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How answers with server tools end at their limits, when the client leaves, and when the provider fails; and what the
/// ledger knows of every run.
class ToolAccountTest {
    private static final Map<String, String> OFFER = Map.of("x-gapura-tools", "all");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger calls = new AtomicInteger();
    private final CompletableFuture<Void> called = new CompletableFuture<>();
    private final CompletableFuture<Void> interrupted = new CompletableFuture<>();
    private final List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    private HttpServer service;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        service = vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        gateway = TestGateway.start();
        configure("");
    }

    private void serve(HttpServerRequest request) {
        calls.incrementAndGet();
        if (request.path().equals("/slow")) {
            request.connection().closeHandler(gone -> interrupted.complete(null));
            waiting.add(request);
            called.complete(null);
        } else {
            request.response().end("done");
        }
    }

    private void configure(String more) {
        String url = "url: \"http://127.0.0.1:" + service.actualPort();
        gateway.reload("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:" + service.actualPort()
                + "\"] }\nproviders:\n"
                + ScriptedModel.OPENAI_CHAT.provider(
                        "http://127.0.0.1:" + gateway.simulator().port())
                + "tools:\n  calc: { kind: builtin, name: calculator, price_usd: 0.002 }\n"
                + "  slow: { kind: http, description: d, " + url + "/slow\", price_usd: 0.001 }\n"
                + "  order: { kind: http, description: d, method: POST, " + url + "/order\" }\n"
                + "  look: { kind: http, description: d, " + url + "/look\" }\n" + more);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void model(ModelTurn... turns) {
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(
                        request, turns[Math.min(turn.getAndIncrement(), turns.length - 1)]));
    }

    private ToolClient.Answer ask(boolean stream) {
        return ToolClient.ask(gateway, ScriptedModel.OPENAI_CHAT.model(), stream, "", OFFER);
    }

    private static ModelTurn calc(int number) {
        return ModelTurn.says("Step.").calling("c" + number, "calc", "{\"expression\":\"" + number + "\"}");
    }

    private Entry entry() {
        Waiting.until(
                "it is written",
                () -> !Database.now(gateway.ledger().page(Filter.ALL, null, Ledger.MOST_ENTRIES))
                        .entries()
                        .isEmpty());
        return Database.now(gateway.ledger().page(Filter.ALL, null, 1))
                .entries()
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLedgerHoldsEveryRun(boolean stream) {
        model(
                ModelTurn.says("")
                        .calling("c1", "calc", "{\"expression\":\"2 + 3\"}")
                        .calling("c2", "calc", "{\"wrong\":1}")
                        .calling("c3", "erase_disk", "{}"),
                ModelTurn.says("5"));
        ask(stream);
        Entry entry = entry();
        assertThat(entry.toolRuns()).isEqualTo(3);
        JsonNode tools = Ask.json(entry.tools());
        assertThat(tools.findValuesAsText("name")).containsExactlyInAnyOrder("calc", "calc", "erase_disk");
        assertThat(tools.findValuesAsText("status"))
                .containsExactlyInAnyOrder("ok", "invalid_arguments", "not_offered");
        assertThat(tools.findValuesAsText("cost_nano_usd")).containsExactlyInAnyOrder("2000000", "0", "0");
        for (JsonNode run : tools) {
            assertThat(run.path("ms").isIntegralNumber()).isTrue();
            assertThat(run.has("arguments")).isFalse();
            if (run.get("status").asText().equals("ok")) {
                assertThat(run.get("bytes").asInt()).isOne();
            }
        }
        assertThat(entry.attempts()).isEqualTo(2);
    }

    @Test
    void turnsArePricedInTheTierInWhichTheyWereServed() {
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator().answerWith(request -> {
            Reply reply = ScriptedModel.OPENAI_CHAT.reply(
                    request, turn.getAndIncrement() == 0 ? calc(1) : ModelTurn.says("1"));
            String text = new String(((Step.Send) reply.steps().getFirst()).bytes(), StandardCharsets.UTF_8);
            return reply.withSteps(List.of(
                    Step.Send.text(text.replace(
                            "\"usage\":", "\"service_tier\":\"priority\",\"system_fingerprint\":\"fp_1\",\"usage\":")),
                    new Step.End()));
        });
        assertThat(ask(false).raw())
                .contains("\"service_tier\":\"priority\"")
                .contains("\"system_fingerprint\":\"fp_1\"");
        assertThat(entry().serviceTier()).isEqualTo("priority");
    }

    @Test
    void argumentsAreKeptWhereBodiesAre() {
        configure("storage: { history: { bodies: all } }\n");
        model(calc(7), ModelTurn.says("7"));
        ask(false);
        assertThat(Ask.json(entry().tools()).at("/0/arguments").asText()).isEqualTo("{\"expression\":\"7\"}");
    }

    @Test
    void textIsReadWhileToolsRun() throws Exception {
        model(ModelTurn.says("Wait.").calling("c1", "slow", "{}"), ModelTurn.says("Done."));
        try (RawClient client = ToolClient.send(
                gateway.port(), gateway.key(), ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), true, ""), OFFER)) {
            client.readHead();
            StringBuilder text = new StringBuilder();
            while (!text.toString().equals("Wait.")) {
                text.append(content(client));
            }
            called.get(10, TimeUnit.SECONDS);
            assertThat(gateway.simulator().requestCount()).isOne();
            waiting.forEach(request -> request.response().end("at last"));
            while (!text.toString().equals("Wait.\n\nDone.")) {
                text.append(content(client));
            }
        }
    }

    private static String content(RawClient client) {
        return Ask.json(client.readEvent().orElseThrow().data())
                .at("/choices/0/delta/content")
                .asText("");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void timeThatIsOverInterruptsWhatRuns(boolean stream) throws Exception {
        configure("limits: { tool_time: 500ms }\n");
        model(ModelTurn.says("Wait.").calling("c1", "slow", "{}").calling("c2", "calc", "{\"expression\":\"1\"}"));
        ToolClient.Answer answer = ask(stream);
        assertThat(answer.content()).isEqualTo("Wait.");
        assertThat(answer.reason()).isEqualTo("length");
        assertThat(answer.gapura().path("stopped_by").asText()).isEqualTo("tool_time");
        assertThat(answer.gapura().path("tools").findValuesAsText("status")).containsExactly("ok", "cancelled");
        interrupted.get(10, TimeUnit.SECONDS);
        assertThat(Ask.json(entry().tools()).findValuesAsText("status")).containsExactly("ok", "cancelled");
        assertThat(gateway.simulator().requestCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void moneyThatIsSpentEndsTheAnswer(boolean stream) {
        configure("limits: { max_tool_usd: 0.003 }\ncatalogue: { \"" + ScriptedModel.OPENAI_CHAT.model()
                + "\": { input_usd_per_million: 1, output_usd_per_million: 10 } }\n");
        model(calc(1), calc(2), calc(3), calc(4));
        ToolClient.Answer answer = ask(stream);
        assertThat(answer.reason()).isEqualTo("length");
        assertThat(answer.gapura().path("stopped_by").asText()).isEqualTo("max_tool_usd");
        assertThat(answer.gapura().path("tools")).hasSize(2);
        assertThat(gateway.simulator().requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachCallIsPricedByItself(boolean stream) {
        String price = "catalogue: { \"" + ScriptedModel.OPENAI_CHAT.model()
                + "\": { input_usd_per_million: 0, output_usd_per_million: 0, request_usd: 0.01 } }\n";
        configure(price);
        gateway.simulator()
                .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(
                        request, ScriptedModel.results(request) == 0 ? calc(1) : ModelTurn.says("1")));
        ToolClient.Answer two = ToolClient.ask(gateway, ScriptedModel.OPENAI_CHAT.model(), stream, ",\"n\":2", OFFER);
        // Two answers of two calls and one run each.
        assertThat(two.gapura().get("cost_usd").decimalValue()).isEqualByComparingTo("0.044");
        assertThat(two.gapura().get("turns").findValuesAsText("cost_usd")).containsOnly("0.01");
        assertThat(entry().costNanoUsd()).isEqualTo(44_000_000);

        configure("limits: { max_tool_usd: 0.034 }\n" + price);
        model(calc(1), calc(2), calc(3), calc(4));
        ToolClient.Answer answer = ask(stream);
        assertThat(answer.gapura().path("stopped_by").asText()).isEqualTo("max_tool_usd");
        assertThat(answer.gapura().path("turns")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void moneyThatCannotBeCountedEndsTheAnswer(boolean stream) {
        configure("limits: { max_tool_usd: 1000 }\n");
        model(calc(1), calc(2));
        ToolClient.Answer answer = ask(stream);
        assertThat(answer.content()).isEqualTo("Step.");
        assertThat(answer.reason()).isEqualTo("length");
        assertThat(answer.gapura().path("stopped_by").asText()).isEqualTo("max_tool_usd");
        assertThat(answer.gapura().path("tools")).isEmpty();
        assertThat(gateway.simulator().requestCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastStepMayStillCallToolsOfTheClient(boolean stream) {
        configure("limits: { max_steps: 1 }\n");
        model(ModelTurn.says("").calling("c1", "weather", "{}").calling("c2", "calc", "{\"expression\":\"1\"}"));
        ToolClient.Answer answer = ToolClient.ask(
                gateway, ScriptedModel.OPENAI_CHAT.model(), stream, ",\"tools\":[" + ToolClient.WEATHER + "]", OFFER);
        assertThat(answer.reason()).isEqualTo("tool_calls");
        assertThat(answer.message().path("tool_calls")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesInterruptsItsTools(boolean stream) throws Exception {
        model(ModelTurn.says("Wait.").calling("c1", "slow", "{}"));
        try (RawClient client = ToolClient.send(
                gateway.port(), gateway.key(), ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), stream, ""), OFFER)) {
            called.get(10, TimeUnit.SECONDS);
            client.reset();
        }
        interrupted.get(10, TimeUnit.SECONDS);
        Entry entry = entry();
        assertThat(entry.failure()).isEqualTo("client_gone");
        JsonNode run = Ask.json(entry.tools()).get(0);
        assertThat(run.get("status").asText()).isEqualTo("cancelled");
        assertThat(run.get("cost_nano_usd").asLong()).isEqualTo(1_000_000);
        assertThat(gateway.simulator().requestCount()).isOne();
    }

    @Test
    void aClientThatLeavesResetsTheTurnUnderWay() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        CompletableFuture<Void> second = new CompletableFuture<>();
        gateway.simulator().answerWith(request -> {
            if (turn.getAndIncrement() == 0) {
                return ScriptedModel.OPENAI_CHAT.reply(request, calc(1));
            }
            second.complete(null);
            return Replies.silence();
        });
        var departure = gateway.simulator().nextDeparture();
        try (RawClient client = ToolClient.send(
                gateway.port(), gateway.key(), ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), true, ""), OFFER)) {
            second.get(10, TimeUnit.SECONDS);
            client.reset();
        }
        departure.get(10, TimeUnit.SECONDS);
        assertThat(Ask.json(entry().tools()).findValuesAsText("status")).containsExactly("ok");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void afterAToolThatMustNotRunTwiceNobodyIsToldToTryAgain(boolean stream) {
        for (String tool : List.of("order", "look")) {
            calls.set(0);
            AtomicInteger turn = new AtomicInteger();
            gateway.simulator().answerWith(request -> {
                Reply failing = Replies.json(503, "{\"error\":{\"message\":\"overloaded\"}}");
                return turn.getAndIncrement() == 0
                        ? ScriptedModel.OPENAI_CHAT.reply(
                                request, ModelTurn.says("").calling("c1", tool, "{}"))
                        : failing;
            });
            RawClient.Response failed = ToolClient.post(
                    gateway.port(),
                    gateway.key(),
                    ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), stream, ""),
                    OFFER);
            assertThat(failed.status()).isEqualTo(503);
            assertThat("false".equals(failed.header("x-should-retry"))).isEqualTo(tool.equals("order"));
            assertThat(calls.get()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void underAnIdempotencyKeyToolsRunOnce(boolean stream) {
        Map<String, String> first = Map.of("x-gapura-tools", "all", "idempotency-key", "first-" + stream);
        model(ModelTurn.says("").calling("c1", "order", "{}"), ModelTurn.says("Ordered."));
        assertThat(ToolClient.answer(order(stream, first), stream).content()).isEqualTo("Ordered.");
        RawClient.Response again = order(stream, first);
        assertThat(again.header("x-gapura-replayed")).isEqualTo("true");
        assertThat(ToolClient.answer(again, stream).content()).isEqualTo("Ordered.");
        assertThat(calls.get()).isOne();

        // Nor where the exchange failed behind it.
        Map<String, String> second = Map.of("x-gapura-tools", "all", "idempotency-key", "second-" + stream);
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> turn.getAndIncrement() == 0
                        ? ScriptedModel.OPENAI_CHAT.reply(
                                request, ModelTurn.says("").calling("c1", "order", "{}"))
                        : Replies.json(503, "{\"error\":{\"message\":\"overloaded\"}}"));
        assertThat(order(stream, second).status()).isEqualTo(503);
        assertThat(order(stream, second).status()).isEqualTo(503);
        assertThat(calls.get()).isEqualTo(2);
        assertThat(turn.get()).isEqualTo(2);
    }

    private RawClient.Response order(boolean stream, Map<String, String> headers) {
        return ToolClient.post(
                gateway.port(), gateway.key(), ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), stream, ""), headers);
    }
}
