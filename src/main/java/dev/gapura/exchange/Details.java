package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Usage;
import dev.gapura.pricing.Cost;
import dev.gapura.provider.Verdict;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `gapura` object of an answer, for callers that ask for it with `x-gapura-details: true`: what became
/// of every field and why, who answered, how long it took. Kept with the exchange only where it was asked
/// for. Immutable.
///
/// @param verdicts of every field that the client sent, plain passes included
public record Details(List<Verdict> verdicts) {
    /// Name of the request header.
    public static final String HEADER = "x-gapura-details";

    public Details {
        verdicts = List.copyOf(verdicts);
    }

    /// @param account of the calls that were made
    /// @param usage of the answer, null where none was reported
    /// @param firstTokenNanos from the request's arrival to the first content, negative where none came
    JsonNode json(
            Decision.Terms terms, Account account, @Nullable Usage usage, long elapsedNanos, long firstTokenNanos) {
        ObjectNode out = JsonTree.object();
        out.put("provider", terms.target().provider().name());
        out.put("model", terms.target().upstreamModel());
        out.put("dialect", terms.target().provider().dialect().configName());
        account.write(out, terms);
        out.set("params", params(verdicts));
        String cost = usage == null ? null : usd(account.costNanoUsd(usage, terms));
        if (cost == null) {
            out.putNull("cost_usd");
        } else {
            out.put("cost_usd", new BigDecimal(cost));
        }
        ObjectNode timings = out.putObject("timings");
        if (firstTokenNanos >= 0) {
            timings.put("first_token_ms", firstTokenNanos / 1_000_000);
        }
        timings.put("total_ms", elapsedNanos / 1_000_000);
        return out;
    }

    /// Nanodollars as dollars without an exponent, null where the cost is unknown.
    static @Nullable String usd(long nanoUsd) {
        return nanoUsd == Cost.UNKNOWN
                ? null
                : BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros().toPlainString();
    }

    /// Verdicts as JSON, one object a field.
    static ArrayNode params(List<Verdict> verdicts) {
        ArrayNode list = JsonTree.array();
        for (Verdict verdict : verdicts) {
            ObjectNode one = list.addObject();
            one.put("field", verdict.field());
            one.put("verdict", verdict.outcome().text());
            if (verdict.detail() != null) {
                one.put("detail", verdict.detail());
            }
            if (verdict.reason() != null) {
                one.put("reason", verdict.reason());
            }
        }
        return list;
    }
}
