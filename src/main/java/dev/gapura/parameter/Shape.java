package dev.gapura.parameter;

import dev.gapura.wire.JsonToken;
import dev.gapura.wire.NameIndex;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the value of a request field may be. A closed set, so that checking, `/openapi.json` and the
/// reference page each are one exhaustive switch. Immutable; any thread.
public sealed interface Shape {
    /// Any JSON value; only that it is valid JSON is checked.
    record Anything() implements Shape {}

    /// A string.
    ///
    /// @param min fewest characters (code points)
    /// @param max most characters
    record Text(int min, int max, Alphabet alphabet) implements Shape {}

    /// Which characters a [Text] may hold.
    enum Alphabet {
        ANY("any characters", ".*"),
        /// Names of functions and schemas.
        NAME("letters, digits, underscores and hyphens", "[a-zA-Z0-9_-]*"),
        /// What also travels in header lines and logs.
        PRINTABLE("no control characters", "[^\\u0000-\\u001f\\u007f]*");

        private final String words;
        private final String pattern;

        Alphabet(String words, String pattern) {
            this.words = words;
            this.pattern = pattern;
        }

        /// For messages and the reference page.
        public String words() {
            return words;
        }

        /// A regular expression over the whole text, as JSON Schema takes it.
        public String pattern() {
            return pattern;
        }

        boolean holds(String text) {
            return switch (this) {
                case ANY -> true;
                case NAME ->
                    text.chars()
                            .allMatch(value -> value >= 'a' && value <= 'z'
                                    || value >= 'A' && value <= 'Z'
                                    || value >= '0' && value <= '9'
                                    || value == '_'
                                    || value == '-');
                case PRINTABLE -> text.chars().noneMatch(value -> value < ' ' || value == 0x7F);
            };
        }
    }

    /// A string out of a list.
    ///
    /// @param values the known ones
    /// @param open whether others pass too: for lists that providers lengthen from one day to the next, where
    ///     a new value must work at once and the provider is the judge
    record Choice(List<String> values, boolean open, NameIndex<String> index) implements Shape {}

    /// A number, with or without a fraction.
    ///
    /// @param min lowest allowed, negative infinity for none
    /// @param max highest allowed, infinity for none
    record Number(double min, double max) implements Shape {}

    /// A number written without fraction and exponent: `5.0` is refused, as OpenAI does.
    ///
    /// @param min lowest allowed
    /// @param max highest allowed, [Long#MAX_VALUE] for no limit of ours
    record Whole(long min, long max) implements Shape {}

    /// `true` or `false`.
    record Flag() implements Shape {}

    /// An array.
    record ListOf(Shape item, int min, int max) implements Shape {}

    /// An object with known members; members not listed pass unchecked.
    ///
    /// @param members in the order of the reference page, at most 64
    /// @param atLeastOne names of members one of which must be there, empty for no such rule
    /// @param index position of a member by name
    /// @param oneOf `atLeastOne` as bits of those positions
    record Members(List<Parameter> members, List<String> atLeastOne, NameIndex<Integer> index, long oneOf)
            implements Shape {}

    /// An object used as a map.
    ///
    /// @param maxEntries most entries
    /// @param maxKey most characters in a key
    record MapOf(Shape value, int maxEntries, int maxKey) implements Shape {}

    /// An object whose members depend on the value of one of them.
    ///
    /// @param tag name of that member
    /// @param variants value of the tag and what the object is then; the tag itself is not repeated there
    /// @param open whether objects with another tag pass unchecked
    /// @param assumed the tag's value where it is left out, null where it must be there
    record Tagged(
            String tag,
            Map<String, Members> variants,
            boolean open,
            @Nullable String assumed,
            NameIndex<Members> index,
            NameIndex<String> tagIndex)
            implements Shape {}

    /// One of several shapes, told apart by the JSON type.
    record AnyOf(List<Shape> alternatives) implements Shape {}

    /// A member that is never taken.
    ///
    /// @param remedy what to do instead
    record Refused(String remedy) implements Shape {}

    /// Whether a value of this shape begins with that token.
    default boolean begins(JsonToken token) {
        return switch (this) {
            case Anything anything -> true;
            case Refused refused -> true;
            case Text text -> token == JsonToken.STRING;
            case Choice choice -> token == JsonToken.STRING;
            case Number number -> token == JsonToken.NUMBER;
            case Whole whole -> token == JsonToken.NUMBER;
            case Flag flag -> token == JsonToken.TRUE || token == JsonToken.FALSE;
            case ListOf list -> token == JsonToken.ARRAY;
            case Members members -> token == JsonToken.OBJECT;
            case MapOf map -> token == JsonToken.OBJECT;
            case Tagged tagged -> token == JsonToken.OBJECT;
            case AnyOf anyOf -> {
                for (Shape alternative : anyOf.alternatives()) {
                    if (alternative.begins(token)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    /// What the value must be, in words that continue "must be".
    default String words() {
        return switch (this) {
            case Anything anything -> "any JSON value";
            case Refused refused -> "left out";
            case Text text ->
                text.max() == Integer.MAX_VALUE ? "a string" : "a string of at most " + text.max() + " characters";
            case Choice choice ->
                choice.values().stream()
                        .map(value -> '"' + value + '"')
                        .collect(Collectors.joining(", ", "one of ", ""));
            case Number(double min, double max) ->
                Double.isInfinite(min) && Double.isInfinite(max)
                        ? "a number"
                        : "a number from " + plain(min) + " to " + plain(max);
            case Whole(long min, long max) ->
                max < Long.MAX_VALUE
                        ? "an integer from " + min + " to " + max
                        : min > Long.MIN_VALUE ? "an integer of at least " + min : "an integer of 64 bits";
            case Flag flag -> "true or false";
            case ListOf list -> "an array";
            case Members members -> "an object";
            case MapOf map -> "an object";
            case Tagged tagged -> "an object";
            case AnyOf anyOf ->
                anyOf.alternatives().stream().map(Shape::words).distinct().collect(Collectors.joining(" or "));
        };
    }

    private static String plain(double limit) {
        return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
    }

    static Text text() {
        return new Text(0, Integer.MAX_VALUE, Alphabet.ANY);
    }

    static Text text(int min, int max) {
        return new Text(min, max, Alphabet.ANY);
    }

    /// Name of a function or schema: 1 to 64 letters, digits, underscores, hyphens.
    static Text name() {
        return new Text(1, 64, Alphabet.NAME);
    }

    /// A string of one of these values; others pass.
    static Choice usually(String... values) {
        return new Choice(List.of(values), true, index(values));
    }

    /// A string of one of these values and no other.
    static Choice only(String... values) {
        return new Choice(List.of(values), false, index(values));
    }

    static Number number() {
        return new Number(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    static Number number(double min, double max) {
        return new Number(min, max);
    }

    static Whole whole(long min, long max) {
        return new Whole(min, max);
    }

    static Whole wholeFrom(long min) {
        return new Whole(min, Long.MAX_VALUE);
    }

    static Whole whole() {
        return new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static ListOf listOf(Shape item) {
        return new ListOf(item, 0, Integer.MAX_VALUE);
    }

    static ListOf listOf(Shape item, int min, int max) {
        return new ListOf(item, min, max);
    }

    static Members members(Parameter... members) {
        return membersWithOneOf(List.of(), List.of(members));
    }

    static Members membersWithOneOf(List<String> atLeastOne, List<Parameter> members) {
        if (members.size() > Long.SIZE) {
            throw new IllegalArgumentException("more than 64 members");
        }
        Map<String, Integer> positions = new LinkedHashMap<>();
        for (Parameter member : members) {
            if (positions.put(member.name(), positions.size()) != null) {
                throw new IllegalArgumentException("listed twice: " + member.name());
            }
        }
        long oneOf = 0;
        for (String name : atLeastOne) {
            oneOf |= 1L << Objects.requireNonNull(positions.get(name), name);
        }
        return new Members(List.copyOf(members), List.copyOf(atLeastOne), new NameIndex<>(positions), oneOf);
    }

    /// An object without known members.
    static Members object() {
        return members();
    }

    /// Starts a [Tagged] that takes no other tags; [#orOthers] and [#assuming] change that.
    static Tagged tagged(String tag, Map<String, Members> variants) {
        return new Tagged(tag, variants, false, null, new NameIndex<>(variants), new NameIndex<>(Map.of(tag, tag)));
    }

    static Tagged orOthers(Tagged closed) {
        return new Tagged(closed.tag(), closed.variants(), true, closed.assumed(), closed.index(), closed.tagIndex());
    }

    static Tagged assuming(String value, Tagged tagged) {
        return new Tagged(tagged.tag(), tagged.variants(), tagged.open(), value, tagged.index(), tagged.tagIndex());
    }

    static AnyOf anyOf(Shape... alternatives) {
        return new AnyOf(List.of(alternatives));
    }

    private static NameIndex<String> index(String... values) {
        return new NameIndex<>(Arrays.stream(values).collect(Collectors.toMap(value -> value, value -> value)));
    }
}
