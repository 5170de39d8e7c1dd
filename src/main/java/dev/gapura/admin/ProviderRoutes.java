package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Latency;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Period;
import dev.gapura.ledger.Usage;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.provider.Provider;
import dev.gapura.server.ModelCatalogue;
import dev.gapura.server.Snapshot;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How providers are, and which models there are.
public final class ProviderRoutes {
    private static final Duration LATELY = Duration.ofHours(1);

    private static final Shape.Members FAILURE = Shape.members(
            Parameter.of("time", Shape.whole(), "Milliseconds since the Unix epoch."),
            Parameter.of("status", Shape.whole(), "Status that the client got."),
            Parameter.of("failure", Shape.text(), "Label of the failure."),
            Parameter.of("error_code", Shape.text(), "`error.code`."),
            Parameter.of("request", Shape.text(), "Id of the request."));

    private static final Shape.Members PROVIDER = Shape.members(
            Parameter.of("name", Shape.text(), "Name in the configuration."),
            Parameter.of("dialect", Shape.text(), "Language that it is spoken to in."),
            Parameter.of("credential", new Shape.Flag(), "Whether it has a key or an identity."),
            Parameter.of("requests", Shape.whole(), "Requests of the last hour."),
            Parameter.of("failed", Shape.whole(), "Of them, those that ended badly."),
            Parameter.of("duration_p50_ms", Shape.whole(), "Half of them stayed within; -1 where there were none."),
            Parameter.of("duration_p95_ms", Shape.whole(), "95 of 100 stayed within; -1 where there were none."),
            Parameter.of("first_byte_p95_ms", Shape.whole(), "The same until the first byte."),
            Parameter.of("last_failure", FAILURE, "The newest within the last hour, or null."));

    private final Supplier<Snapshot> snapshot;
    private final Ledger ledger;
    private final Supplier<List<String>> addable;
    private final InstantSource clock;

    /// @param snapshot that of now
    /// @param ledger is asked for the last hour
    /// @param addable names of providers that take keys of the database
    public ProviderRoutes(
            Supplier<Snapshot> snapshot, Ledger ledger, Supplier<List<String>> addable, InstantSource clock) {
        this.snapshot = snapshot;
        this.ledger = ledger;
        this.addable = addable;
        this.clock = clock;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/providers",
                        Permission.READ_GATEWAY,
                        "Tells how each provider did within the last hour.",
                        Shape.members(
                                Parameter.of("data", Shape.listOf(PROVIDER), "Providers by name."),
                                Parameter.of(
                                        "addable",
                                        Shape.listOf(Shape.text()),
                                        "Names that can be called once they have a key, which can be added.")),
                        this::providers),
                Route.get(
                        "/models",
                        Permission.READ_GATEWAY,
                        "Lists aliases and models with limits, prices and supported parameters.",
                        Shape.members(Parameter.of(
                                "data", Shape.listOf(Shape.object()), "As `/v1/model/info` gives them, of all keys.")),
                        ask -> CompletableFuture.supplyAsync(
                                () -> new Answer.Json(200, ModelCatalogue.info(snapshot.get()), Map.of()))));
    }

    private CompletableFuture<Answer> providers(Ask ask) {
        long now = clock.millis();
        long from = now - LATELY.toMillis();
        Map<String, Provider> providers = new TreeMap<>(snapshot.get().providers());
        CompletableFuture<List<Usage>> sums =
                ledger.usage(UsageQuery.of(Period.MINUTE, from, now + 1, UsageQuery.By.PROVIDER));
        Map<String, CompletableFuture<Optional<Entry>>> failures = new HashMap<>();
        for (String name : providers.keySet()) {
            failures.put(name, lastFailure(name, from));
        }
        return CompletableFuture.allOf(failures.values().toArray(CompletableFuture[]::new))
                .thenCombine(sums, (nothing, steps) -> {
                    ObjectNode document = JsonTree.object();
                    ArrayNode data = document.putArray("data");
                    Map<String, List<Usage>> byProvider = new HashMap<>();
                    steps.forEach(step -> byProvider
                            .computeIfAbsent(String.valueOf(step.provider()), made -> new ArrayList<>())
                            .add(step));
                    providers.forEach((name, provider) -> data.add(json(
                            provider,
                            byProvider.getOrDefault(name, List.of()),
                            Objects.requireNonNull(failures.get(name)).join().orElse(null))));
                    addable.get().forEach(document.putArray("addable")::add);
                    return Answer.of(document);
                });
    }

    private CompletableFuture<Optional<Entry>> lastFailure(String provider, long from) {
        Filter filter = Filter.of(
                new Filter.Is(Filter.Field.PROVIDER, provider), new Filter.Status(400, 599), new Filter.From(from));
        return ledger.page(filter, null, 1)
                .thenApply(page -> page.entries().stream().findFirst());
    }

    private static ObjectNode json(Provider provider, List<Usage> steps, @Nullable Entry failure) {
        ObjectNode one = JsonTree.object();
        one.put("name", provider.name());
        one.put("dialect", provider.dialect().configName());
        one.put("credential", provider.credential() != null || provider.identity() != null);
        one.put("requests", steps.stream().mapToLong(Usage::requests).sum());
        one.put("failed", steps.stream().mapToLong(Usage::failed).sum());
        long[] durations = sum(steps.stream().map(Usage::durations).toList());
        one.put("duration_p50_ms", Latency.quantileMillis(durations, 0.5));
        one.put("duration_p95_ms", Latency.quantileMillis(durations, 0.95));
        one.put(
                "first_byte_p95_ms",
                Latency.quantileMillis(sum(steps.stream().map(Usage::firstBytes).toList()), 0.95));
        if (failure == null) {
            one.putNull("last_failure");
        } else {
            ObjectNode last = one.putObject("last_failure");
            last.put("time", failure.timeMillis());
            last.put("status", failure.status());
            last.put("failure", failure.failure());
            last.put("error_code", failure.errorCode());
            last.put("request", failure.requestId());
        }
        return one;
    }

    private static long[] sum(List<long[]> buckets) {
        long[] counts = new long[Latency.BUCKETS];
        for (long[] one : buckets) {
            for (int index = 0; index < counts.length; index++) {
                counts[index] += one[index];
            }
        }
        return counts;
    }
}
