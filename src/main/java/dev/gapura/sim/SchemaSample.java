package dev.gapura.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Makes a small value that a JSON Schema accepts: required members only, the shortest lists, the least
/// numbers. Knows the keywords that tool and answer schemas use; `pattern`, `not` and conditions are not
/// solved.
final class SchemaSample {
    /// Deeper schemas than this are recursive ones; they end in null.
    private static final int MAX_DEPTH = 32;

    private static final Map<String, String> FORMATS = Map.of(
            "date", "2026-01-31",
            "date-time", "2026-01-31T12:00:00Z",
            "time", "12:00:00Z",
            "duration", "PT1H",
            "email", "someone@example.com",
            "uri", "https://example.com/",
            "hostname", "example.com",
            "ipv4", "192.0.2.1",
            "ipv6", "2001:db8::1",
            "uuid", "00000000-0000-4000-8000-000000000000");

    private final JsonNode root;

    private SchemaSample(JsonNode root) {
        this.root = root;
    }

    /// A value for this schema. A missing schema gives an empty object.
    static JsonNode of(JsonNode schema) {
        return schema.isObject() ? new SchemaSample(schema).value(schema, "value", 0) : node().objectNode();
    }

    private JsonNode value(JsonNode schema, String name, int depth) {
        if (depth > MAX_DEPTH) {
            return node().nullNode();
        }
        if (schema.has("$ref")) {
            return value(resolve(schema.path("$ref").asText()), name, depth + 1);
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        for (String listed : new String[] {"enum", "examples"}) {
            if (schema.path(listed).isArray() && !schema.path(listed).isEmpty()) {
                return schema.path(listed).get(0);
            }
        }
        if (schema.has("default")) {
            return schema.get("default");
        }
        for (String choice : new String[] {"anyOf", "oneOf"}) {
            if (schema.path(choice).isArray() && !schema.path(choice).isEmpty()) {
                return value(schema.path(choice).get(0), name, depth + 1);
            }
        }
        return typed(schema, name, depth);
    }

    private JsonNode typed(JsonNode schema, String name, int depth) {
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> node().numberNode((long) Math.ceil(least(schema, 1)));
            case "number" -> node().numberNode(least(schema, 0.5));
            case "boolean" -> node().booleanNode(true);
            case "null" -> node().nullNode();
            default -> node().textNode(string(schema, name));
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return type.textValue();
        }
        for (JsonNode one : type) {
            if (!one.asText().equals("null")) {
                return one.asText();
            }
        }
        if (schema.has("properties") || schema.has("allOf") || schema.isEmpty()) {
            return "object";
        }
        return schema.has("items") ? "array" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = node().objectNode();
        for (JsonNode part : schema.path("allOf")) {
            JsonNode value = value(part, "value", depth + 1);
            if (value instanceof ObjectNode members) {
                object.setAll(members);
            }
        }
        for (JsonNode required : schema.path("required")) {
            String name = required.asText();
            JsonNode property = schema.path("properties").path(name);
            if (property.isObject() || !object.has(name)) {
                object.set(name, value(property, name, depth + 1));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = node().arrayNode();
        JsonNode prefix = schema.path("prefixItems");
        int length = Math.clamp(schema.path("minItems").asLong(0), 0, 100);
        for (int i = 0; i < length; i++) {
            array.add(value(i < prefix.size() ? prefix.get(i) : schema.path("items"), name, depth + 1));
        }
        return array;
    }

    private static String string(JsonNode schema, String name) {
        String text = FORMATS.getOrDefault(schema.path("format").asText(), "some " + name);
        int longest = (int) Math.clamp(schema.path("maxLength").asLong(Integer.MAX_VALUE), 0, Integer.MAX_VALUE);
        if (text.length() > longest) {
            text = text.substring(0, longest);
        }
        int shortest = Math.clamp(schema.path("minLength").asLong(0), 0, 10_000);
        return text.length() >= shortest ? text : text + "x".repeat(shortest - text.length());
    }

    /// The least number not below `otherwise` that the bounds allow, or the greatest when all lie below it.
    private static double least(JsonNode schema, double otherwise) {
        double step = schema.path("multipleOf").asDouble(0);
        double value = step > 0 ? step : otherwise;
        if (schema.path("minimum").isNumber()) {
            value = Math.max(value, schema.path("minimum").asDouble());
        }
        if (schema.path("exclusiveMinimum").isNumber()) {
            value = Math.max(value, schema.path("exclusiveMinimum").asDouble() + (step > 0 ? step : 1));
        }
        if (step > 0) {
            value = Math.ceil(value / step) * step;
        }
        if (schema.path("maximum").isNumber()) {
            value = Math.min(value, schema.path("maximum").asDouble());
        }
        if (schema.path("exclusiveMaximum").isNumber()
                && value >= schema.path("exclusiveMaximum").asDouble()) {
            value = schema.path("exclusiveMaximum").asDouble() - 1;
        }
        return value;
    }

    private JsonNode resolve(String reference) {
        if (!reference.startsWith("#")) {
            return MissingNode.getInstance();
        }
        return root.at(reference.substring(1));
    }

    private static JsonNodeFactory node() {
        return JsonNodeFactory.instance;
    }
}
