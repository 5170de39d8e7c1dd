package dev.gapura.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /// Those for which a tool ran: its words lead there by an index, and its name is compared.
    public Filter andTool(String name) {
        Filter ran = and(new Tool(name));
        return new Words().add(name).all().isEmpty() ? ran : ran.and(new Text(name));
    }

    /// With one more condition, such as the scope of whoever asks.
    public Filter and(Condition condition) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(condition);
        return new Filter(all);
    }

    /// Whether every condition holds for an exchange that is at hand: for live views. Bodies are not
    /// looked at.
    public boolean holds(Entry entry) {
        return conditions.stream().allMatch(condition -> holds(condition, entry));
    }

    private static boolean holds(Condition condition, Entry entry) {
        return switch (condition) {
            case From(long millis) -> entry.timeMillis() >= millis;
            case Before(long millis) -> entry.timeMillis() < millis;
            case Is(Field field, String value) -> value.equals(field.of(entry));
            case AnyOf(List<Is> values) -> values.stream().anyMatch(is -> holds(is, entry));
            case Status(int least, int most) -> entry.status() >= least && entry.status() <= most;
            case UserAgent(String part) -> {
                String agent = entry.userAgent();
                yield agent != null && agent.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
            }
            case Text(String words) -> {
                Set<String> there = SearchText.ofRow(entry).all();
                List<String> wanted = List.of(words.strip().split("\\s+"));
                yield !words.isBlank() && wanted.stream().allMatch(word -> holds(word, there));
            }
            case Tool tool -> {
                String runs = entry.tools();
                yield runs != null && runs.contains(tool.mark());
            }
            case LeastCost(long nanoUsd) -> {
                Long cost = entry.costNanoUsd();
                yield cost != null && cost >= nanoUsd;
            }
            case LeastDuration(long millis) -> entry.durationMillis() >= millis;
        };
    }

    private static boolean holds(String piece, Set<String> there) {
        List<String> parts = List.copyOf(new Words().add(piece).all());
        for (int index = 0; index < parts.size(); index++) {
            String part = parts.get(index);
            boolean beginning = piece.endsWith("*") && index == parts.size() - 1;
            if (beginning ? there.stream().noneMatch(word -> word.startsWith(part)) : !there.contains(part)) {
                return false;
            }
        }
        return !parts.isEmpty();
    }

    /// One thing that must hold.
    public sealed interface Condition {}

    /// Arrived at or after a moment, milliseconds since the Unix epoch.
    public record From(long millis) implements Condition {}

    /// Arrived before a moment.
    public record Before(long millis) implements Condition {}

    /// Has exactly this value.
    public record Is(Field field, String value) implements Condition {}

    /// Has one of these values; none: nothing has.
    public record AnyOf(List<Is> values) implements Condition {
        public AnyOf {
            values = List.copyOf(values);
        }
    }

    /// Was answered with a status of this range, both ends included.
    public record Status(int least, int most) implements Condition {}

    /// Came from a user agent that has this in it, capitals aside.
    public record UserAgent(String part) implements Condition {}

    /// All these words are found in it: in names, models, codes, tags, and in bodies where they are kept. A
    /// word that ends with `*` is the beginning of one. A text without any word finds nothing.
    public record Text(String words) implements Condition {}

    /// A tool of exactly this name ran for it.
    public record Tool(String name) implements Condition {
        /// How the runs of an entry have the name.
        String mark() {
            return "\"name\":\"" + name + '"';
        }
    }

    /// Is known to cost at least this.
    public record LeastCost(long nanoUsd) implements Condition {}

    /// Took at least this long.
    public record LeastDuration(long millis) implements Condition {}

    /// What can be asked for by its exact value. Of those with an index, the first one that is asked for
    /// leads.
    public enum Field {
        END_USER("end_user", true),
        PERSON("person", true),
        KEY("key_name", true),
        TEAM("team", true),
        MODEL("model", true),
        PROVIDER("provider", true),
        ORGANIZATION("organization", true),
        MODEL_ASKED("model_asked", false),
        KEY_ID("key_id", false),
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

        @Nullable
        String of(Entry entry) {
            return switch (this) {
                case END_USER -> entry.endUser();
                case PERSON -> entry.person();
                case KEY -> entry.keyName();
                case KEY_ID -> entry.keyId();
                case TEAM -> entry.team();
                case ORGANIZATION -> entry.organization();
                case MODEL -> entry.model();
                case MODEL_ASKED -> entry.modelAsked();
                case PROVIDER -> entry.provider();
                case FAILURE -> entry.failure();
                case ROUTE -> entry.route();
            };
        }

        /// Whether an index leads to the rows in the order of pages.
        boolean indexed() {
            return indexed;
        }
    }
}
