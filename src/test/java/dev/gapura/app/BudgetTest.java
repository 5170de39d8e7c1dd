package dev.gapura.app;

import static dev.gapura.app.Spending.KEY;
import static dev.gapura.app.Spending.ask;
import static dev.gapura.app.Spending.body;
import static dev.gapura.app.Spending.entries;
import static dev.gapura.app.Spending.nanoUsd;
import static dev.gapura.app.Spending.settled;
import static dev.gapura.app.Spending.today;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.ledger.Entry;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an exchange of a key with a budget does to its money, whatever becomes of the exchange.
class BudgetTest {
    private static final String POOR = "key:config:poor";

    @Test
    void whatIsReservedIsSettledAtWhatItCost() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response response = ask(gateway, body(false, ""));

            assertThat(response.status()).as(response.text()).isEqualTo(200);
            assertThat(settled(gateway, POOR)).isEqualTo(nanoUsd(7, 20));
            assertThat(Spending.reservations(gateway)).isZero();
            assertThat(entries(gateway).getFirst().costNanoUsd()).isEqualTo(nanoUsd(7, 20));
            assertThat(entries(gateway).getFirst().counted()).isEqualTo(Charge.Counted.REPORTED);
        }
    }

    @Test
    void theMostIsReservedBeforeTheCallAndWhileItRuns() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", "")) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofSeconds(30)))));
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, KEY, body(true, ",\"max_tokens\":50"));
                assertThat(client.readHead().status()).isEqualTo(200);
                // The prompt has about nine tokens.
                assertThat(today(gateway, POOR).reserved()).isBetween(nanoUsd(5, 50), nanoUsd(20, 50));
                assertThat(today(gateway, POOR).settled()).isZero();
                String metrics = Ask.get(gateway, "GET", "/metrics").text();
                assertThat(metrics)
                        .contains("gapura_budget_reservations 1.0", "gapura_budget_interrupted_total 0.0")
                        .containsPattern("gapura_budget_reserved_usd (5\\.[0-9]+E-4|6\\.[0-9]+E-4)");
            }
            long settled = settled(gateway, POOR);
            assertThat(settled).isBetween(nanoUsd(5, 1), nanoUsd(20, 2));
            Entry entry = entries(gateway).getFirst();
            assertThat(entry.failure()).isEqualTo("client_gone");
            assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
            assertThat(entry.costNanoUsd()).isEqualTo(settled);
        }
    }

    @Test
    void whatTheProviderRefusesCostsNothing() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", "")) {
            gateway.simulator().answerWith(request -> Reply.json(400, "{\"error\":{\"message\":\"no\"}}"));
            assertThat(ask(gateway, body(false, "")).status()).isEqualTo(400);
            Waiting.until("it is written", () -> !entries(gateway).isEmpty());
            assertThat(settled(gateway, POOR)).isZero();
            assertThat(Spending.reservations(gateway)).isZero();
        }
    }

    @Test
    void anAnswerThatIsCutCostsWhatWasDelivered() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", "")) {
            gateway.simulator()
                    .answerWith(request ->
                            Reply.stream(List.of(Step.Send.text(Ask.event(Ask.text("0123456789ab"))), new Step.Cut())));
            ask(gateway, body(true, ""));
            Waiting.until("it is written", () -> !entries(gateway).isEmpty());
            Entry entry = entries(gateway).getFirst();
            assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
            assertThat(entry.costNanoUsd()).isPositive();
            assertThat(settled(gateway, POOR)).isEqualTo(entry.costNanoUsd());
        }
    }

    @Test
    void nothingIsCalledWhenNothingIsLeft() {
        // 0.005 USD buy 500 tokens of an answer at most.
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.005", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response refused = ask(gateway, body(false, ",\"max_tokens\":800"));

            assertThat(refused.status()).isEqualTo(429);
            JsonNode error = Ask.error(refused);
            assertThat(error.path("type").asText()).isEqualTo("insufficient_quota");
            assertThat(error.path("code").asText()).isEqualTo("budget_exceeded");
            assertThat(error.path("message").asText())
                    .startsWith(
                            "The budget never buys this: this key may spend 0.005 USD today, and this request may cost"
                                    + " 0.0080");
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
            assertThat(refused.header("retry-after")).isNull();
            assertThat(gateway.simulator().requestCount()).isZero();
            assertThat(today(gateway, POOR)).isEqualTo(new Spending.Sums(0, 0));
            // Others are not touched.
            assertThat(ask(gateway, gateway.key(), body(false, ",\"max_tokens\":800"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void limitsBeyondMeasureReserveNoLessThanNothing() {
        String unbounded = "catalogue: { \"sim/*\": { input_usd_per_million: 1, output_usd_per_million: 10 } }\n"
                + "auth: { keys: [ { name: poor, key: " + KEY
                + ", limits: { usd_per_day: 1, tokens_per_minute: 100000 } } ] }\n";
        try (TestGateway gateway = TestGateway.start(unbounded)) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            for (String limit : List.of("9223372036854775807", "4611686018427387904", "100000000000")) {
                RawClient.Response refused = ask(gateway, body(false, ",\"n\":2,\"max_tokens\":" + limit));
                assertThat(refused.status()).as(limit + refused.text()).isEqualTo(429);
                assertThat(today(gateway, POOR)).isEqualTo(new Spending.Sums(0, 0));
            }
            assertThat(gateway.simulator().requestCount()).isZero();
        }
    }

    @Test
    void whoAsksOneThingAfterTheOtherDoesNotWaitForTheLedger() {
        // Each may cost 0.00051 USD and costs 0.0002.
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.001", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(0, 20));
            for (int request = 0; request < 3; request++) {
                RawClient.Response response = ask(gateway, body(false, ",\"max_tokens\":50"));
                assertThat(response.status()).as(response.text()).isEqualTo(200);
            }
        }
    }

    @Test
    void anAnswerIsShortenedToWhatTheBudgetBuys() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.005", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response response = ask(gateway, body(false, ""));

            assertThat(response.status()).as(response.text()).isEqualTo(200);
            JsonNode sent = Ask.json(gateway.simulator().requests().getFirst().body());
            int most = sent.path("max_completion_tokens").asInt();
            assertThat(most).as(sent.toString()).isBetween(490, 500);
            assertThat(new String(
                            response.header("x-gapura-params").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                            java.nio.charset.StandardCharsets.UTF_8))
                    .contains("max_completion_tokens=clamped(none→" + most + ")");
            assertThat(settled(gateway, POOR)).isEqualTo(nanoUsd(7, 20));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_completion_tokens", "max_tokens"})
    void aLimitThatIsNullIsNone(String name) {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.005", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            RawClient.Response response = ask(gateway, body(false, ",\"" + name + "\" : null"));

            assertThat(response.status()).as(response.text()).isEqualTo(200);
            JsonNode sent = Ask.json(gateway.simulator().requests().getFirst().body());
            assertThat(sent.path("max_completion_tokens").asInt())
                    .as(sent.toString())
                    .isBetween(490, 500);
        }
    }

    @Test
    void aNumberInASchemaDoesNotLimitTheAnswer() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.005", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(7, 20));
            String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                    + "{\"type\":\"object\",\"max_tokens\":1}}}]";
            assertThat(ask(gateway, body(false, tools)).status()).isEqualTo(200);
            JsonNode sent = Ask.json(gateway.simulator().requests().getFirst().body());
            assertThat(sent.path("max_completion_tokens").asInt())
                    .as(sent.toString())
                    .isBetween(400, 500);
        }
    }

    @Test
    void aPictureIsNotEstimatedByItsBytes() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", "")) {
            gateway.simulator()
                    .answerWith(request ->
                            Reply.stream(List.of(Step.Send.text(Ask.event(Ask.text("0123456789ab"))), new Step.Cut())));
            String picture = "\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                    + "iVBORw0KGgoA".repeat(80_000) + "\"}}]";
            ask(gateway, gateway.key(), body(true, "").replace("\"content\":\"Hi\"", picture));
            Waiting.until("it is written", () -> !entries(gateway).isEmpty());
            Entry entry = entries(gateway).getFirst();
            assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
            assertThat(entry.costNanoUsd()).isBetween(nanoUsd(800, 1), nanoUsd(900, 20));
        }
    }

    @Test
    void aModelWithoutAPriceIsRefused() {
        String body = "{\"model\":\"free/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        String free = "providers: { free: { dialect: openai_chat, base_url: \"http://127.0.0.1:1\" } }\n";
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", free)) {
            RawClient.Response refused = ask(gateway, body);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(Ask.error(refused).path("code").asText()).isEqualTo("price_unknown");
        }
        try (TestGateway gateway =
                Spending.gateway("usd_per_day: 1", free + "budget: { allow_unknown_price: true }\n")) {
            assertThat(ask(gateway, body).status()).isEqualTo(502);
        }
    }

    @Test
    void aBudgetThatIsSetLaterCountsWhatTheLedgerKnows() {
        try (TestGateway gateway = Spending.gateway("requests_per_day: 1000", "")) {
            gateway.simulator().answerWith(request -> Spending.answer(0, 400));
            ask(gateway, body(false, ""));
            Waiting.until("it is written", () -> !entries(gateway).isEmpty());
            gateway.reload(Spending.PRICED + "auth: { keys: [ { name: poor, key: " + KEY
                    + ", limits: { usd_per_day: 0.005 } } ] }\n");
            assertThat(ask(gateway, body(false, ",\"max_tokens\":101")).status())
                    .isEqualTo(429);
            assertThat(ask(gateway, body(false, ",\"max_tokens\":90")).status()).isEqualTo(200);
        }
    }

    private static final String CALC = "tools: { calc: { kind: builtin, name: calculator, price_usd: 0.002 } }\n";

    /// A model that calls the calculator and then answers.
    private static Reply calculating(boolean again) {
        if (again) {
            return Spending.answer(30, 5);
        }
        return Reply.json(
                200,
                "{\"id\":\"1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\","
                        + "\"type\":\"function\",\"function\":{\"name\":\"calc\",\"arguments\":"
                        + "\"{\\\"expression\\\":\\\"1+1\\\"}\"}}]},\"finish_reason\":\"tool_calls\"}],"
                        + Spending.usage(7, 20) + "}");
    }

    @ParameterizedTest
    @CsvSource({"1, stop, 2", "0.0115, length, 1"})
    void everyTurnOfAnAnswerIsPaidFor(String usd, String reason, int calls) {
        try (TestGateway gateway = Spending.gateway("usd_per_day: " + usd, CALC)) {
            gateway.simulator().answerWith(request -> calculating(request.text().contains("\"role\":\"tool\"")));
            RawClient.Response response = ask(
                    gateway, body(false, ",\"max_tokens\":1000,\"tools\":[{\"type\":\"server\",\"name\":\"calc\"}]"));

            assertThat(response.status()).as(response.text()).isEqualTo(200);
            assertThat(Ask.json(response.body()).at("/choices/0/finish_reason").asText())
                    .as(response.text())
                    .isEqualTo(reason);
            assertThat(gateway.simulator().requestCount()).isEqualTo(calls);
            long cost = nanoUsd(7, 20) + 2_000_000 + (calls == 2 ? nanoUsd(30, 5) : 0);
            assertThat(settled(gateway, POOR)).isEqualTo(cost);
            assertThat(entries(gateway).getFirst().costNanoUsd()).isEqualTo(cost);
        }
    }

    /// A model that calls a tool so many times in one turn.
    private static Reply calling(SimRequest request, String tool, int times) {
        ModelTurn turn = ModelTurn.says("");
        for (int call = 0; call < times; call++) {
            turn = turn.calling("call_" + call, tool, "{\"expression\":\"1+" + call + "\"}");
        }
        return ScriptedModel.results(request) > 0
                ? Spending.answer(30, 5)
                : ScriptedModel.OPENAI_CHAT.reply(request, turn);
    }

    @Test
    void toolsThatTheBudgetDoesNotBuyDoNotRun() {
        try (TestGateway gateway = Spending.gateway("usd_per_day: 0.0055", CALC)) {
            gateway.simulator().answerWith(request -> calling(request, "calc", 3));
            RawClient.Response response = ToolClient.post(
                    gateway.port(),
                    Spending.KEY,
                    body(false, ",\"max_tokens\":100"),
                    Map.of("x-gapura-tools", "all", "x-gapura-details", "true"));
            JsonNode answer = Ask.json(response.body());
            assertThat(answer.at("/choices/0/finish_reason").asText())
                    .as(response.text())
                    .isEqualTo("stop");
            assertThat(answer.at("/gapura/tools").findValuesAsText("status"))
                    .containsExactlyInAnyOrder("ok", "ok", "unpaid");
            assertThat(gateway.simulator().requests().getLast().text())
                    .contains("This tool costs more than what is left of the budget.");
            long cost = nanoUsd(10, 5) + nanoUsd(30, 5) + 2 * 2_000_000;
            assertThat(settled(gateway, POOR)).isEqualTo(cost);
            assertThat(entries(gateway).getFirst().costNanoUsd()).isEqualTo(cost);
        }
    }

    @Test
    void thePriceOfAToolIsReservedBeforeItRuns() {
        Vertx vertx = Vertx.vertx();
        AtomicReference<TestGateway> asked = new AtomicReference<>();
        List<Spending.Sums> seen = new CopyOnWriteArrayList<>();
        HttpServer service = Waiting.get(vertx.createHttpServer()
                .requestHandler(request -> Thread.ofVirtual().start(() -> {
                    seen.add(Spending.today(asked.get(), POOR));
                    request.response().end("done");
                }))
                .listen(0, "127.0.0.1"));
        String address = "127.0.0.1:" + service.actualPort();
        try (TestGateway gateway = Spending.gateway(
                "usd_per_day: 1",
                "egress: { allow: [\"" + address + "\"] }\ntools: { dear: { kind: http, description: d, method: POST,"
                        + " url: \"http://" + address + "/\", price_usd: 0.5, parameters: { type: object } } }\n")) {
            asked.set(gateway);
            gateway.simulator().answerWith(request -> calling(request, "dear", 1));
            RawClient.Response response = ToolClient.post(
                    gateway.port(), Spending.KEY, body(true, ",\"max_tokens\":100"), Map.of("x-gapura-tools", "all"));
            assertThat(response.text()).contains("[DONE]");
            assertThat(seen).singleElement().satisfies(sums -> {
                assertThat(sums.settled()).isZero();
                assertThat(sums.reserved()).isGreaterThanOrEqualTo(500_000_000);
            });
            assertThat(settled(gateway, POOR))
                    .isEqualTo(entries(gateway).getFirst().costNanoUsd());
        } finally {
            Waiting.get(vertx.close());
        }
    }

    @Test
    void withoutTheDatabaseOnlyThoseWithABudgetWait() throws Exception {
        try (Postgres server = Postgres.own()) {
            Config.Postgresql place = (Config.Postgresql) server.storage().place();
            String storage = "storage: { url: \"postgresql://" + place.user() + "@"
                    + place.hosts().getFirst() + "/" + place.database() + "\" }\n";
            try (TestGateway gateway = Spending.gateway("usd_per_day: 1", storage)) {
                gateway.simulator().answerWith(request -> Spending.answer(7, 20));
                Waiting.until(
                        "the database is there",
                        () -> ask(gateway, body(false, "")).status() == 200);
                long before = settled(gateway, POOR);
                server.stop();
                RawClient.Response refused = ask(gateway, body(false, ""));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(Ask.error(refused).path("code").asText()).isEqualTo("budgets_unavailable");
                assertThat(ask(gateway, gateway.key(), body(false, "")).status())
                        .isEqualTo(200);
                try (Postgres again = server.again()) {
                    Waiting.until(
                            "it is back", () -> ask(gateway, body(false, "")).status() == 200);
                    Waiting.until("it is settled", () -> settled(gateway, POOR) > before);
                    assertThat(again).isNotNull();
                    gateway.drain();
                }
            }
        }
    }

    @Test
    void aDrainSettlesEverything() throws Exception {
        java.nio.file.Path folder = java.nio.file.Files.createTempDirectory("gapura-budget");
        String storage = "storage: { url: \"sqlite:" + folder.resolve("gapura.db")
                + "\" }\nserver: { drain: 200ms, access_log: \"off\" }\n";
        try (TestGateway gateway = Spending.gateway("usd_per_day: 1", storage)) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofSeconds(30)))));
            List<RawClient> clients = new java.util.ArrayList<>();
            for (int index = 0; index < 20; index++) {
                RawClient client = RawClient.connect(gateway.port());
                client.postJson(Ask.CHAT, KEY, body(true, ""));
                assertThat(client.readHead().status()).isEqualTo(200);
                clients.add(client);
            }
            gateway.drain();
            clients.forEach(RawClient::close);
        }
        try (TestGateway again = Spending.gateway("usd_per_day: 1", storage)) {
            assertThat(Spending.reservations(again)).isZero();
            assertThat(entries(again)).hasSize(20);
            assertThat(today(again, POOR).reserved()).isZero();
            assertThat(today(again, POOR).settled())
                    .isEqualTo(entries(again).stream()
                            .mapToLong(Entry::costNanoUsd)
                            .sum());
        }
    }
}
