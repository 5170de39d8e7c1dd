package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.access.RequestScope;
import dev.gapura.ledger.Latency;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Period;
import dev.gapura.ledger.Usage;
import dev.gapura.ledger.UsageQuery;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What requests come to over time.
public final class UsageRoutes {
    private static final Map<String, UsageQuery.By> BY = Map.of(
            "organization", UsageQuery.By.ORGANIZATION,
            "team", UsageQuery.By.TEAM,
            "person", UsageQuery.By.PERSON,
            "key_id", UsageQuery.By.KEY_ID,
            "key", UsageQuery.By.KEY,
            "model", UsageQuery.By.MODEL,
            "provider", UsageQuery.By.PROVIDER);

    private static final String[] NAMES = {"organization", "team", "person", "key_id", "key", "model", "provider"};

    private static final Shape VALUE = Shape.text(0, 512);

    private static final Shape.Members STEP = Shape.members(
            Parameter.of("start", Shape.whole(), "Begin of the step, milliseconds since the Unix epoch."),
            Parameter.of("organization", Shape.text(), "Where asked for; empty: of none. So are the next six."),
            Parameter.of("team", Shape.text(), "Id of the team."),
            Parameter.of("person", Shape.text(), "Id of the person."),
            Parameter.of("key_id", Shape.text(), "Id of the key."),
            Parameter.of("key", Shape.text(), "Name of the key."),
            Parameter.of("model", Shape.text(), "Model as the provider knows it."),
            Parameter.of("provider", Shape.text(), "Name of the provider."),
            Parameter.of("requests", Shape.whole(), "Requests."),
            Parameter.of("failed", Shape.whole(), "Of them, those that ended badly."),
            Parameter.of("streamed", Shape.whole(), "Of them, those answered by a stream."),
            Parameter.of("attempts", Shape.whole(), "Calls to providers."),
            Parameter.of("tokens", Shape.object(), "Disjoint classes, as in a request."),
            Parameter.of("cost_nano_usd", Shape.whole(), "Billionths of a US dollar, of those whose cost is known."),
            Parameter.of("unpriced", Shape.whole(), "Requests whose cost is not known."),
            Parameter.of("estimated", Shape.whole(), "Requests whose tokens were counted here."),
            Parameter.of("tool_runs", Shape.whole(), "Tools that ran on the gateway."),
            Parameter.of("bytes_in", Shape.whole(), "Bytes of request bodies."),
            Parameter.of("bytes_out", Shape.whole(), "Bytes of answers."),
            Parameter.of("duration_ms", latency(), "How long requests took; -1 where there were none."),
            Parameter.of("first_byte_ms", latency(), "How long until the first byte; -1 where there was none."));

    private final Ledger ledger;
    private final InstantSource clock;

    /// @param ledger is asked
    /// @param clock for where `from` and `to` are left out
    public UsageRoutes(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    private static Shape latency() {
        return Shape.members(
                Parameter.of("p50", Shape.whole(), "Half of them stay within."),
                Parameter.of("p95", Shape.whole(), "95 of 100 stay within."),
                Parameter.of("p99", Shape.whole(), "99 of 100 stay within."));
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(Route.get(
                        "/usage",
                        Permission.READ_REQUESTS,
                        "Sums requests, tokens and cost over time.",
                        Shape.members(
                                Parameter.of("period", Shape.text(), "Length of a step."),
                                Parameter.of("from", Shape.whole(), "Begin of the first step."),
                                Parameter.of("to", Shape.whole(), "End, exclusive."),
                                Parameter.of(
                                        "data",
                                        Shape.listOf(STEP),
                                        "Steps in the order of time; those without requests are left out.")),
                        this::usage)
                .asking(
                        Parameter.of("period", Shape.only("minute", "hour", "day"), "Length of a step, in UTC.")
                                .withDefault("\"day\""),
                        Parameter.of(
                                "from",
                                Shape.wholeFrom(0),
                                "Begin, milliseconds since the Unix epoch; the step that it lies in is the first. Left"
                                        + " out: an hour, two days or 30 days before `to`, as the period is."),
                        Parameter.of("to", Shape.wholeFrom(0), "End, exclusive. Left out: now."),
                        Parameter.of("by", Shape.listOf(Shape.only(NAMES)), "What the sums are told apart by."),
                        Parameter.of("organization", VALUE, "Only of this organization."),
                        Parameter.of("team", VALUE, "Only of this team, by its id."),
                        Parameter.of("person", VALUE, "Only of this person, by its id."),
                        Parameter.of("key_id", VALUE, "Only of this key, by its id."),
                        Parameter.of("key", VALUE, "Only of keys of this name."),
                        Parameter.of("model", VALUE, "Only of this model, as the provider knows it."),
                        Parameter.of("provider", VALUE, "Only of this provider.")));
    }

    private CompletableFuture<Answer> usage(Ask ask) {
        Query query = ask.query();
        Period period = period(Objects.requireNonNullElse(query.text("period"), "day"));
        // The step of now counts.
        long to = query.number("to", clock.millis() + 1);
        long from = query.number("from", to - span(period).toMillis());
        Set<UsageQuery.By> by = EnumSet.noneOf(UsageQuery.By.class);
        query.list("by").forEach(name -> by.add(Objects.requireNonNull(BY.get(name))));
        Map<UsageQuery.By, String> only = new EnumMap<>(UsageQuery.By.class);
        BY.forEach((name, what) -> {
            String value = query.text(name);
            if (value != null) {
                only.put(what, value);
            }
        });
        return ledger.usage(new UsageQuery(period, from, to, by, only, scope(ask)))
                .thenApply(steps -> Answer.of(write(period, from, to, steps)));
    }

    private static UsageQuery.Scope scope(Ask ask) {
        return switch (ask.authority().requests()) {
            case RequestScope.Everything everything -> UsageQuery.Scope.ALL;
            case RequestScope.Organization(String id) ->
                UsageQuery.Scope.any(Map.of(UsageQuery.By.ORGANIZATION, Set.of(id)));
            case RequestScope.Own(@Nullable String person, Set<String> teams) ->
                UsageQuery.Scope.any(Map.of(
                        UsageQuery.By.PERSON, person == null ? Set.of() : Set.of(person), UsageQuery.By.TEAM, teams));
        };
    }

    private static Period period(String name) {
        return switch (name) {
            case "minute" -> Period.MINUTE;
            case "hour" -> Period.HOUR;
            default -> Period.DAY;
        };
    }

    private static Duration span(Period period) {
        return switch (period) {
            case MINUTE -> Duration.ofHours(1);
            case HOUR -> Duration.ofDays(2);
            case DAY -> Duration.ofDays(30);
        };
    }

    private static ObjectNode write(Period period, long from, long to, List<Usage> steps) {
        ObjectNode document = JsonTree.object();
        document.put("period", period.name().toLowerCase(java.util.Locale.ROOT));
        document.put("from", period.start(from));
        document.put("to", to);
        ArrayNode data = document.putArray("data");
        steps.forEach(step -> write(data.addObject(), step));
        return document;
    }

    private static void write(ObjectNode one, Usage step) {
        one.put("start", step.startMillis());
        for (String name : NAMES) {
            String value = step.by().get(BY.get(name));
            if (value != null) {
                one.put(name, value);
            }
        }
        one.put("requests", step.requests());
        one.put("failed", step.failed());
        one.put("streamed", step.streamed());
        one.put("attempts", step.attempts());
        one.set("tokens", EntryJson.tokens(step.tokens()));
        one.put("cost_nano_usd", step.costNanoUsd());
        one.put("unpriced", step.unpriced());
        one.put("estimated", step.estimated());
        one.put("tool_runs", step.toolRuns());
        one.put("bytes_in", step.bytesIn());
        one.put("bytes_out", step.bytesOut());
        quantiles(one.putObject("duration_ms"), step.durations());
        quantiles(one.putObject("first_byte_ms"), step.firstBytes());
    }

    private static void quantiles(ObjectNode object, long[] counts) {
        object.put("p50", Latency.quantileMillis(counts, 0.5));
        object.put("p95", Latency.quantileMillis(counts, 0.95));
        object.put("p99", Latency.quantileMillis(counts, 0.99));
    }
}
