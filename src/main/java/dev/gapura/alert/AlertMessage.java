package dev.gapura.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.budget.Span;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.Scope;
import dev.gapura.wire.JsonTree;
import java.time.Instant;

/// What the body of an alert says. `text` says it in one sentence, which chat services show. Pure.
final class AlertMessage {
    private AlertMessage() {}

    static byte[] of(Alert alert) {
        Scope scope = alert.purse().scope();
        Span span = alert.purse().span();
        String limit = QuotaJson.usd(alert.limitNanoUsd()).toPlainString();
        String spent = QuotaJson.usd(alert.spentNanoUsd()).toPlainString();
        ObjectNode out = JsonTree.object();
        out.put("type", "budget.threshold");
        out.put("timestamp", Instant.ofEpochMilli(alert.reachedMillis()).toString());
        out.put(
                "text",
                "Gapura: " + said(scope) + " has spent " + spent + " of its budget of " + limit + " USD " + span.said()
                        + " (alert at " + alert.percent() + " %).");
        ObjectNode data = out.putObject("data");
        data.put("id", alert.id());
        data.put("scope", scope.kind().text());
        data.put("scope_id", scope.id().isEmpty() ? null : scope.id());
        data.put("span", span.text());
        long start = alert.purse().startMillis();
        Long end = span.endMillis(start);
        data.put(
                "starts_at",
                span == Span.TOTAL ? null : Instant.ofEpochMilli(start).toString());
        data.put("ends_at", end == null ? null : Instant.ofEpochMilli(end).toString());
        data.put("percent", alert.percent());
        data.put("limit_usd", QuotaJson.usd(alert.limitNanoUsd()));
        data.put("spent_usd", QuotaJson.usd(alert.spentNanoUsd()));
        return JsonTree.bytes(out);
    }

    static byte[] test(long nowMillis) {
        ObjectNode out = JsonTree.object();
        out.put("type", "test");
        out.put("timestamp", Instant.ofEpochMilli(nowMillis).toString());
        out.put("text", "Gapura: alerts arrive here.");
        out.putObject("data");
        return JsonTree.bytes(out);
    }

    private static String said(Scope scope) {
        return scope.kind() == Scope.Kind.EVERYONE
                ? "everybody together"
                : "the " + scope.kind().text().replace('_', ' ') + " " + scope.id();
    }
}
