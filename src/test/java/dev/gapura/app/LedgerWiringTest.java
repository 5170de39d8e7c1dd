package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Exchanges through the whole gateway end up in its ledger.
class LedgerWiringTest {
    private static final String SIGNED =
            "{\"model\":\"sim/echo\",\"stream\":%s,\"user\":\"u-1\",\"metadata\":{\"team\":\"blue\"},"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Sugeng enjing\"}]}";

    private static final String CONFIGURED = "configured-0123456789";

    private static int chat(TestGateway gateway, String key) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, Ask.body(false, "Hello"))
                    .readResponse()
                    .status();
        }
    }

    private static List<Entry> entries(TestGateway gateway) {
        return Database.now(gateway.ledger().page(Filter.ALL, null, Ledger.MOST_ENTRIES))
                .entries();
    }

    private static Entry only(TestGateway gateway) {
        Waiting.until("one exchange is written", () -> !entries(gateway).isEmpty());
        assertThat(entries(gateway)).hasSize(1);
        return entries(gateway).getFirst();
    }

    private static String url(Config.Storage storage) {
        Config.Postgresql place = (Config.Postgresql) storage.place();
        return "postgresql://" + place.user() + "@" + place.hosts().getFirst() + "/" + place.database();
    }

    @Test
    void everyExchangeIsThereOnce() {
        try (TestGateway gateway = TestGateway.start()) {
            Ask.chat(gateway, false, "Hello");
            Ask.chat(gateway, true, "Hello");
            Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));
            Ask.chat(gateway, "{");
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, "sk-gapura-wrong", Ask.body(false, "Hello"))
                        .readResponse();
            }
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.send("GET /v1/models HTTP/1.1\r\nno colon\r\n\r\n").readResponse();
            }
            Ask.get(gateway, "GET", "/healthz");
            Ask.get(gateway, "GET", "/metrics");

            Waiting.until("six exchanges", () -> entries(gateway).size() >= 6);
            List<Entry> entries = entries(gateway).reversed();
            assertThat(entries).extracting(Entry::status).containsExactly(200, 200, 404, 400, 401, 400);
            assertThat(entries).extracting(Entry::streamed).containsExactly(false, true, false, false, false, false);
            assertThat(entries)
                    .extracting(Entry::errorCode)
                    .containsExactly(null, null, "model_not_found", "invalid_json", "invalid_api_key", null);
            assertThat(entries).extracting(Entry::attempts).containsExactly(1, 1, 0, 0, 0, 0);
            assertThat(entries)
                    .extracting(Entry::counted)
                    .startsWith(Charge.Counted.REPORTED, Charge.Counted.REPORTED, Charge.Counted.NOTHING);
        }
    }

    @Test
    void tagsAndEndUserAreKeptAndFound() {
        try (TestGateway gateway = TestGateway.start()) {
            Ask.chat(gateway, SIGNED.formatted(false));

            Entry entry = only(gateway);
            assertThat(entry.tags()).isEqualTo("{\"team\":\"blue\"}");
            assertThat(entry.endUser()).isEqualTo("u-1");
            assertThat(Database.now(gateway.ledger()
                                    .page(Filter.of(new Filter.Is(Filter.Field.END_USER, "u-1")), null, 10))
                            .entries())
                    .containsExactly(entry);
            assertThat(Database.now(gateway.ledger().page(Filter.of(new Filter.Text("blue")), null, 10))
                            .entries())
                    .containsExactly(entry);
            assertThat(entry.hasBodies()).isFalse();
        }
    }

    @Test
    void bodiesAreKeptWhereThatIsAskedFor() {
        try (TestGateway gateway = TestGateway.start("storage: { history: { bodies: all, body_max_bytes: 300 } }\n")) {
            for (boolean stream : List.of(false, true)) {
                byte[] answer = Ask.chat(gateway, SIGNED.formatted(stream)).body();
                Waiting.until(
                        "it is written", () -> entries(gateway).stream().anyMatch(entry -> entry.streamed() == stream));
                Entry entry = entries(gateway).stream()
                        .filter(each -> each.streamed() == stream)
                        .findFirst()
                        .orElseThrow();
                Bodies bodies =
                        Database.now(gateway.ledger().bodies(entry.requestId())).orElseThrow();
                assertThat(new String(bodies.request().beginning(), StandardCharsets.UTF_8))
                        .isEqualTo(SIGNED.formatted(stream));
                assertThat(bodies.answer().bytes()).isEqualTo(answer.length);
                assertThat(bodies.answer().beginning()).isEqualTo(Arrays.copyOf(answer, Math.min(answer.length, 300)));
            }
        }
    }

    @Test
    void aKeyDecidesForItself() {
        String yaml = """
                storage: { history: { bodies: all } }
                auth: { keys: [ { name: quiet, key: quiet-secret-0123456789, bodies: "off" },
                                { name: careful, key: careful-secret-0123456789, bodies: errors } ] }
                """;
        try (TestGateway gateway = TestGateway.start(yaml)) {
            for (String key : List.of("quiet", "careful")) {
                for (String body : List.of(Ask.body(false, "Hello"), Ask.body("nowhere/model", false, "Hello"))) {
                    try (RawClient client = RawClient.connect(gateway.port())) {
                        client.postJson(Ask.CHAT, key + "-secret-0123456789", body)
                                .readResponse();
                    }
                }
            }
            Waiting.until("four exchanges", () -> entries(gateway).size() == 4);
            assertThat(entries(gateway).reversed())
                    .extracting(entry -> entry.keyName() + " " + entry.status() + " " + entry.hasBodies())
                    .containsExactly("quiet 200 false", "quiet 404 false", "careful 200 false", "careful 404 true");
        }
    }

    @Test
    void failuresAreKeptAsTheyWereTold() {
        try (TestGateway gateway = TestGateway.start()) {
            gateway.simulator().answerWith(request -> Replies.json(429, "{\"error\":{\"message\":\"slow down\"}}"));
            Ask.chat(gateway, false, "Hello");

            Entry entry = only(gateway);
            assertThat(entry.status()).isEqualTo(429);
            assertThat(entry.failure()).isEqualTo("provider_rate_limited");
            assertThat(entry.counted()).isEqualTo(Charge.Counted.NOTHING);
            assertThat(entry.costNanoUsd()).isZero();
        }
    }

    @Test
    void aClientThatLeavesIsKeptOnceWithAnEstimate() {
        try (TestGateway gateway = TestGateway.start()) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(
                            List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofSeconds(30)))));
            Ask.streaming(gateway, "Hello").close();

            Entry entry = only(gateway);
            assertThat(entry.failure()).isEqualTo("client_gone");
            assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
            assertThat(entry.tokens()).isNotNull();
            assertThat(entry.costNanoUsd()).isNull();
        }
    }

    @Test
    void aDrainLosesNothing() throws Exception {
        String yaml = "storage: { url: \"" + url(Postgres.shared().storage()) + "\" }\nserver: { drain: 1s,"
                + " access_log: \"off\" }\n";
        TestGateway gateway = TestGateway.start(yaml);
        gateway.simulator().answerWith(request -> {
            Duration pause = Duration.ofMillis(Ask.textOf(request).equals("short") ? 300 : 60_000);
            return Reply.stream(List.of(
                    Step.Send.text(Ask.event(Ask.text("a"))),
                    new Step.Pause(pause),
                    Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")));
        });
        List<RawClient> clients = new ArrayList<>();
        for (int index = 0; index < 40; index++) {
            clients.add(Ask.streaming(gateway, index % 2 == 0 ? "short" : "long"));
        }
        CompletableFuture.runAsync(gateway::close).get(30, TimeUnit.SECONDS);
        clients.forEach(RawClient::close);

        try (TestGateway again = TestGateway.start(yaml)) {
            assertThat(entries(again)).hasSize(40);
            assertThat(entries(again).stream().filter(entry -> entry.failure() == null))
                    .hasSize(20);
            assertThat(entries(again).stream().filter(entry -> "shutting_down".equals(entry.errorCode())))
                    .hasSize(20);
        }
    }

    @Test
    void withoutItsDatabaseItServesAndTellsAndCatchesUp() throws Exception {
        try (Postgres server = Postgres.own()) {
            String yaml = "storage: { url: \"" + url(server.storage()) + "\" }\n" + "auth: { keys: [ { name: ci, key: "
                    + CONFIGURED + " } ] }\n";
            server.stop();
            try (TestGateway gateway = TestGateway.start(yaml)) {
                assertThat(chat(gateway, CONFIGURED)).isEqualTo(200);
                RawClient.Response notYet = Ask.get(gateway, "GET", "/readyz");
                assertThat(notYet.status()).isEqualTo(503);
                assertThat(notYet.text()).isEqualTo("{\"status\":\"starting\",\"storage\":\"opening\"}");
                assertThat(Ask.metric(gateway, "gapura_store_up{database=\"history\"}"))
                        .isZero();
                assertThat(Ask.metric(gateway, "gapura_store_queue_bytes{database=\"history\"}"))
                        .isPositive();

                Postgres back = server.again();
                Waiting.until(
                        "it is ready", () -> Ask.get(gateway, "GET", "/readyz").status() == 200);
                assertThat(only(gateway).status()).isEqualTo(200);
                back.stop();
                Waiting.until(
                        "it tells",
                        () -> Ask.get(gateway, "GET", "/readyz")
                                .text()
                                .equals("{\"status\":\"ready\",\"storage\":\"down\"}"));
                assertThat(chat(gateway, CONFIGURED)).isEqualTo(200);
                try (Postgres again = back.again()) {
                    Waiting.until(
                            "it is up",
                            () -> Ask.get(gateway, "GET", "/readyz")
                                    .text()
                                    .equals("{\"status\":\"ready\",\"storage\":\"up\"}"));
                    Waiting.until("both are written", () -> entries(gateway).size() == 2);
                    assertThat(Ask.metric(gateway, "gapura_store_dropped_total{database=\"history\"}"))
                            .isZero();
                    gateway.drain();
                }
            }
        }
    }

    @Test
    void anUnknownExchangeIsNotThere() {
        try (TestGateway gateway = TestGateway.start()) {
            assertThat(Database.now(gateway.ledger().one("req_nowhere"))).isEqualTo(Optional.empty());
        }
    }
}
