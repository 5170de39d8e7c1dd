package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Gathers what is wrong with one request. One instance a request.
final class Faults {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");

    private final List<String> faults = new ArrayList<>();

    List<String> list() {
        return List.copyOf(faults);
    }

    /// @return `holds`
    boolean check(boolean holds, String place, String demand) {
        if (!holds) {
            faults.add(place + " " + demand);
        }
        return holds;
    }

    /// Whether the value is an object that has no members but these. A name with `!` in front must be there.
    boolean members(JsonNode value, String place, String... names) {
        if (!check(value.isObject(), place, "is no object: " + shortened(value))) {
            return false;
        }
        Set<String> known = new TreeSet<>();
        for (String name : names) {
            boolean required = name.startsWith("!");
            String bare = required ? name.substring(1) : name;
            known.add(bare);
            check(!required || value.has(bare), place, "lacks " + bare);
        }
        value.properties().forEach(member -> {
            check(known.contains(member.getKey()), place, "has an unknown member " + member.getKey());
            check(!member.getValue().isNull(), place + "." + member.getKey(), "is null");
        });
        return true;
    }

    /// A whole number between limits, where it is there.
    void whole(JsonNode holder, String place, String name, long least, long most) {
        JsonNode value = holder.path(name);
        if (!value.isMissingNode()) {
            check(
                    value.isIntegralNumber() && value.longValue() >= least && value.longValue() <= most,
                    place + "." + name,
                    "must be a whole number from " + least + " to " + most + ": " + value);
        }
    }

    /// A number between limits, where it is there.
    void number(JsonNode holder, String place, String name, String least, String most) {
        JsonNode value = holder.path(name);
        if (!value.isMissingNode()) {
            check(
                    value.isNumber()
                            && value.decimalValue().compareTo(new BigDecimal(least)) >= 0
                            && value.decimalValue().compareTo(new BigDecimal(most)) <= 0,
                    place + "." + name,
                    "must be from " + least + " to " + most + ": " + value);
        }
    }

    /// One of some words, where it is there.
    void word(JsonNode holder, String place, String name, String... words) {
        JsonNode value = holder.path(name);
        if (!value.isMissingNode()) {
            check(
                    value.isTextual() && Arrays.asList(words).contains(value.textValue()),
                    place + "." + name,
                    "must be one of " + Arrays.toString(words) + ": " + value);
        }
    }

    /// A flag, where it is there.
    void flag(JsonNode holder, String place, String name) {
        JsonNode value = holder.path(name);
        check(value.isMissingNode() || value.isBoolean(), place + "." + name, "must be true or false: " + value);
    }

    /// A text that is not blank, where it is there.
    void text(JsonNode holder, String place, String name) {
        JsonNode value = holder.path(name);
        if (!value.isMissingNode()) {
            check(
                    value.isTextual() && !value.textValue().isBlank(),
                    place + "." + name,
                    "must be a text: " + shortened(value));
        }
    }

    /// A text of this form, which must be there.
    void form(JsonNode value, String place, Pattern form) {
        check(
                value.isTextual() && form.matcher(value.textValue()).matches(),
                place,
                "must look like " + form + ": " + shortened(value));
    }

    /// A list of texts that are not empty, where it is there.
    void texts(JsonNode holder, String place, String name, int most) {
        JsonNode value = holder.path(name);
        if (value.isMissingNode()) {
            return;
        }
        check(
                value.isArray() && !value.isEmpty() && value.size() <= most,
                place + "." + name,
                "must be a list of up to " + most + ": " + value);
        value.forEach(one ->
                check(one.isTextual() && !one.textValue().isEmpty(), place + "." + name, "must hold texts: " + one));
    }

    /// Base64 without line ends or prefix.
    void base64(JsonNode value, String place) {
        String text = value.asText();
        boolean good =
                value.isTextual() && !text.isEmpty() && BASE64.matcher(text).matches();
        try {
            Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException broken) {
            good = false;
        }
        check(good, place, "must be base64: " + shortened(value));
    }

    static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 120 ? text.substring(0, 120) + "…" : text;
    }
}
