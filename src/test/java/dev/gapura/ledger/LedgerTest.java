package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is written is found again, on both databases.
class LedgerTest {
    @TempDir
    Path folder;

    private Store store;
    private Ledger ledger;

    private void open(Kind kind) {
        open(Storages.store(Storages.empty(kind, folder)));
    }

    private void open(Store opened) {
        store = opened;
        ledger = new Ledger(store.history(), Ledger.QUEUE_BYTES);
        store.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private Page page(Filter filter, String cursor, int limit) {
        return Database.now(ledger.page(filter, cursor, limit));
    }

    private void untilWritten(int count) {
        Waiting.until(
                count + " exchanges are written",
                () -> page(Filter.ALL, null, 500).entries().size() >= count);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anExchangeIsFoundAsItWas(Kind kind) {
        open(kind);

        ledger.write(Exchanges.one("req_a"));

        untilWritten(1);
        Entry entry = Database.now(ledger.one("req_a")).orElseThrow();
        assertThat(entry.timeMillis()).isEqualTo(Exchanges.TIME);
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.keyName()).isEqualTo("first");
        assertThat(entry.userAgent()).isEqualTo("curl/8.0");
        assertThat(entry.modelAsked()).isEqualTo("sim/echo");
        assertThat(entry.provider()).isEqualTo("sim");
        assertThat(entry.model()).isEqualTo("echo");
        assertThat(entry.counted()).isEqualTo(Charge.Counted.REPORTED);
        assertThat(entry.tokens()).isEqualTo(new Tokens(60, 40, 0, 15, 5));
        // 60 × 1.25 + 40 × 0.125 + 20 × 10 dollars for a million
        assertThat(entry.costNanoUsd()).isEqualTo(280_000);
        assertThat(entry.price()).isEqualTo("in=1.25,cached=0.125,out=10");
        assertThat(entry.firstByteMillis()).isEqualTo(12);
        assertThat(entry.durationMillis()).isEqualTo(1_500);
        assertThat(entry.verdicts()).isEqualTo("seed=stripped");
        assertThat(page(Filter.ALL, null, 10).entries()).containsExactly(entry);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSameExchangeTwiceIsThereOnceAndCountedOnce(Kind kind) {
        open(kind);

        ledger.write(Exchanges.one("req_a"));
        ledger.write(Exchanges.one("req_a"));
        ledger.write(Exchanges.one("req_b"));

        untilWritten(2);
        assertThat(page(Filter.ALL, null, 10).entries()).hasSize(2);
        List<Usage> usage = Database.now(
                ledger.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, Exchanges.TIME + 1, UsageQuery.By.MODEL)));
        assertThat(usage).singleElement().satisfies(day -> {
            assertThat(day.requests()).isEqualTo(2);
            assertThat(day.costNanoUsd()).isEqualTo(560_000);
            assertThat(day.model()).isEqualTo("echo");
            assertThat(day.tokens()).isEqualTo(new Tokens(120, 80, 0, 30, 10));
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pagesFollowEachOtherFromTheNewestToTheOldest(Kind kind) {
        open(kind);
        for (int index = 0; index < 25; index++) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_" + index;
            exchange.time = Exchanges.TIME + index / 3;
            ledger.write(exchange.record());
        }
        untilWritten(25);

        List<String> all = page(Filter.ALL, null, 500).entries().stream()
                .map(Entry::requestId)
                .toList();
        assertThat(all).hasSize(25).first().isEqualTo("req_24");
        Page first = page(Filter.ALL, null, 10);
        Page second = page(Filter.ALL, first.next(), 10);
        Page third = page(Filter.ALL, second.next(), 10);
        assertThat(third.next()).isNull();
        assertThat(List.of(first, second, third).stream()
                        .flatMap(page -> page.entries().stream())
                        .map(Entry::requestId))
                .containsExactlyElementsOf(all);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasWrittenIsThereAfterARestart(Kind kind) {
        var settings = Storages.empty(kind, folder);
        open(Storages.store(settings));
        ledger.write(Exchanges.one("req_a"));
        store.close();

        open(Storages.store(settings));

        assertThat(Database.now(ledger.one("req_a"))).isPresent();
    }
}
