package dev.gapura.ledger;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which sums are wanted. Immutable.
///
/// @param period length of one step
/// @param fromMillis begin, milliseconds since the Unix epoch; the step that it lies in is the first
/// @param toMillis end, exclusive
/// @param by what the sums are told apart by; none: one sum for each step
/// @param keyName only of this key
/// @param provider only of this provider
/// @param model only of this model, as the provider knows it
public record UsageQuery(
        Period period,
        long fromMillis,
        long toMillis,
        Set<By> by,
        @Nullable String keyName,
        @Nullable String provider,
        @Nullable String model) {
    public UsageQuery {
        by = Set.copyOf(by);
    }

    /// What sums can be told apart by.
    public enum By {
        KEY("key_name"),
        MODEL("model"),
        PROVIDER("provider");

        private final String column;

        By(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }
    }

    /// Of everything.
    public static UsageQuery of(Period period, long fromMillis, long toMillis, By... by) {
        return new UsageQuery(period, fromMillis, toMillis, Set.of(by), null, null, null);
    }
}
