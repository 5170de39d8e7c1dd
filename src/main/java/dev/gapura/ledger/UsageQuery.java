package dev.gapura.ledger;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// Which sums are wanted. Immutable.
///
/// @param period length of one step
/// @param fromMillis begin, milliseconds since the Unix epoch; the step that it lies in is the first
/// @param toMillis end, exclusive
/// @param by what the sums are told apart by; none: one sum for each step
/// @param only what they are cut down to
public record UsageQuery(Period period, long fromMillis, long toMillis, Set<By> by, Map<By, String> only) {
    public UsageQuery {
        by = Set.copyOf(by);
        Map<By, String> copy = new EnumMap<>(By.class);
        copy.putAll(only);
        only = Collections.unmodifiableMap(copy);
    }

    /// What sums can be told apart by.
    public enum By {
        ORGANIZATION("organization"),
        TEAM("team"),
        PERSON("person"),
        KEY_ID("key_id"),
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
        return new UsageQuery(period, fromMillis, toMillis, Set.of(by), Map.of());
    }
}
