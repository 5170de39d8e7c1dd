package dev.gapura.telemetry;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Every number under `/metrics`, in the Prometheus text format; `docs/operations.md` is for reading them,
/// this is for making them.
///
/// Called on event loops: an exchange looks its counters up in a map that holds those of earlier exchanges
/// with the same labels, and adds to them, without a lock. The number of series is bounded: route, provider,
/// status class and failure are closed or bounded sets, and models, keys and addresses are never labels (they
/// stand in the access log).
public final class Meters implements AutoCloseable {
    /// More routes than the gateway has, more providers than any known configuration names.
    private static final int MOST_ROUTES = 64;

    private static final int MOST_PROVIDERS = 128;

    private static final String NOT_ANY = "none";

    /// From a cached embedding to the longest reasoning answer (the total deadline is 15 minutes).
    private static final Duration[] DURATION_BUCKETS = millis(
            5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000);

    private static final Duration[] FIRST_TOKEN_BUCKETS =
            millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollector = new JvmGcMetrics();
    private final Names routes = new Names(MOST_ROUTES);
    private final Names providers = new Names(MOST_PROVIDERS);
    private final ConcurrentMap<Labels, Exchanges> exchanges = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Upstream> upstreams = new ConcurrentHashMap<>();
    private final LongAdder openExchanges = new LongAdder();
    // The registry holds what it asks weakly: these must live as long as the meters.
    private final LongSupplier openConnections;
    private final LongSupplier droppedLogLines;

    /// @param version of the gateway, for `gapura_build_info`
    /// @param droppedLogLines [AccessLog#dropped]
    /// @param openConnections client connections that are open now; asked on the thread that scrapes
    public Meters(String version, LongSupplier droppedLogLines, LongSupplier openConnections) {
        this.droppedLogLines = droppedLogLines;
        this.openConnections = openConnections;
        new JvmMemoryMetrics().bindTo(registry);
        garbageCollector.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gauge("gapura.open.exchanges", "Requests whose answer is not complete", openExchanges, LongAdder::doubleValue);
        gauge(
                "gapura.open.connections",
                "Client connections that are open",
                this.openConnections,
                LongSupplier::getAsLong);
        FunctionCounter.builder("gapura.access.log.dropped", this.droppedLogLines, LongSupplier::getAsLong)
                .description("Access log lines lost because writing could not keep up or failed")
                .register(registry);
        Gauge.builder("gapura.build.info", () -> 1)
                .description("Version of the gateway and of the Java it runs on")
                .tag("version", version)
                .tag("java", System.getProperty("java.version", "unknown"))
                .register(registry);
    }

    /// Adds the figures of another part. Any thread.
    public void add(MeterBinder figures) {
        figures.bindTo(registry);
    }

    /// A request has arrived. Answered by one [#exchangeClosed], whatever happens. Any thread.
    public void exchangeOpened() {
        openExchanges.increment();
    }

    /// The exchange is over and its client has all it will get. Any thread.
    public void exchangeClosed() {
        openExchanges.decrement();
    }

    /// Requests whose answer is not complete. Any thread.
    public long openExchanges() {
        return openExchanges.sum();
    }

    /// Counts one finished exchange: request, duration, first byte, tokens, attempts. Any thread.
    public void record(ExchangeRecord exchange) {
        String provider = exchange.provider() == null ? NOT_ANY : providers.label(exchange.provider());
        Labels labels = new Labels(
                routes.label(exchange.route()),
                provider,
                Math.clamp(exchange.status() / 100, 0, 5),
                exchange.streamed(),
                exchange.failure());
        Exchanges counted = exchanges.get(labels);
        if (counted == null) {
            counted = exchanges.computeIfAbsent(labels, this::register);
        }
        counted.requests().increment();
        counted.duration().record(exchange.durationNanos(), TimeUnit.NANOSECONDS);
        if (exchange.attempts() == 0) {
            return;
        }
        Upstream upstream = upstreams.get(provider);
        if (upstream == null) {
            upstream = upstreams.computeIfAbsent(provider, this::register);
        }
        upstream.attempts().increment(exchange.attempts());
        if (exchange.streamed() && exchange.firstByteNanos() != ExchangeRecord.NEVER) {
            upstream.firstToken().record(exchange.firstByteNanos(), TimeUnit.NANOSECONDS);
        }
        if (exchange.usage() != null) {
            upstream.count(exchange.usage());
        }
    }

    /// Everything in the Prometheus text format, version 0.0.4. Takes milliseconds: not on an event loop that
    /// streams where it can be avoided.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollector.close();
        registry.close();
    }

    private Exchanges register(Labels labels) {
        String status = labels.statusClass() == 0 ? NOT_ANY : labels.statusClass() + "xx";
        FailureKind failure = labels.failure();
        Counter requests = Counter.builder("gapura.requests")
                .description("Finished requests")
                .tag("route", labels.route())
                .tag("provider", labels.provider())
                .tag("status", status)
                .tag("stream", Boolean.toString(labels.streamed()))
                .tag("failure", failure == null ? NOT_ANY : failure.label())
                .register(registry);
        // Without the failure: a histogram has as many series as buckets. Registering the same one again returns it.
        Timer duration = Timer.builder("gapura.request.duration")
                .description("From a request's arrival to the last byte of its answer")
                .tag("route", labels.route())
                .tag("provider", labels.provider())
                .tag("status", status)
                .tag("stream", Boolean.toString(labels.streamed()))
                .serviceLevelObjectives(DURATION_BUCKETS)
                .register(registry);
        return new Exchanges(requests, duration);
    }

    private Upstream register(String provider) {
        return new Upstream(
                Counter.builder("gapura.upstream.attempts")
                        .description("Calls made to the provider, retries included")
                        .tag("provider", provider)
                        .register(registry),
                Timer.builder("gapura.time.to.first.token")
                        .description("From a streamed request's arrival to the first byte of its answer")
                        .tag("provider", provider)
                        .serviceLevelObjectives(FIRST_TOKEN_BUCKETS)
                        .register(registry),
                tokens(provider, "prompt"),
                tokens(provider, "completion"),
                tokens(provider, "cached"),
                tokens(provider, "cache_write"),
                tokens(provider, "reasoning"));
    }

    private Counter tokens(String provider, String kind) {
        return Counter.builder("gapura.tokens")
                .description("Tokens reported by the provider; cached and cache_write are part of prompt, reasoning of"
                        + " completion")
                .tag("provider", provider)
                .tag("kind", kind)
                .register(registry);
    }

    private <T> void gauge(String name, String description, T holder, ToDoubleFunction<T> value) {
        Gauge.builder(name, holder, value).description(description).register(registry);
    }

    private static Duration[] millis(long... values) {
        Duration[] durations = new Duration[values.length];
        for (int index = 0; index < values.length; index++) {
            durations[index] = Duration.ofMillis(values[index]);
        }
        return durations;
    }

    private record Labels(
            String route,
            String provider,
            int statusClass,
            boolean streamed,
            @Nullable FailureKind failure) {}

    private record Exchanges(Counter requests, Timer duration) {}

    private record Upstream(
            Counter attempts,
            Timer firstToken,
            Counter prompt,
            Counter completion,
            Counter cached,
            Counter cacheWrite,
            Counter reasoning) {

        void count(Usage usage) {
            add(prompt, usage.promptTokens());
            add(completion, usage.completionTokens());
            add(cached, usage.cachedTokens());
            add(cacheWrite, usage.cacheWriteTokens());
            add(reasoning, usage.reasoningTokens());
        }

        private static void add(Counter counter, long tokens) {
            if (tokens > 0) {
                counter.increment(tokens);
            }
        }
    }
}
