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
/// @param scope what whoever asks may see
public record UsageQuery(Period period, long fromMillis, long toMillis, Set<By> by, Map<By, String> only, Scope scope) {
    public UsageQuery {
        by = Set.copyOf(by);
        Map<By, String> copy = new EnumMap<>(By.class);
        copy.putAll(only);
        only = Collections.unmodifiableMap(copy);
    }

    /// Of everything that may be cut down to.
    public UsageQuery(Period period, long fromMillis, long toMillis, Set<By> by, Map<By, String> only) {
        this(period, fromMillis, toMillis, by, only, Scope.ALL);
    }

    /// What may be seen: all, or what has one of these values in one of these columns; where there are
    /// none, nothing.
    public sealed interface Scope {
        /// All.
        Scope ALL = new All();

        /// What has one of these values.
        static Scope any(Map<By, Set<String>> values) {
            return new Any(values);
        }

        /// All.
        record All() implements Scope {}

        /// What has one of these values.
        record Any(Map<By, Set<String>> values) implements Scope {
            public Any {
                values = Map.copyOf(values);
            }
        }
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
        return new UsageQuery(period, fromMillis, toMillis, Set.of(by), Map.of(), Scope.ALL);
    }
}
