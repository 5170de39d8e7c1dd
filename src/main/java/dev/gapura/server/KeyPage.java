package dev.gapura.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.budget.Claim;
import dev.gapura.budget.Span;
import dev.gapura.budget.Spent;
import dev.gapura.exchange.Gate;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.Scope;
import dev.gapura.limit.Standing;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import java.util.Locale;

/// What `GET /v1/key` answers: whose key it is, and what it has left of every limit. Pure.
final class KeyPage {
    private KeyPage() {}

    static byte[] write(Principal principal, Gate.Allowance allowance) {
        ObjectNode out = JsonTree.object();
        out.put("object", "key");
        out.put("id", principal.holder().keyId());
        out.put("name", principal.name());
        out.put("prefix", principal.keyPrefix());
        out.put("organization", principal.holder().organization());
        out.put("team", principal.holder().team());
        out.put("person", principal.holder().person());
        out.set("may", principal.policy().json());
        limits(out, allowance);
        return JsonTree.bytes(out);
    }

    /// Puts what is left of every limit into a document.
    static void limits(ObjectNode out, Gate.Allowance allowance) {
        ArrayNode limits = out.putArray("limits");
        for (Standing.Left left : allowance.rates()) {
            ObjectNode one = limit(limits, left.counter().scope());
            one.put("measure", left.counter().measure().name().toLowerCase(Locale.ROOT));
            one.put("limit", left.counter().limit());
            one.put("remaining", left.left());
            one.put("reset_ms", left.resetMillis());
        }
        for (Spent spent : allowance.budgets()) {
            Claim claim = spent.claim();
            Span span = claim.purse().span();
            ObjectNode one = limit(limits, claim.purse().scope());
            one.put("measure", span == Span.TOTAL ? "usd_total" : "usd_per_" + span.text());
            one.put("limit", QuotaJson.usd(claim.limitNanoUsd()));
            one.put("remaining", QuotaJson.usd(spent.leftNanoUsd()));
            one.put("spent", QuotaJson.usd(spent.settledNanoUsd()));
            one.put("reserved", QuotaJson.usd(spent.reservedNanoUsd()));
            Long end = span.endMillis(claim.purse().startMillis());
            one.put("resets_at", end == null ? null : Instant.ofEpochMilli(end).toString());
        }
    }

    private static ObjectNode limit(ArrayNode limits, Scope scope) {
        ObjectNode one = limits.addObject();
        one.put("scope", scope.kind().text());
        one.put("id", scope.id().isEmpty() ? null : scope.id());
        return one;
    }
}
