package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import dev.gapura.store.Kind;
import dev.gapura.telemetry.ToolRun;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every filter finds exactly what it says, in the order of time, on both databases and across pages.
class LedgerSearchTest {
    private static final List<String> KEYS = List.of("ci", "app", "ops");
    private static final List<String> MODELS = List.of("gpt-5", "gpt-5-mini", "claude-opus-5");
    private static final List<String> AGENTS = List.of("curl/8.0", "openai-python/2.1", "100%_sure!");

    @TempDir
    Path folder;

    private static ToolRun run(String name, @Nullable String arguments) {
        return new ToolRun(name, "ok", 3, 12, 34, 0, arguments);
    }

    private static boolean ran(Exchanges exchange, String tool) {
        return exchange.runs.stream().anyMatch(run -> run.name().equals(tool));
    }

    private static List<Exchanges> exchanges() {
        List<Exchanges> all = new ArrayList<>();
        for (int index = 0; index < 90; index++) {
            Exchanges exchange = new Exchanges();
            exchange.id = "req_" + index;
            exchange.time = Exchanges.TIME + 60_000L * index;
            exchange.key = KEYS.get(index % 3);
            exchange.model = MODELS.get(index / 3 % 3);
            exchange.provider = exchange.model.startsWith("gpt") ? "openai" : "anthropic";
            exchange.asked = exchange.provider + "/" + exchange.model;
            exchange.userAgent = AGENTS.get(index / 9 % 3);
            exchange.durationMillis = index * 10L;
            exchange.usage = new Usage(100L * index, 1, 0, 0, 0);
            if (index % 5 == 0) {
                exchange.status = index % 2 == 0 ? 429 : 502;
                exchange.failure =
                        index % 2 == 0 ? FailureKind.PROVIDER_RATE_LIMITED : FailureKind.PROVIDER_UNREACHABLE;
            }
            exchange.tags = index % 4 == 0 ? Map.of("job", "Übersetzung Nr. " + index) : Map.of();
            if (index % 6 == 0) {
                // A name that is in another one, and in an argument.
                exchange.runs = List.of(
                        run(index % 4 == 0 ? "docs.search" : "docs.search_all", "{\"name\":\"weather\"}"),
                        run(index % 9 == 0 ? "weather" : "Weather", null));
            }
            all.add(exchange);
        }
        return all;
    }

    private static Map<Filter, Predicate<Exchanges>> filters() {
        Map<Filter, Predicate<Exchanges>> filters = new LinkedHashMap<>();
        filters.put(Filter.ALL, any -> true);
        filters.put(
                Filter.of(new Filter.From(Exchanges.TIME + 600_000), new Filter.Before(Exchanges.TIME + 1_200_000)),
                it -> it.time >= Exchanges.TIME + 600_000 && it.time < Exchanges.TIME + 1_200_000);
        filters.put(Filter.of(is(Filter.Field.KEY, "ci")), it -> "ci".equals(it.key));
        filters.put(Filter.of(is(Filter.Field.MODEL, "gpt-5")), it -> "gpt-5".equals(it.model));
        filters.put(Filter.of(is(Filter.Field.PROVIDER, "anthropic")), it -> "anthropic".equals(it.provider));
        filters.put(
                Filter.of(is(Filter.Field.FAILURE, "provider_rate_limited")),
                it -> it.failure == FailureKind.PROVIDER_RATE_LIMITED);
        filters.put(Filter.of(new Filter.Status(400, 599)), it -> it.status >= 400);
        filters.put(Filter.of(new Filter.Status(429, 429)), it -> it.status == 429);
        filters.put(Filter.of(new Filter.Status(200, 299)), it -> it.status == 200);
        filters.put(Filter.of(new Filter.UserAgent("PYTHON")), it -> it.userAgent.contains("python"));
        filters.put(Filter.of(new Filter.UserAgent("0%_")), it -> it.userAgent.contains("0%_"));
        filters.put(Filter.of(new Filter.UserAgent("e!")), it -> it.userAgent.contains("e!"));
        for (String tool : List.of("docs.search", "docs.search_all", "weather", "Weather", "docs", "name", "_")) {
            filters.put(Filter.ALL.andTool(tool), it -> ran(it, tool));
        }
        filters.put(
                Filter.of(is(Filter.Field.KEY, "ci"), new Filter.Text("curl")).andTool("weather"),
                it -> "ci".equals(it.key) && it.userAgent.startsWith("curl") && ran(it, "weather"));
        filters.put(Filter.of(new Filter.LeastDuration(500)), it -> it.durationMillis >= 500);
        filters.put(
                Filter.of(new Filter.LeastCost(5_000_000)),
                it -> it.usage.promptTokens() * 1_250 + 10_000 >= 5_000_000);
        filters.put(Filter.of(new Filter.Text("mini")), it -> it.model.endsWith("mini"));
        filters.put(Filter.of(new Filter.Text("GPT-5")), it -> it.model.startsWith("gpt"));
        filters.put(Filter.of(new Filter.Text("clau*")), it -> it.model.startsWith("claude"));
        filters.put(Filter.of(new Filter.Text("ubersetzung")), it -> !it.tags.isEmpty());
        filters.put(Filter.of(new Filter.Text("übersetzung 44")), it -> it.id.equals("req_44"));
        filters.put(Filter.of(new Filter.Text("req_7")), it -> it.id.equals("req_7"));
        filters.put(Filter.of(new Filter.Text("nothing of that kind")), it -> false);
        filters.put(Filter.of(new Filter.Text("' OR \"x\" : * ! & |")), it -> false);
        filters.put(Filter.of(new Filter.Text("  ")), it -> false);
        filters.put(
                Filter.of(
                        is(Filter.Field.KEY, "ci"),
                        is(Filter.Field.MODEL, "gpt-5"),
                        new Filter.Status(400, 599),
                        new Filter.LeastDuration(100)),
                it -> "ci".equals(it.key) && "gpt-5".equals(it.model) && it.status >= 400 && it.durationMillis >= 100);
        filters.put(
                Filter.of(new Filter.Text("anthropic"), is(Filter.Field.KEY, "ops"), new Filter.Text("curl")),
                it -> "anthropic".equals(it.provider) && "ops".equals(it.key) && it.userAgent.startsWith("curl"));
        return filters;
    }

    private static Filter.Is is(Filter.Field field, String value) {
        return new Filter.Is(field, value);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyFilterFindsExactlyWhatItSays(Kind kind) {
        List<Exchanges> all = exchanges();
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            all.forEach(exchange -> open.ledger.write(exchange.record()));
            open.settle(all.size());

            filters().forEach((filter, holds) -> {
                List<String> expected = all.stream()
                        .filter(holds)
                        .sorted(Comparator.comparingLong((Exchanges it) -> it.time)
                                .reversed())
                        .map(it -> it.id)
                        .toList();
                assertThat(open.all(filter, 500)).as("%s at once", filter).isEqualTo(expected);
                assertThat(open.all(filter, 7)).as("%s in pages", filter).isEqualTo(expected);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void exchangesOfTheSameMomentAreOnOnePageEach(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            for (int index = 0; index < 25; index++) {
                open.ledger.write(Exchanges.one("req_" + index));
            }
            open.settle(25);

            assertThat(open.all(Filter.ALL, 4)).hasSize(25).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aCursorOfSomebodyElsesIsRefused(Kind kind) {
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            assertThatThrownBy(() -> open.page(Filter.ALL, "'; DROP", 10)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void usageIsToldApartByAnythingAndAddsUp(Kind kind) {
        List<Exchanges> all = exchanges();
        try (OpenLedger open = new OpenLedger(Storages.empty(kind, folder))) {
            all.forEach(exchange -> open.ledger.write(exchange.record()));
            open.settle(all.size());
            long end = Exchanges.TIME + 90 * 60_000L;

            for (Period period : Period.values()) {
                var total = open.usage(UsageQuery.of(period, Exchanges.TIME, end));
                assertThat(total.stream().mapToLong(step -> step.requests()).sum())
                        .isEqualTo(90);
                assertThat(total)
                        .extracting(step -> step.startMillis())
                        .isSorted()
                        .doesNotHaveDuplicates();
            }
            var byKey = open.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, end, UsageQuery.By.KEY));
            assertThat(byKey).extracting(step -> step.keyName()).containsOnly("app", "ci", "ops");
            assertThat(byKey).extracting(step -> step.model()).containsOnlyNulls();
            var ofOne = open.usage(new UsageQuery(
                    Period.DAY,
                    Exchanges.TIME,
                    end,
                    java.util.Set.of(UsageQuery.By.MODEL, UsageQuery.By.PROVIDER),
                    Map.of(UsageQuery.By.KEY, "ci"),
                    UsageQuery.Scope.ALL));
            assertThat(ofOne.stream().mapToLong(step -> step.requests()).sum()).isEqualTo(30);
            assertThat(ofOne.stream()
                            .filter(step -> "gpt-5".equals(step.model()))
                            .mapToLong(step -> step.tokens().prompt())
                            .sum())
                    .isEqualTo(all.stream()
                            .filter(it -> "ci".equals(it.key) && "gpt-5".equals(it.model))
                            .mapToLong(it -> it.usage.promptTokens())
                            .sum());
            long[] durations = new long[Latency.BUCKETS];
            open.usage(UsageQuery.of(Period.DAY, Exchanges.TIME, end)).forEach(step -> {
                for (int index = 0; index < durations.length; index++) {
                    durations[index] += step.durations()[index];
                }
            });
            assertThat(Latency.quantileMillis(durations, 0.5)).isBetween(400L, 500L);
            assertThat(Latency.quantileMillis(durations, 1)).isBetween(890L, 1_000L);
        }
    }
}
