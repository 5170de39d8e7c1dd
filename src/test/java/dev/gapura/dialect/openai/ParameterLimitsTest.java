package dev.gapura.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonToken;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Requests made from the parameter table itself: every field, nested ones too, at its limits, beyond them, with every
/// wrong type and with null. A row added to the table is tested without a word here.
class ParameterLimitsTest {
    private static final Map<JsonToken, String> SAMPLES = Map.of(
            JsonToken.TRUE, "true",
            JsonToken.NUMBER, "7",
            JsonToken.STRING, "\"x\"",
            JsonToken.ARRAY, "[]",
            JsonToken.OBJECT, "{}");

    private final List<String> misses = new ArrayList<>();
    private int taken;
    private int refused;

    @Test
    void everyFieldHoldsItsLimits() {
        for (Parameter parameter : ParameterTable.chat()) {
            field(parameter, parameter.name(), value -> body(parameter.name(), value));
        }
        System.err.println("parameter limits: " + taken + " taken, " + refused + " refused");
        assertThat(misses).isEmpty();
        assertThat(taken).isGreaterThan(500);
        assertThat(refused).isGreaterThan(1_000);
    }

    private void field(Parameter parameter, String path, UnaryOperator<String> wrap) {
        if (parameter.shape() instanceof Shape.Refused) {
            refuses(wrap.apply("{\"a\":1}"), "unsupported_parameter", path);
            takes(wrap.apply("null"));
            return;
        }
        takes(wrap.apply(valid(parameter.shape())));
        if (parameter.required()) {
            refuses(wrap.apply("null"), "missing_required_parameter", path);
        } else if (wrap.apply("null").contains("\"role\":\"assistant\"") && path.matches("messages\\[0\\]\\.[a-z_]+")) {
            // An assistant message must hold something; covered by the reader's own test.
            taken++;
        } else {
            takes(wrap.apply("null"));
        }
        types(parameter.shape(), path, wrap);
        limits(parameter.shape(), path, wrap);
    }

    private void types(Shape shape, String path, UnaryOperator<String> wrap) {
        SAMPLES.forEach((token, sample) -> {
            if (!shape.begins(token)) {
                refuses(wrap.apply(sample), "invalid_type", path);
            }
        });
        refuses(wrap.apply("NaN"), "invalid_json", path);
        refuses(wrap.apply("1e999999999"), "number_out_of_range", path);
        refuses(wrap.apply("1".repeat(10_000)), "number_out_of_range", path);
    }

    private void limits(Shape shape, String path, UnaryOperator<String> wrap) {
        switch (shape) {
            case Shape.Anything anything -> SAMPLES.values().forEach(sample -> takes(wrap.apply(sample)));
            case Shape.Flag flag -> takes(wrap.apply("false"));
            case Shape.Refused refusedShape -> throw new AssertionError("nested");
            case Shape.Text text -> text(text, path, wrap);
            case Shape.Choice choice -> {
                choice.values().forEach(value -> takes(wrap.apply(quoted(value))));
                if (choice.open()) {
                    takes(wrap.apply("\"not-yet-known\""));
                } else {
                    refuses(wrap.apply("\"not-yet-known\""), "invalid_value", path);
                }
            }
            case Shape.Number number -> number(number, path, wrap);
            case Shape.Whole whole -> whole(whole, path, wrap);
            case Shape.ListOf list -> list(list, path, wrap);
            case Shape.Members members ->
                members.members()
                        .forEach(member -> field(
                                member,
                                path + "." + member.name(),
                                value -> wrap.apply(object(members, member, value, ""))));
            case Shape.MapOf map -> map(map, path, wrap);
            case Shape.Tagged tagged -> tagged(tagged, path, wrap);
            case Shape.AnyOf anyOf -> anyOf.alternatives().forEach(alternative -> limits(alternative, path, wrap));
        }
    }

    private void text(Shape.Text text, String path, UnaryOperator<String> wrap) {
        if (text.min() > 0) {
            refuses(wrap.apply("\"\""), "invalid_value", path);
        }
        if (text.max() < Integer.MAX_VALUE) {
            takes(wrap.apply(quoted("a".repeat(text.max()))));
            refuses(wrap.apply(quoted("a".repeat(text.max() + 1))), "string_too_long", path);
            refuses(wrap.apply(quoted("\\u0061".repeat(text.max() + 1))), "string_too_long", path);
            if (text.alphabet() != Shape.Alphabet.NAME) {
                takes(wrap.apply(quoted("\ud83d\ude00".repeat(text.max()))));
                takes(wrap.apply(quoted("\\ud83d\\ude00".repeat(text.max()))));
            }
        }
        if (text.alphabet() != Shape.Alphabet.ANY) {
            refuses(wrap.apply("\"a\\r\\nb\""), "invalid_value", path);
            refuses(wrap.apply("\"a\\u0000b\""), "invalid_value", path);
        }
    }

    private void number(Shape.Number number, String path, UnaryOperator<String> wrap) {
        takes(wrap.apply("-0.0"));
        if (Double.isFinite(number.min())) {
            BigDecimal step = new BigDecimal("0.000001");
            takes(wrap.apply(BigDecimal.valueOf(number.min()).toPlainString()));
            takes(wrap.apply(BigDecimal.valueOf(number.max()).toPlainString()));
            refuses(wrap.apply(BigDecimal.valueOf(number.min()).subtract(step).toPlainString()), "invalid_value", path);
            refuses(wrap.apply(BigDecimal.valueOf(number.max()).add(step).toPlainString()), "invalid_value", path);
            refuses(wrap.apply("9007199254740993"), "invalid_value", path);
        }
        refuses(wrap.apply("-1e400"), "number_out_of_range", path);
    }

    private void whole(Shape.Whole whole, String path, UnaryOperator<String> wrap) {
        BigInteger min = BigInteger.valueOf(whole.min());
        BigInteger max = BigInteger.valueOf(whole.max());
        takes(wrap.apply(min.toString()));
        takes(wrap.apply(max.toString()));
        refuses(wrap.apply(min.subtract(BigInteger.ONE).toString()), "invalid_value", path);
        refuses(wrap.apply(max.add(BigInteger.ONE).toString()), "invalid_value", path);
        refuses(wrap.apply("5.0"), "invalid_type", path);
        refuses(wrap.apply("1e0"), "invalid_type", path);
    }

    private void list(Shape.ListOf list, String path, UnaryOperator<String> wrap) {
        String item = valid(list.item());
        UnaryOperator<String> wrapItem = value -> wrap.apply("[" + value + "]");
        takes(wrapItem.apply(item));
        types(list.item(), path + "[0]", wrapItem);
        refuses(wrapItem.apply("null"), "invalid_type", path + "[0]");
        limits(list.item(), path + "[0]", wrapItem);
        if (list.max() < Integer.MAX_VALUE) {
            takes(wrap.apply(repeated(item, list.max())));
            refuses(wrap.apply(repeated(item, list.max() + 1)), "array_too_long", path);
        }
        if (list.min() > 0) {
            refuses(wrap.apply("[]"), "array_too_short", path);
        } else {
            takes(wrap.apply("[]"));
        }
    }

    private void map(Shape.MapOf map, String path, UnaryOperator<String> wrap) {
        String value = valid(map.value());
        takes(wrap.apply("{}"));
        takes(wrap.apply("{" + quoted("k".repeat(map.maxKey())) + ":" + value + "}"));
        refuses(wrap.apply("{" + quoted("k".repeat(map.maxKey() + 1)) + ":" + value + "}"), "string_too_long", path);
        if (map.maxEntries() < Integer.MAX_VALUE) {
            takes(wrap.apply(entries(map.maxEntries(), value)));
            refuses(wrap.apply(entries(map.maxEntries() + 1, value)), "object_too_large", path);
        }
        types(map.value(), path + ".key", inner -> wrap.apply("{\"key\":" + inner + "}"));
        limits(map.value(), path + ".key", inner -> wrap.apply("{\"key\":" + inner + "}"));
    }

    private void tagged(Shape.Tagged tagged, String path, UnaryOperator<String> wrap) {
        String tagPath = path + "." + tagged.tag();
        if (tagged.assumed() == null) {
            refuses(wrap.apply("{}"), "missing_required_parameter", tagPath);
            refuses(wrap.apply("{\"" + tagged.tag() + "\":null}"), "missing_required_parameter", tagPath);
        }
        refuses(wrap.apply("{\"" + tagged.tag() + "\":7}"), "invalid_type", tagPath);
        String unknown = "{\"" + tagged.tag() + "\":\"not-yet-known\",\"x\":[1]}";
        if (tagged.open()) {
            takes(wrap.apply(unknown));
        } else {
            refuses(wrap.apply(unknown), "invalid_value", tagPath);
        }
        tagged.variants().forEach((tag, variant) -> {
            String first = "\"" + tagged.tag() + "\":\"" + tag + "\",";
            String last = ",\"" + tagged.tag() + "\":\"" + tag + "\"";
            variant.members().forEach(member -> {
                String memberPath = path + "." + member.name();
                field(member, memberPath, value -> wrap.apply(object(variant, member, value, first)));
                takes(wrap.apply(
                        object(variant, member, valid(member.shape()), "").replaceFirst("}$", last + "}")));
            });
        });
    }

    private void takes(String body) {
        taken++;
        Failure failure = read(body);
        if (failure != null) {
            misses.add("refused: " + brief(body) + " because " + failure.message());
        }
    }

    private void refuses(String body, String code, String param) {
        refused++;
        Failure failure = read(body);
        if (failure == null) {
            misses.add("taken: " + brief(body) + " instead of " + code);
        } else if (!code.equals(failure.code())
                || !param.equals(failure.param())
                || failure.message().length() > 600) {
            misses.add("%s: %s at %s instead of %s at %s"
                    .formatted(brief(body), failure.code(), failure.param(), code, param));
        }
    }

    private static Failure read(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        try {
            RequestReader.read(bytes, bytes.length);
            return null;
        } catch (GatewayException thrown) {
            return thrown.failure();
        }
    }

    private static String body(String name, String value) {
        List<String> members = new ArrayList<>();
        if (!name.equals("model")) {
            members.add("\"model\":\"m\"");
        }
        if (!name.equals("messages")) {
            members.add("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]");
        }
        if (name.equals("top_logprobs")) {
            members.add("\"logprobs\":true");
        }
        if (name.equals("stream_options")) {
            members.add("\"stream\":true");
        }
        members.add(quoted(name) + ":" + value);
        return "{" + String.join(",", members) + "}";
    }

    /// An object that holds `value` for `member` and something valid for all that is required besides.
    private static String object(Shape.Members shape, Parameter member, String value, String first) {
        List<String> members = new ArrayList<>();
        boolean one = shape.atLeastOne().isEmpty() || shape.atLeastOne().contains(member.name());
        for (Parameter other : shape.members()) {
            boolean needed = other.required() || !one && shape.atLeastOne().contains(other.name());
            if (needed && !other.name().equals(member.name())) {
                members.add(quoted(other.name()) + ":" + valid(other.shape()));
                one = true;
            }
        }
        members.add(quoted(member.name()) + ":" + value);
        return "{" + first + String.join(",", members) + "}";
    }

    private static String valid(Shape shape) {
        return switch (shape) {
            case Shape.Anything anything -> "[1]";
            case Shape.Refused refusedShape -> "null";
            case Shape.Text text -> "\"a\"";
            case Shape.Choice choice -> quoted(choice.values().getFirst());
            case Shape.Number number -> "0";
            case Shape.Whole whole -> Long.toString(Math.clamp(1L, whole.min(), whole.max()));
            case Shape.Flag flag -> "true";
            case Shape.ListOf list -> "[" + valid(list.item()) + "]";
            case Shape.MapOf map -> "{\"key\":" + valid(map.value()) + "}";
            case Shape.Members members -> required(members, "");
            case Shape.Tagged tagged -> {
                String tag = tagged.variants().keySet().iterator().next();
                yield required(tagged.variants().get(tag), quoted(tagged.tag()) + ":" + quoted(tag));
            }
            case Shape.AnyOf anyOf -> valid(anyOf.alternatives().getFirst());
        };
    }

    private static String required(Shape.Members shape, String first) {
        List<String> members = new ArrayList<>();
        if (!first.isEmpty()) {
            members.add(first);
        }
        shape.members().stream()
                .filter(Parameter::required)
                .forEach(member -> members.add(quoted(member.name()) + ":" + valid(member.shape())));
        return "{" + String.join(",", members) + "}";
    }

    private static String repeated(String item, int count) {
        return IntStream.range(0, count).mapToObj(index -> item).collect(Collectors.joining(",", "[", "]"));
    }

    private static String entries(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(index -> "\"k" + index + "\":" + value)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String brief(String body) {
        return body.length() <= 300 ? body : body.substring(0, 300) + "…";
    }
}
