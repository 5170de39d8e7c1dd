package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Fits a JSON Schema to what a provider understands. It knows where keywords stand and where names of
/// properties do: a property called `title` or `pattern` stays. The order of members stays, and what has to
/// go is said in the description instead of being lost. Immutable; any thread.
///
/// @param removed keywords that the provider refuses
/// @param formats values of `format` that it takes; empty: all
/// @param closeObjects whether every object must say `additionalProperties: false`
/// @param oneOfAsAnyOf whether `oneOf` has to be written `anyOf`
/// @param constAsEnum whether `const` has to be written as an `enum` of one
public record SchemaLowering(
        Set<String> removed, Set<String> formats, boolean closeObjects, boolean oneOfAsAnyOf, boolean constAsEnum) {
    /// Keywords whose value is a schema.
    private static final Set<String> SCHEMA = Set.of(
            "items",
            "additionalProperties",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "additionalItems",
            "unevaluatedItems",
            "unevaluatedProperties");

    /// Keywords whose value is a list of schemas.
    private static final Set<String> SCHEMAS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");

    /// Keywords whose value maps names to schemas.
    private static final Set<String> NAMED =
            Set.of("properties", "$defs", "definitions", "patternProperties", "dependentSchemas");

    public SchemaLowering {
        removed = Set.copyOf(removed);
        formats = Set.copyOf(formats);
    }

    /// The schema as the provider gets it; the given one is not changed.
    public JsonNode lower(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode out = JsonTree.object();
        List<String> lost = new ArrayList<>();
        object.properties().forEach(member -> member(member.getKey(), member.getValue(), out, lost));
        boolean isObject = out.has("properties") || "object".equals(JsonTree.string(out, "type"));
        if (closeObjects && isObject) {
            out.put("additionalProperties", false);
        }
        if (!lost.isEmpty()) {
            String before = JsonTree.string(out, "description");
            out.put(
                    "description",
                    (before == null || before.isBlank() ? "" : before + " ") + "(" + String.join(", ", lost) + ")");
        }
        return out;
    }

    private void member(String name, JsonNode value, ObjectNode out, List<String> lost) {
        boolean unknownFormat = name.equals("format") && !formats.isEmpty() && !formats.contains(value.asText());
        if (removed.contains(name) || unknownFormat) {
            lost.add(name + ": " + JsonTree.text(value));
        } else if (name.equals("const") && constAsEnum) {
            out.putArray("enum").add(value);
        } else if (SCHEMA.contains(name) && value.isObject()) {
            out.set(name, lower(value));
        } else if ((SCHEMAS.contains(name) || name.equals("items")) && value.isArray()) {
            ArrayNode list = JsonTree.array();
            value.forEach(one -> list.add(lower(one)));
            out.set(name.equals("oneOf") && oneOfAsAnyOf ? "anyOf" : name, list);
        } else if (NAMED.contains(name) && value.isObject()) {
            ObjectNode named = JsonTree.object();
            value.properties().forEach(one -> named.set(one.getKey(), lower(one.getValue())));
            out.set(name, named);
        } else {
            out.set(name, value);
        }
    }
}
