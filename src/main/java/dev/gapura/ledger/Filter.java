package dev.gapura.ledger;

import java.util.ArrayList;
import java.util.List;

/// Which exchanges are wanted: those that every condition holds for. Immutable.
public record Filter(List<Condition> conditions) {
    /// Every exchange.
    public static final Filter ALL = new Filter(List.of());

    public Filter {
        conditions = List.copyOf(conditions);
    }

    public static Filter of(Condition... conditions) {
        return new Filter(List.of(conditions));
    }

    /// With one more condition, such as the scope of whoever asks.
    public Filter and(Condition condition) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(condition);
        return new Filter(all);
    }

    /// One thing that must hold.
    public sealed interface Condition {}

    /// Arrived at or after a moment, milliseconds since the Unix epoch.
    public record From(long millis) implements Condition {}

    /// Arrived before a moment.
    public record Before(long millis) implements Condition {}

    /// Has exactly this value.
    public record Is(Field field, String value) implements Condition {}

    /// Was answered with a status of this range, both ends included.
    public record Status(int least, int most) implements Condition {}

    /// Came from a user agent that has this in it, capitals aside.
    public record UserAgent(String part) implements Condition {}

    /// All these words are found in it: in names, models, codes, tags, and in bodies where they are kept. A
    /// word that ends with `*` is the beginning of one. A text without any word finds nothing.
    public record Text(String words) implements Condition {}

    /// Is known to cost at least this.
    public record LeastCost(long nanoUsd) implements Condition {}

    /// Took at least this long.
    public record LeastDuration(long millis) implements Condition {}

    /// What can be asked for by its exact value.
    public enum Field {
        END_USER("end_user", true),
        KEY("key_name", true),
        MODEL("model", true),
        PROVIDER("provider", true),
        MODEL_ASKED("model_asked", false),
        PERSON("person", false),
        TEAM("team", false),
        FAILURE("failure", false),
        ROUTE("route", false);

        private final String column;
        private final boolean indexed;

        Field(String column, boolean indexed) {
            this.column = column;
            this.indexed = indexed;
        }

        String column() {
            return column;
        }

        /// Whether an index leads to the rows in the order of pages.
        boolean indexed() {
            return indexed;
        }
    }
}
