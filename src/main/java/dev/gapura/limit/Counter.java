package dev.gapura.limit;

import java.util.ArrayList;
import java.util.List;

/// One count that a request draws on. Immutable; any thread.
///
/// @param scope whose it is
/// @param limit most of it in its period
public record Counter(Scope scope, Measure measure, long limit) {
    /// The counts of all quotas that apply, in one order for everybody.
    public static List<Counter> of(List<Limited> limits) {
        List<Counter> counters = new ArrayList<>();
        for (Limited limited : limits) {
            for (Measure measure : Measure.values()) {
                Long limit = measure.limit(limited.quota());
                if (limit != null) {
                    counters.add(new Counter(limited.scope(), measure, limit));
                }
            }
        }
        return counters;
    }

    /// Key of the count in memory and in Redis.
    String key() {
        return measure.name() + "/" + scope.text();
    }

    /// How much a request draws.
    ///
    /// @param tokens that it may use
    long amount(long tokens) {
        return measure.ofTokens() ? Math.clamp(tokens, 0, limit) : 1;
    }
}
