package dev.gapura.console;

import dev.gapura.parameter.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Says in a few words of HTML what a value may be: its type and its limits. Pure.
final class ShapeWords {
    private ShapeWords() {}

    /// Type and limits.
    static String of(Shape shape) {
        return switch (shape) {
            case Shape.Anything anything -> "any value";
            case Shape.Refused refused -> "never taken";
            case Shape.Text text -> "string" + limits(text);
            case Shape.Choice choice -> "string";
            case Shape.Number(double min, double max) ->
                "number" + range(Double.isInfinite(min) ? "" : plain(min), Double.isInfinite(max) ? "" : plain(max));
            case Shape.Whole(long min, long max) ->
                "integer"
                        + range(
                                min == Long.MIN_VALUE ? "" : Long.toString(min),
                                max == Long.MAX_VALUE ? "" : Long.toString(max));
            case Shape.Flag flag -> "boolean";
            case Shape.ListOf(Shape item, int min, int max) -> "array of " + plural(item) + items(min, max);
            case Shape.Members members -> "object";
            case Shape.MapOf map ->
                "object of "
                        + plural(map.value())
                        + (map.maxEntries() == Integer.MAX_VALUE ? "" : ", at most " + map.maxEntries())
                        + ", names of at most "
                        + map.maxKey()
                        + " characters";
            case Shape.Tagged tagged -> "object by <code>" + Html.text(tagged.tag()) + "</code>";
            case Shape.AnyOf anyOf ->
                anyOf.alternatives().stream().map(ShapeWords::of).distinct().collect(Collectors.joining(" or "));
        };
    }

    /// The values out of a list that the shape has anywhere, empty for none.
    static List<Shape.Choice> choices(Shape shape) {
        List<Shape.Choice> found = new ArrayList<>();
        switch (shape) {
            case Shape.Choice choice -> found.add(choice);
            case Shape.AnyOf anyOf -> anyOf.alternatives().forEach(other -> found.addAll(choices(other)));
            case Shape.ListOf list -> found.addAll(choices(list.item()));
            case Shape.Anything anything -> {}
            case Shape.Refused refused -> {}
            case Shape.Text text -> {}
            case Shape.Number number -> {}
            case Shape.Whole whole -> {}
            case Shape.Flag flag -> {}
            case Shape.Members members -> {}
            case Shape.MapOf map -> {}
            case Shape.Tagged tagged -> {}
        }
        return found;
    }

    private static String plural(Shape shape) {
        return switch (shape) {
            case Shape.Text text -> "strings" + limits(text);
            case Shape.Choice choice -> "strings";
            case Shape.Number number -> of(number).replaceFirst("number", "numbers");
            case Shape.Whole whole -> of(whole).replaceFirst("integer", "integers");
            case Shape.Members members -> "objects";
            case Shape.Tagged tagged -> "objects by <code>" + Html.text(tagged.tag()) + "</code>";
            case Shape.Flag flag -> "booleans";
            case Shape.Anything anything -> "any values";
            case Shape.Refused refused -> "nothing";
            case Shape.ListOf list -> "arrays";
            case Shape.MapOf map -> "objects";
            case Shape.AnyOf anyOf -> of(anyOf);
        };
    }

    private static String limits(Shape.Text text) {
        String length = range(
                text.min() == 0 ? "" : Integer.toString(text.min()),
                text.max() == Integer.MAX_VALUE ? "" : Integer.toString(text.max()));
        String characters = length.isEmpty() ? "" : length + " characters";
        return text.alphabet() == Shape.Alphabet.ANY
                ? characters
                : characters + ", " + text.alphabet().words();
    }

    private static String items(int min, int max) {
        String range =
                range(min == 0 ? "" : Integer.toString(min), max == Integer.MAX_VALUE ? "" : Integer.toString(max));
        return range.isEmpty() ? "" : range + (max == 1 || (max == Integer.MAX_VALUE && min == 1) ? " item" : " items");
    }

    private static String range(String min, String max) {
        if (max.isEmpty()) {
            return min.isEmpty() ? "" : ", at least " + min;
        }
        return min.isEmpty() ? ", at most " + max : ", " + min + " to " + max;
    }

    private static String plain(double limit) {
        String digits = limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
        return digits.replace('-', '−');
    }
}
