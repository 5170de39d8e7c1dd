package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import dev.gapura.testkit.Storages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is due is forgotten, with everything that was derived from it, and nothing else is.
class RetentionTest {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = Exchanges.TIME + 40 * DAY;
    private static final byte[] BODY = "{\"content\":\"unspeakable\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private static Config.History keep(Duration keep, long maxBytes, Duration bodies) {
        return new Config.History(keep, maxBytes, Config.Bodies.OFF, 1_000, bodies);
    }

    private static long sweep(OpenLedger open, Config.History settings) {
        return new Retention(open.store.history(), () -> settings, InstantSource.fixed(Instant.ofEpochMilli(NOW)))
                .sweep();
    }

    /// One exchange a day for 40 days, with a body each.
    private static void fill(OpenLedger open) {
        for (int day = 0; day < 40; day++) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_" + day;
            exchange.time = Exchanges.TIME + day * DAY + 1;
            exchange.bodies = new Bodies(
                    new Body(BODY, BODY.length), new Body(BODY, BODY.length), new Body(BODY, BODY.length), null);
            open.ledger.write(exchange.record());
        }
        open.settle(40);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsTooOldIsForgotten(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            fill(open);

            long forgotten = sweep(open, keep(Duration.ofDays(30), Long.MAX_VALUE, Duration.ofDays(365)));

            assertThat(forgotten).isEqualTo(10);
            assertThat(open.all(Filter.ALL, 100))
                    .hasSize(30)
                    .doesNotContain("req_9")
                    .contains("req_10");
            assertThat(open.count("exchange_body")).isEqualTo(30);
            assertThat(open.count("exchange_text")).isEqualTo(30);
            assertThat(stored(open, "exchanges")).isEqualTo(30);
            assertThat(open.all(Filter.of(new Filter.Text("unspeakable")), 100)).hasSize(30);
            assertThat(sweep(open, keep(Duration.ofDays(30), Long.MAX_VALUE, Duration.ofDays(365))))
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void bodiesAreForgottenSoonerAndTheirWordsWithThem(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            fill(open);
            long before = stored(open, "bytes");

            sweep(open, keep(Duration.ofDays(365), Long.MAX_VALUE, Duration.ofDays(7)));

            assertThat(open.all(Filter.ALL, 100)).hasSize(40);
            assertThat(open.count("exchange_body")).isEqualTo(7);
            assertThat(open.all(Filter.of(new Filter.Text("unspeakable")), 100)).hasSize(7);
            assertThat(open.all(Filter.of(new Filter.Text("curl")), 100)).hasSize(40);
            Entry old = Database.now(open.ledger.one("req_0")).orElseThrow();
            assertThat(old.hasBodies()).isFalse();
            assertThat(stored(open, "bytes")).isLessThan(before);
            assertThat(stored(open, "bytes"))
                    .isEqualTo(Database.now(
                            open.store.history().read(sql -> sql.number("SELECT sum(stored_bytes) FROM exchange"))));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theOldestGoWhereThereIsTooMuch(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            for (int index = 0; index < 2_000; index++) {
                Exchanges exchange = new Exchanges();
                exchange.id = "req_" + index;
                exchange.time = Exchanges.TIME + index;
                open.ledger.write(exchange.record());
            }
            open.settle(2_000);
            long all = stored(open, "bytes");

            sweep(open, keep(Duration.ofDays(365), all / 2, Duration.ofDays(365)));

            assertThat(stored(open, "bytes")).isBetween(1L, all / 2);
            List<String> left = open.all(Filter.ALL, 500);
            assertThat(left)
                    .hasSizeBetween(2_000 / 2 - Retention.CHUNK, 2_000 / 2)
                    .first()
                    .isEqualTo("req_1999");
            assertThat(stored(open, "exchanges")).isEqualTo(left.size());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void sumsOutliveExchangesAndMinutesGoBeforeDays(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            fill(open);

            sweep(open, keep(Duration.ofDays(1), Long.MAX_VALUE, Duration.ofDays(1)));

            assertThat(open.usage(UsageQuery.of(Period.DAY, 0, NOW))).hasSize(40);
            assertThat(open.usage(UsageQuery.of(Period.HOUR, 0, NOW))).hasSize(40);
            assertThat(open.usage(UsageQuery.of(Period.MINUTE, 0, NOW))).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofTwoGatewaysOneDoesIt(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        try (OpenLedger one = new OpenLedger(settings);
                OpenLedger other = new OpenLedger(settings)) {
            fill(one);
            Config.History short_ = keep(Duration.ofDays(1), Long.MAX_VALUE, Duration.ofDays(1));
            Retention first =
                    new Retention(one.store.history(), () -> short_, InstantSource.fixed(Instant.ofEpochMilli(0)));
            assertThat(first.sweep()).isZero();

            assertThat(sweep(other, short_)).isZero();
            assertThat(other.count("exchange")).isEqualTo(40);
        }
    }

    @Test
    void theFileOfTheDatabaseShrinksWithItsContent() {
        byte[] noise = new byte[60_000];
        new Random(1).nextBytes(noise);
        try (OpenLedger open = new OpenLedger(Storages.empty(Kind.SQLITE, folder), 200_000_000)) {
            for (int index = 0; index < 800; index++) {
                Exchanges exchange = new Exchanges();
                exchange.id = "req_" + index;
                exchange.bodies = Exchanges.said(noise, BODY);
                open.ledger.write(exchange.record());
            }
            open.settle(800);
            long before = pages(open);

            sweep(open, keep(Duration.ofDays(1), Long.MAX_VALUE, Duration.ofDays(1)));

            assertThat(before - pages(open)).isGreaterThanOrEqualTo(4_000);
        }
    }

    private static long pages(OpenLedger open) {
        return Database.now(open.store.history().read(sql -> sql.number("PRAGMA page_count")));
    }

    private static long stored(OpenLedger open, String figure) {
        return Database.now(open.store.history().read(sql -> sql.number("SELECT sum(" + figure + ") FROM stored")));
    }
}
