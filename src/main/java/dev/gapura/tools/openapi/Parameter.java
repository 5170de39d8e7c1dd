package dev.gapura.tools.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// One parameter of an operation and how its value is written. Immutable.
///
/// @param argument what the model calls it
/// @param name what the service calls it
/// @param style of OpenAPI: `simple`, `form`, `deepObject`, `spaceDelimited`, `pipeDelimited`; `json`: the value's
///     JSON
/// @param explode whether parts of a value are parameters of their own
record Parameter(String argument, String name, Place place, boolean required, String style, boolean explode) {
    /// Where it stands.
    enum Place {
        PATH,
        QUERY,
        HEADER,
        COOKIE
    }

    /// As it stands in a path or a header.
    String simple(JsonNode value, boolean encode) {
        if (style.equals("json")) {
            return coded(JsonTree.text(value), encode);
        }
        List<String> parts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(one -> parts.add(coded(text(one), encode)));
        } else if (value instanceof ObjectNode object) {
            object.properties()
                    .forEach(member -> parts.add(coded(member.getKey(), encode)
                            + (explode ? "=" : ",")
                            + coded(text(member.getValue()), encode)));
        } else {
            parts.add(coded(text(value), encode));
        }
        return String.join(",", parts);
    }

    /// As it stands in a query or a cookie: `name=value` once or more, percent-encoded.
    List<String> pairs(JsonNode value) {
        String key = encoded(name);
        if (style.equals("json")) {
            return List.of(key + "=" + encoded(JsonTree.text(value)));
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(one -> parts.add(encoded(text(one))));
            String between =
                    switch (style) {
                        case "spaceDelimited" -> "%20";
                        case "pipeDelimited" -> "%7C";
                        default -> ",";
                    };
            return explode
                    ? parts.stream().map(part -> key + "=" + part).toList()
                    : List.of(key + "=" + String.join(between, parts));
        }
        if (value instanceof ObjectNode object) {
            if (style.equals("deepObject")) {
                return object.properties().stream()
                        .map(member ->
                                encoded(name + "[" + member.getKey() + "]") + "=" + encoded(text(member.getValue())))
                        .toList();
            }
            if (explode) {
                return object.properties().stream()
                        .map(member -> encoded(member.getKey()) + "=" + encoded(text(member.getValue())))
                        .toList();
            }
            return List.of(key + "="
                    + object.properties().stream().map(Parameter::comma).collect(Collectors.joining(",")));
        }
        return List.of(key + "=" + encoded(text(value)));
    }

    private static String comma(Map.Entry<String, JsonNode> member) {
        return encoded(member.getKey()) + "," + encoded(text(member.getValue()));
    }

    private static String coded(String text, boolean encode) {
        return encode ? encoded(text) : text;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : JsonTree.text(value);
    }
}
