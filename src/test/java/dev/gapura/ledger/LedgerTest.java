package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is written is found again, on both databases.
class LedgerTest {
    @TempDir
    Path folder;

    private OpenLedger open(Kind kind) {
        return new OpenLedger(Storages.empty(kind, folder));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anExchangeIsFoundAsItWas(Kind kind) {
        try (OpenLedger open = open(kind)) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_a";
            exchange.tags = Map.of("team", "blue");
            exchange.usage = new Usage(100, 20, 40, 0, 5, Map.of(Usage.Part.WEB_SEARCHES, 2L), "priority");
            open.ledger.write(exchange.record());

            open.settle(1);
            Entry entry = Database.now(open.ledger.one("req_a")).orElseThrow();
            assertThat(entry.timeMillis()).isEqualTo(Exchanges.TIME);
            assertThat(entry.status()).isEqualTo(200);
            assertThat(entry.keyName()).isEqualTo("first");
            assertThat(entry.userAgent()).isEqualTo("curl/8.0");
            assertThat(entry.modelAsked()).isEqualTo("sim/echo");
            assertThat(entry.provider()).isEqualTo("sim");
            assertThat(entry.model()).isEqualTo("echo");
            assertThat(entry.counted()).isEqualTo(Charge.Counted.REPORTED);
            assertThat(entry.tokens()).isEqualTo(new Tokens(60, 40, 0, 15, 5));
            assertThat(entry.parts()).isEqualTo("{\"web_searches\":2}");
            assertThat(entry.serviceTier()).isEqualTo("priority");
            // 60 × 1.25 + 40 × 0.125 + 20 × 10 dollars for a million
            assertThat(entry.costNanoUsd()).isEqualTo(280_000);
            assertThat(entry.price()).isEqualTo("in=1.25,cached=0.125,out=10");
            assertThat(entry.firstByteMillis()).isEqualTo(12);
            assertThat(entry.durationMillis()).isEqualTo(1_500);
            assertThat(entry.verdicts()).isEqualTo("seed=stripped");
            assertThat(entry.tags()).isEqualTo("{\"team\":\"blue\"}");
            assertThat(open.page(Filter.ALL, null, 10).entries()).containsExactly(entry);
            assertThat(Database.now(open.ledger.one("req_b"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSameExchangeTwiceIsThereOnceAndCountedOnce(Kind kind) {
        try (OpenLedger open = open(kind)) {
            open.ledger.write(Exchanges.one("req_a"));
            open.ledger.write(Exchanges.one("req_a"));
            open.ledger.write(Exchanges.one("req_b"));

            open.settle(2);
            assertThat(open.count("exchange")).isEqualTo(2);
            assertThat(open.count("exchange_text")).isEqualTo(2);
            assertThat(open.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, Exchanges.TIME + 1, UsageQuery.By.MODEL)))
                    .singleElement()
                    .satisfies(day -> {
                        assertThat(day.requests()).isEqualTo(2);
                        assertThat(day.costNanoUsd()).isEqualTo(560_000);
                        assertThat(day.model()).isEqualTo("echo");
                        assertThat(day.tokens()).isEqualTo(new Tokens(120, 80, 0, 30, 10));
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsNotKnownIsNotZero(Kind kind) {
        try (OpenLedger open = open(kind)) {
            Exchanges cut = new Exchanges();
            cut.id = "req_cut";
            cut.usage = null;
            cut.failure = FailureKind.PROVIDER_CUT;
            open.ledger.write(cut.record());
            Exchanges refused = new Exchanges();
            refused.id = "req_refused";
            refused.usage = null;
            refused.status = 429;
            refused.failure = FailureKind.PROVIDER_RATE_LIMITED;
            open.ledger.write(refused.record());

            open.settle(2);
            Entry unknown = Database.now(open.ledger.one("req_cut")).orElseThrow();
            assertThat(unknown.costNanoUsd()).isNull();
            assertThat(unknown.tokens()).isNull();
            assertThat(unknown.counted()).isEqualTo(Charge.Counted.UNKNOWN);
            Entry free = Database.now(open.ledger.one("req_refused")).orElseThrow();
            assertThat(free.costNanoUsd()).isZero();
            assertThat(free.counted()).isEqualTo(Charge.Counted.NOTHING);
            assertThat(open.usage(UsageQuery.of(Period.HOUR, Exchanges.TIME, Exchanges.TIME + 1)))
                    .singleElement()
                    .satisfies(hour -> {
                        assertThat(hour.unpriced()).isEqualTo(1);
                        assertThat(hour.failed()).isEqualTo(2);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void bodiesComeBackAsTheyWere(Kind kind) {
        byte[] request = "{\"messages\":[{\"content\":\"Sugeng \\u00e9njing\"}]}".getBytes(StandardCharsets.UTF_8);
        byte[] answer = ("data: {\"delta\":\"Hel\"}\n\ndata: {\"delta\":\"lo\"}\n\n").getBytes(StandardCharsets.UTF_8);
        try (OpenLedger open = open(kind)) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_a";
            byte[] sent = "{\"messages\":[{\"content\":\"Sugeng \\u00e9njing\"}],\"model\":\"m\"}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.bodies = new Bodies(
                    new Body(request, request.length),
                    new Body(answer, 4_000),
                    new Body(sent, 70_000),
                    new Body(answer, answer.length));
            open.ledger.write(exchange.record());
            open.ledger.write(Exchanges.one("req_b"));

            open.settle(2);
            Bodies kept = Database.now(open.ledger.bodies("req_a")).orElseThrow();
            assertThat(kept.request().beginning()).isEqualTo(request);
            assertThat(kept.answer().beginning()).isEqualTo(answer);
            assertThat(kept.answer().bytes()).isEqualTo(4_000);
            assertThat(Objects.requireNonNull(kept.sent()).beginning()).isEqualTo(sent);
            assertThat(kept.sent().bytes()).isEqualTo(70_000);
            assertThat(Objects.requireNonNull(kept.came()).beginning()).isEqualTo(answer);
            assertThat(Database.now(open.ledger.bodies("req_b"))).isEmpty();
            assertThat(open.all(Filter.of(new Filter.Text("enjing")), 10)).containsExactly("req_a");
            // Its two halves came in two events.
            assertThat(open.all(Filter.of(new Filter.Text("hello")), 10)).containsExactly("req_a");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatNoDatabaseTakesAsTextIsKeptReadable(Kind kind) {
        try (OpenLedger open = open(kind)) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_a";
            exchange.userAgent = "a\u0000b\uD800c";
            exchange.asked = "m".repeat(10_000);
            open.ledger.write(exchange.record());

            open.settle(1);
            Entry entry = Database.now(open.ledger.one("req_a")).orElseThrow();
            assertThat(entry.userAgent()).isEqualTo("a\uFFFDb\uFFFDc");
            assertThat(entry.modelAsked()).hasSize(512);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasWrittenIsThereAfterARestart(Kind kind) {
        var settings = Storages.empty(kind, folder);
        try (OpenLedger open = new OpenLedger(settings)) {
            open.ledger.write(Exchanges.one("req_a"));
        }

        try (OpenLedger open = new OpenLedger(settings)) {
            assertThat(Database.now(open.ledger.one("req_a"))).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTailIsToldOfEachExchangeOnceItIsWritten(Kind kind) throws Exception {
        try (OpenLedger open = open(kind)) {
            Queue<String> told = new ConcurrentLinkedQueue<>();
            AutoCloseable tail = open.ledger.tail(entries -> entries.forEach(entry -> told.add(entry.requestId())));
            open.ledger.write(Exchanges.one("req_a"));
            open.ledger.write(Exchanges.one("req_b"));
            Waiting.until("both are told", () -> told.size() == 2);
            tail.close();
            open.ledger.write(Exchanges.one("req_c"));
            open.settle(3);

            assertThat(List.copyOf(told)).containsExactly("req_a", "req_b");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void strangersFillNothing(Kind kind) {
        try (OpenLedger open = open(kind)) {
            for (int index = 0; index < 3_000; index++) {
                Exchanges stranger = new Exchanges();
                stranger.id = "req_" + index;
                stranger.key = null;
                stranger.provider = null;
                open.ledger.write(stranger.record());
            }
            open.ledger.write(Exchanges.one("req_known"));

            Waiting.until(
                    "the known one is written",
                    () -> Database.now(open.ledger.one("req_known")).isPresent());
            assertThat(open.count("exchange")).isBetween(900L, 1_500L);
        }
    }
}
