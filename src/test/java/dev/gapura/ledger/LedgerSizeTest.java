package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.testkit.Storages;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// With 200,000 exchanges every question is answered from an index, and the cost of a page does not follow the number
/// of exchanges. Times are printed; what is held to are the plans, which no busy machine changes.
class LedgerSizeTest {
    private static final int EXCHANGES = Integer.getInteger("gapura.exchanges", 200_000);
    private static final long MONTH = Duration.ofDays(30).toMillis();
    /// They come in bursts of a second or two, as under load.
    private static final int BURST = 2_000;
    private static final long STEP = MONTH / Math.max(1, EXCHANGES / BURST);
    private static final long END = Exchanges.TIME + STEP * (EXCHANGES / BURST);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void questionsAreAnsweredFromIndexes(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            fill(open, kind);
            Map<String, Filter> filters = Map.of(
                    "the first page",
                    Filter.ALL,
                    "a model",
                    Filter.of(new Filter.Is(Filter.Field.MODEL, "model-7")),
                    "a key",
                    Filter.of(new Filter.Is(Filter.Field.KEY, "key-3")),
                    "failures",
                    Filter.of(new Filter.Status(400, 599)),
                    "a word that is rare",
                    Filter.of(new Filter.Text("job4711")),
                    "a word that is everywhere",
                    Filter.of(new Filter.Text("curl")),
                    "what nearly nobody has",
                    Filter.of(new Filter.LeastDuration(89_990)),
                    "an hour",
                    Filter.of(new Filter.From(END - STEP), new Filter.Before(END - STEP + 3_600_000)));
            filters.forEach((what, filter) -> {
                Page page = open.page(filter, null, 50);
                long micros = micros(() -> open.page(filter, null, 50));
                System.out.printf(
                        "%s, %s: %.1f ms, %d entries%n",
                        kind, what, micros / 1000.0, page.entries().size());
                PageQuery query = new PageQuery(kind, filter, Long.MAX_VALUE, 50);
                assertThat(plan(open, kind, query)).as(what).isNotEmpty().noneMatch(LedgerSizeTest::readsAll);
            });
            long micros = micros(() -> open.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, END, UsageQuery.By.MODEL)));
            System.out.printf("%s, usage by day and model: %.1f ms%n", kind, micros / 1000.0);
            assertThat(open.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, END)).stream()
                            .mapToLong(day -> day.requests())
                            .sum())
                    .isEqualTo(EXCHANGES);
        }
    }

    private static void fill(OpenLedger open, Kind kind) {
        Random random = new Random(1);
        long begin = System.nanoTime();
        for (int index = 0; index < EXCHANGES; index++) {
            ExchangeRecord record = exchange(index, random);
            while (open.queued() > Ledger.QUEUE_BYTES / 2) {
                LockSupport.parkNanos(1_000_000);
            }
            open.ledger.write(record);
        }
        while (open.queued() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%s: %.1f µs of CPU an exchange in the writer%n", kind, writerCpuNanos() / 1000.0 / EXCHANGES);
        System.out.printf("%s: %d exchanges written, %.0f in a second%n", kind, EXCHANGES, EXCHANGES / seconds);
        assertThat(open.count("exchange")).isEqualTo(EXCHANGES);
        if (kind == Kind.POSTGRESQL) {
            Database.now(open.store.history().commit(sql -> {
                // As its own upkeep does in time.
                sql.run("ANALYZE");
                return 0;
            }));
        }
        long told = Database.now(open.store.history().read(sql -> sql.number("SELECT sum(bytes) FROM stored")));
        long taken = Database.now(open.store
                .history()
                .read(sql -> sql.number(
                        kind == Kind.SQLITE
                                ? "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                                : "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                                        + " WHERE relname IN ('exchange', 'exchange_text', 'exchange_body')")));
        System.out.printf("%s: %d bytes an exchange on disk, %d told%n", kind, taken / EXCHANGES, told / EXCHANGES);
        assertThat((double) told / taken).isBetween(0.5, 2.0);
    }

    private static long writerCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals("store-history"))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
                .sum();
    }

    private static ExchangeRecord exchange(int index, Random random) {
        Exchanges exchange = new Exchanges();
        exchange.id = "req_" + Long.toString(random.nextLong() & Long.MAX_VALUE, 36) + Integer.toString(index, 36);
        exchange.time = Exchanges.TIME + STEP * (index / BURST) + index % BURST;
        exchange.key = "key-" + random.nextInt(5);
        exchange.model = "model-" + random.nextInt(10);
        exchange.provider = "provider-" + random.nextInt(3);
        exchange.asked = exchange.provider + "/" + exchange.model;
        exchange.userAgent = random.nextInt(4) == 0 ? "OpenAI/Python 2.1.0" : "curl/8.0";
        exchange.durationMillis = random.nextInt(90_000);
        exchange.usage = new Usage(random.nextInt(5_000), random.nextInt(800), 0, 0, 0);
        exchange.tags = index % 10 == 0 ? Map.of("job", "job" + index / 10) : Map.of();
        if (random.nextInt(50) == 0) {
            exchange.status = 502;
            exchange.failure = FailureKind.PROVIDER_FAILED;
            exchange.usage = null;
        }
        return exchange.record();
    }

    private static List<String> plan(OpenLedger open, Kind kind, PageQuery page) {
        return Database.now(open.store.history().read(sql -> {
            PageQuery.Query query = page.query(page.window(sql));
            return sql.list(
                    (kind == Kind.SQLITE ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + query.text(),
                    row -> row.getString(kind == Kind.SQLITE ? 4 : 1),
                    query.values().toArray());
        }));
    }

    /// A scan of the candidates that a subquery found is none of the table.
    private static boolean readsAll(String step) {
        return step.contains("Seq Scan") || step.matches("SCAN (exchange|exchange_text|exchange_body)");
    }

    private static long micros(Runnable question) {
        long best = Long.MAX_VALUE;
        for (int turn = 0; turn < 5; turn++) {
            long begin = System.nanoTime();
            question.run();
            best = Math.min(best, System.nanoTime() - begin);
        }
        return TimeUnit.NANOSECONDS.toMicros(best);
    }
}
