package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.budget.Claim;
import dev.gapura.budget.Span;
import dev.gapura.budget.Spent;
import dev.gapura.budget.Till;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.limit.Counter;
import dev.gapura.limit.Limited;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.QuotaStore;
import dev.gapura.limit.Quotas;
import dev.gapura.limit.Rates;
import dev.gapura.limit.Scope;
import dev.gapura.limit.Standing;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What is used now of every limit and budget that holds, of file and database.
public final class StandingRoutes {
    private static final int USUAL_LIMIT = 100;

    private static final Shape.Members USE = Shape.members(
            Parameter.of("measure", Shape.text(), "Member of the limits, such as `requests_per_minute`."),
            Parameter.of("limit", Shape.number(), "The limit: requests, tokens or US dollars."),
            Parameter.of("used", Shape.number(), "What is gone of it, with reservations; null: that is each one's."),
            Parameter.of("remaining", Shape.number(), "What is left; null: that is each one's."),
            Parameter.of("reserved", Shape.number(), "US dollars held back for requests under way; null for rates."),
            Parameter.of("resets_ms", Shape.whole(), "When it begins anew or is all there again; null: never."));

    private static final Shape.Members STANDING = Shape.members(
            Parameter.of("scope", Shape.text(), "Whose kind of limit it is."),
            Parameter.of("id", Shape.text(), "As in `/admin/api/limits`."),
            Parameter.of("origin", Shape.only("file", "database"), "Where it was set; the file's wins."),
            Parameter.of("uses", Shape.listOf(USE), "Of each limit, what is used."));

    private final QuotaStore quotas;
    private final Rates rates;
    private final Till till;
    private final InstantSource clock;

    /// @param quotas says what holds
    /// @param rates says what is used of requests and tokens
    /// @param till says what is used of money
    public StandingRoutes(QuotaStore quotas, Rates rates, Till till, InstantSource clock) {
        this.quotas = quotas;
        this.rates = rates;
        this.till = till;
        this.clock = clock;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(Route.get(
                        "/standing",
                        Permission.READ_LIMITS,
                        "Tells what is used now of every limit and budget, of file and database.",
                        Shape.members(
                                Parameter.of("data", Shape.listOf(STANDING), "By scope and id."),
                                Parameter.of("next", Shape.text(), "`cursor` of the next page, or null.")),
                        this::list)
                .asking(
                        Parameter.of("scope", Shape.text(1, 20), "Only of this kind; together with `id`."),
                        Parameter.of("id", Shape.text(1, 512), "Only of this one; together with `scope`."),
                        Parameter.of("cursor", Shape.text(1, 600), "`next` of the page before."),
                        Parameter.of("limit", Shape.whole(1, 500), "Scopes a page.")
                                .withDefault(Integer.toString(USUAL_LIMIT))));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Query query = ask.query();
        int most = (int) query.number("limit", USUAL_LIMIT);
        io.vertx.core.Context loop = Objects.requireNonNull(Vertx.currentContext(), "asked on an event loop");
        return quotas.inForce(ask.authority(), query.text("cursor"), only(query), most + 1)
                .thenComposeAsync(found -> used(found, most), task -> loop.runOnContext(nothing -> task.run()));
    }

    private static @Nullable Scope only(Query query) {
        String kind = query.text("scope");
        String id = query.text("id");
        if (kind == null && id == null) {
            return null;
        }
        if (kind == null || id == null) {
            throw new GatewayException(Failure.invalid("scope", "Send `scope` and `id` together, or neither."));
        }
        return LimitRoutes.scope(kind, id);
    }

    private CompletableFuture<Answer> used(List<QuotaStore.InForce> found, int most) {
        List<QuotaStore.InForce> page = found.subList(0, Math.min(most, found.size()));
        // What stands for each person or end user is counted for each of them, and nowhere for all.
        List<Limited> counted = page.stream()
                .map(QuotaStore.InForce::limited)
                .filter(limited -> !limited.scope().id().equals(Quotas.EACH))
                .toList();
        List<Claim> claims = Claim.of(counted, clock.millis());
        return rates.look(Counter.of(counted))
                .toCompletionStage()
                .toCompletableFuture()
                .thenCombine(till.spent(claims), (left, spent) -> write(page, found.size() > most, left, spent));
    }

    private Answer write(List<QuotaStore.InForce> page, boolean more, List<Standing.Left> left, List<Spent> spent) {
        Map<Scope, ArrayNode> uses = new HashMap<>();
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        for (QuotaStore.InForce one : page) {
            Scope scope = one.limited().scope();
            ArrayNode ofScope = data.addObject()
                    .put("scope", scope.kind().text())
                    .put("id", LimitRoutes.id(scope))
                    .put("origin", one.configured() ? "file" : "database")
                    .putArray("uses");
            uses.put(scope, ofScope);
            if (scope.id().equals(Quotas.EACH)) {
                each(ofScope, one.limited());
            }
        }
        left.forEach(one -> rate(Objects.requireNonNull(uses.get(one.counter().scope())), one));
        spent.forEach(one ->
                budget(Objects.requireNonNull(uses.get(one.claim().purse().scope())), one));
        document.put(
                "next",
                more && !page.isEmpty() ? page.getLast().limited().scope().text() : null);
        return Answer.of(document);
    }

    private static void each(ArrayNode uses, Limited limited) {
        QuotaJson.of(limited.quota()).properties().forEach(member -> {
            ObjectNode one = uses.addObject().put("measure", member.getKey());
            one.set("limit", member.getValue());
            one.putNull("used").putNull("remaining").putNull("reserved").putNull("resets_ms");
        });
    }

    private void rate(ArrayNode uses, Standing.Left left) {
        long limit = left.counter().limit();
        boolean rolls = left.counter().measure().periodMillis() > 0 && left.resetMillis() > 0;
        uses.addObject()
                .put("measure", left.counter().measure().name().toLowerCase(Locale.ROOT))
                .put("limit", limit)
                .put("used", Math.max(0, limit - left.left()))
                .put("remaining", left.left())
                .putNull("reserved")
                .put("resets_ms", rolls ? (Long) (clock.millis() + left.resetMillis()) : null);
    }

    private static void budget(ArrayNode uses, Spent spent) {
        Claim claim = spent.claim();
        Span span = claim.purse().span();
        uses.addObject()
                .put("measure", span == Span.TOTAL ? "usd_total" : "usd_per_" + span.text())
                .put("limit", QuotaJson.usd(claim.limitNanoUsd()))
                .put("used", QuotaJson.usd(spent.settledNanoUsd() + spent.reservedNanoUsd()))
                .put("remaining", QuotaJson.usd(spent.leftNanoUsd()))
                .put("reserved", QuotaJson.usd(spent.reservedNanoUsd()))
                .put("resets_ms", span.endMillis(claim.purse().startMillis()));
    }
}
