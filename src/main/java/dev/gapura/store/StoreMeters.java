package dev.gapura.store;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// What `/metrics` tells of the databases, each figure once for the configuration and once for the history. Any
/// thread.
public final class StoreMeters implements MeterBinder {
    private static final String WHICH = "database";

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Map<Half, Timer> timers = new EnumMap<>(Half.class);
    private List<Database> databases = List.of();

    StoreMeters() {}

    void watch(List<Database> watched) {
        databases = List.copyOf(watched);
    }

    /// Takes the time of each batch of a database, from when the meters are bound.
    LongConsumer batches(Half half) {
        return nanos -> {
            @Nullable Timer timer;
            synchronized (timers) {
                timer = timers.get(half);
            }
            if (timer != null) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        };
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Database database : databases) {
            String which = database.half().label();
            gauge(registry, "gapura.store.up", "Whether the database answers", database, it -> it.up() ? 1 : 0);
            gauge(
                    registry,
                    "gapura.store.queue.bytes",
                    "Memory of rows that wait to be written",
                    database,
                    it -> sum(it, Appender::queuedBytes));
            counter(
                    registry,
                    "gapura.store.dropped",
                    "Rows lost: the queue was full, or refused",
                    database,
                    it -> sum(it, Appender::dropped));
            counter(registry, "gapura.store.written", "Rows written", database, it -> sum(it, Appender::written));
            Timer timer = Timer.builder("gapura.store.batch")
                    .description("Time of one transaction of rows")
                    .tag(WHICH, which)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry);
            synchronized (timers) {
                timers.put(database.half(), timer);
            }
        }
    }

    private static long sum(Database database, ToLongFunction<Appender<?>> figure) {
        return database.writer().appenders().stream().mapToLong(figure).sum();
    }

    private static void gauge(
            MeterRegistry registry, String name, String what, Database database, ToLongFunction<Database> value) {
        Gauge.builder(name, database, value::applyAsLong)
                .description(what)
                .tag(WHICH, database.half().label())
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry, String name, String what, Database database, ToLongFunction<Database> value) {
        FunctionCounter.builder(name, database, value::applyAsLong)
                .description(what)
                .tag(WHICH, database.half().label())
                .register(registry);
    }
}
