package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.Locale;

/// Schemas of the older member `parameters`, a subset of OpenAPI with types in upper case, as JSON Schema. Stateless.
final class OpenApiSchemas {
    private OpenApiSchemas() {}

    static JsonNode lift(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode out = JsonTree.object();
        boolean nullable = object.path("nullable").asBoolean();
        object.properties().forEach(member -> {
            JsonNode value = member.getValue();
            switch (JsonNames.camel(member.getKey())) {
                case "type" -> type(value, nullable, out);
                case "nullable" -> {}
                case "items", "additionalProperties" -> out.set(member.getKey(), lift(value));
                case "anyOf" -> {
                    ArrayNode list = out.putArray("anyOf");
                    value.forEach(one -> list.add(lift(one)));
                }
                case "properties" -> {
                    ObjectNode named = out.putObject("properties");
                    value.properties().forEach(one -> named.set(one.getKey(), lift(one.getValue())));
                }
                case "propertyOrdering" -> out.set("propertyOrdering", value);
                case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" ->
                    number(JsonNames.camel(member.getKey()), value, out);
                default -> {
                    if (!value.isNull()) {
                        out.set(member.getKey(), value);
                    }
                }
            }
        });
        return out;
    }

    private static void type(JsonNode value, boolean nullable, ObjectNode out) {
        if (!value.isTextual()) {
            out.set("type", value);
            return;
        }
        String name = value.textValue().toLowerCase(Locale.ROOT);
        if (nullable) {
            out.putArray("type").add(name).add("null");
        } else {
            out.put("type", name);
        }
    }

    /// Limits are texts there.
    private static void number(String name, JsonNode value, ObjectNode out) {
        if (value.isTextual() && value.textValue().matches("\\d{1,9}")) {
            out.put(name, Integer.parseInt(value.textValue()));
        } else if (value.isNumber()) {
            out.set(name, value);
        }
    }
}
