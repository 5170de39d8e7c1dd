package dev.gapura.parameter;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonMark;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks the values of one request against their rows in the table while a scanner goes over them, and says
/// exactly where and why one does not fit. Messages name the field, what was found and what is allowed; of
/// the request they repeat numbers and short identifiers, never text. One per request; not thread-safe.
public final class ShapeCheck {
    private static final int LONGEST_ECHO = 32;

    private final JsonScanner json;
    private @Nullable String[] names = new String[16];
    private int[] indexes = new int[16];
    private int level;
    /// Whether the scanner is inside a value of which the path says nothing.
    private boolean skipping;

    public ShapeCheck(JsonScanner json) {
        this.json = json;
    }

    /// Moves the scanner from a member's name to its value. [#check] or [#skip] must follow.
    ///
    /// @param name the member's name, for the path of a failure
    public JsonToken enter(String name) {
        push(name, 0);
        return json.next();
    }

    /// Checks the value entered, and leaves the scanner on its last token. `null` passes.
    ///
    /// @throws GatewayException naming the path of the field at fault
    public void check(Parameter parameter) {
        if (json.token() != JsonToken.NULL) {
            value(parameter.shape());
        }
        level--;
    }

    /// Goes past the value entered, of which the table knows nothing.
    public void skip() {
        unchecked();
        level--;
    }

    /// The failure for a required field that is missing or null in the object just read.
    public GatewayException missing(Parameter parameter) {
        push(parameter.name(), 0);
        GatewayException failure = refusal(
                "missing_required_parameter",
                "is required and missing. It must be " + parameter.shape().words() + ": " + parameter.description());
        level--;
        return failure;
    }

    /// The failure for a document that is not valid JSON; names the field that was being read.
    public GatewayException malformed(JsonException fault) {
        String code =
                switch (fault.kind()) {
                    case SYNTAX -> "invalid_json";
                    case ENCODING -> "invalid_encoding";
                    case DUPLICATE_NAME -> "duplicate_key";
                    case DEPTH -> "nesting_too_deep";
                    case NUMBER -> "number_out_of_range";
                };
        String param = path();
        if (fault.kind() == JsonException.Kind.DUPLICATE_NAME && !skipping && echoable(json.string())) {
            param = param.isEmpty() ? json.string() : param + "." + json.string();
        }
        return new GatewayException(new Failure(
                FailureKind.INVALID_REQUEST,
                "The body is not acceptable JSON at " + fault.getMessage() + ".",
                code,
                param.isEmpty() ? null : param,
                null,
                null,
                null));
    }

    private void value(Shape shape) {
        if (!shape.begins(json.token())) {
            throw wrongType(shape);
        }
        switch (shape) {
            case Shape.Anything anything -> unchecked();
            case Shape.Flag flag -> {}
            case Shape.Text text -> text(text);
            case Shape.Choice choice -> choice(choice);
            case Shape.Number number -> number(number);
            case Shape.Whole whole -> whole(whole);
            case Shape.ListOf list -> list(list);
            case Shape.Members members -> members(members);
            case Shape.MapOf map -> map(map);
            case Shape.Tagged tagged -> tagged(tagged);
            case Shape.AnyOf anyOf -> {
                for (Shape alternative : anyOf.alternatives()) {
                    if (alternative.begins(json.token())) {
                        value(alternative);
                        return;
                    }
                }
            }
            case Shape.Refused refused -> throw refusal("unsupported_parameter", refused.remedy());
        }
    }

    private void unchecked() {
        skipping = true;
        json.skip();
        skipping = false;
    }

    private void text(Shape.Text text) {
        int bytes = json.end() - json.start() - 2;
        if (bytes < text.min()) {
            throw refusal("invalid_value", "must not be empty.");
        }
        if (bytes > text.max() && json.characters() > text.max()) {
            throw refusal(
                    "string_too_long",
                    "must have at most " + text.max() + " characters, but has " + json.characters() + ".");
        }
        if (text.alphabet() != Shape.Alphabet.ANY && !text.alphabet().holds(json.string())) {
            throw refusal("invalid_value", "may only have " + text.alphabet().words() + ".");
        }
    }

    private void choice(Shape.Choice choice) {
        if (!choice.open() && choice.index().find(json) == null) {
            throw refusal("invalid_value", "must be " + choice.words() + echo() + ".");
        }
    }

    private void number(Shape.Number number) {
        double value = json.doubleValue();
        if (value < number.min() || value > number.max()) {
            throw refusal("invalid_value", "must be " + number.words() + echo() + ".");
        }
    }

    private void whole(Shape.Whole whole) {
        if (!json.isInteger()) {
            throw refusal(
                    "invalid_type",
                    "must be " + whole.words() + ", written without fraction and exponent" + echo() + ".");
        }
        long value = json.longValue();
        if (value < whole.min() || value > whole.max() || !json.fitsLong()) {
            throw refusal("invalid_value", "must be " + whole.words() + echo() + ".");
        }
    }

    private void list(Shape.ListOf list) {
        push(null, 0);
        int count = 0;
        while (json.next() != JsonToken.END_ARRAY) {
            indexes[level - 1] = count;
            count++;
            if (count > list.max()) {
                level--;
                throw refusal("array_too_long", "must have at most " + list.max() + " elements.");
            }
            value(list.item());
        }
        level--;
        if (count < list.min()) {
            throw refusal(
                    "array_too_short",
                    "must have at least " + list.min() + (list.min() == 1 ? " element." : " elements."));
        }
    }

    private void map(Shape.MapOf map) {
        int count = 0;
        while (json.next() == JsonToken.NAME) {
            if (++count > map.maxEntries()) {
                throw refusal("object_too_large", "must have at most " + map.maxEntries() + " entries.");
            }
            if (json.end() - json.start() - 2 > map.maxKey() && json.characters() > map.maxKey()) {
                throw refusal("string_too_long", "has a key of more than " + map.maxKey() + " characters.");
            }
            enter(json.string());
            value(map.value());
            level--;
        }
    }

    private void tagged(Shape.Tagged tagged) {
        // The tag mostly comes first; where it comes late, what stands before it is read twice.
        JsonMark mark = json.mark();
        Shape.Members variant = null;
        boolean found = false;
        while (!found && json.next() == JsonToken.NAME) {
            boolean tag = tagged.tagIndex().find(json) != null;
            json.next();
            if (!tag || json.token() == JsonToken.NULL) {
                unchecked();
                continue;
            }
            if (json.token() != JsonToken.STRING) {
                push(tagged.tag(), 0);
                throw wrongType(Shape.text());
            }
            found = true;
            variant = tagged.index().find(json);
            if (variant == null && !tagged.open()) {
                push(tagged.tag(), 0);
                throw refusal("invalid_value", "must be " + tags(tagged) + echo() + ".");
            }
        }
        if (!found) {
            if (tagged.assumed() == null) {
                push(tagged.tag(), 0);
                throw refusal(
                        "missing_required_parameter", "is required and missing. It must be " + tags(tagged) + ".");
            }
            variant = tagged.variants().get(tagged.assumed());
        }
        json.reset(mark);
        if (variant == null) {
            unchecked();
        } else {
            members(variant);
        }
    }

    private static String tags(Shape.Tagged tagged) {
        return "one of \"" + String.join("\", \"", tagged.variants().keySet()) + "\"";
    }

    private void members(Shape.Members shape) {
        List<Parameter> known = shape.members();
        long seen = 0;
        while (json.next() == JsonToken.NAME) {
            Integer position = shape.index().find(json);
            if (position == null) {
                unchecked();
                continue;
            }
            if (enter(known.get(position).name()) != JsonToken.NULL) {
                seen |= 1L << position;
            }
            check(known.get(position));
        }
        for (int position = 0; position < known.size(); position++) {
            if (known.get(position).required() && (seen & 1L << position) == 0) {
                throw missing(known.get(position));
            }
        }
        if (!shape.atLeastOne().isEmpty() && (seen & shape.oneOf()) == 0) {
            throw refusal(
                    "missing_required_parameter",
                    "must have at least one of `" + String.join("`, `", shape.atLeastOne()) + "` that is not null.");
        }
    }

    private GatewayException wrongType(Shape shape) {
        String found =
                switch (json.token()) {
                    case OBJECT -> "an object";
                    case ARRAY -> "an array";
                    case STRING -> "a string";
                    case NUMBER -> "a number";
                    case TRUE, FALSE -> "a boolean";
                    case NULL -> "null";
                    case NAME, END_OBJECT, END_ARRAY, END -> "nothing";
                };
        return refusal("invalid_type", "must be " + shape.words() + ", but " + found + " was sent.");
    }

    /// A failure of the field being read.
    ///
    /// @param code `error.code`
    /// @param words what is wrong, to follow the path
    private GatewayException refusal(String code, String words) {
        String path = path();
        return new GatewayException(
                new Failure(FailureKind.INVALID_REQUEST, "`" + path + "` " + words, code, path, null, null, null));
    }

    /// The current scalar in brackets where it is short and harmless.
    private String echo() {
        boolean text = json.token() == JsonToken.STRING;
        String found = text ? json.string() : json.written();
        return echoable(found) ? ", but is " + (text ? "'" + found + "'" : found) : "";
    }

    private static boolean echoable(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_ECHO
                && text.chars().allMatch(value -> value > ' ' && value < 0x7F && "\"`<>\\{}[]&".indexOf(value) < 0);
    }

    private void push(@Nullable String name, int index) {
        if (level == names.length) {
            names = Arrays.copyOf(names, level * 2);
            indexes = Arrays.copyOf(indexes, level * 2);
        }
        names[level] = name;
        indexes[level] = index;
        level++;
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int at = 0; at < level; at++) {
            String name = names[at];
            if (name == null) {
                path.append('[').append(indexes[at]).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(echoable(name) ? name : "*");
            }
        }
        return path.toString();
    }
}
