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
/// @param further what few providers need besides
public record SchemaLowering(
        Set<String> removed,
        Set<String> formats,
        boolean closeObjects,
        boolean oneOfAsAnyOf,
        boolean constAsEnum,
        Further further) {
    /// What few providers need besides.
    ///
    /// @param dropped keywords that go without a word: they constrain nothing
    /// @param mergeAllOf whether the members of `allOf` have to stand in the schema itself
    /// @param bareReferences whether nothing may stand beside `$ref` but names that begin with `$`, and what is
    ///     referred to must lie in `$defs`
    /// @param plainEnums whether an `enum` may hold texts and numbers only
    public record Further(Set<String> dropped, boolean mergeAllOf, boolean bareReferences, boolean plainEnums) {
        /// Nothing.
        public static final Further NONE = new Further(Set.of(), false, false, false);

        public Further {
            dropped = Set.copyOf(dropped);
        }
    }

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

    /// A lowering that needs nothing further.
    public SchemaLowering(
            Set<String> removed, Set<String> formats, boolean closeObjects, boolean oneOfAsAnyOf, boolean constAsEnum) {
        this(removed, formats, closeObjects, oneOfAsAnyOf, constAsEnum, Further.NONE);
    }

    /// The schema as the provider gets it; the given one is not changed.
    public JsonNode lower(JsonNode schema) {
        if (!(schema instanceof ObjectNode given)) {
            return schema;
        }
        ObjectNode object = further.mergeAllOf() && given.get("allOf") instanceof ArrayNode all && mergeable(all)
                ? merged(given, all)
                : given;
        ObjectNode out = JsonTree.object();
        List<String> lost = new ArrayList<>();
        if (further.bareReferences() && object.has("$ref")) {
            object.properties().forEach(member -> {
                boolean kept =
                        member.getKey().startsWith("$") || member.getKey().equals("definitions");
                if (kept && !further.dropped().contains(member.getKey())) {
                    member(member.getKey(), member.getValue(), out, lost);
                }
            });
            return out;
        }
        object.properties().forEach(member -> member(member.getKey(), member.getValue(), out, lost));
        if (closeObjects && isObject(out)) {
            out.put("additionalProperties", false);
            JsonNode open = object.get("additionalProperties");
            if (open != null && open.isObject()) {
                lost.add("additionalProperties: " + JsonTree.text(open));
            }
        }
        if (!lost.isEmpty()) {
            String before = JsonTree.string(out, "description");
            out.put(
                    "description",
                    (before == null || before.isBlank() ? "" : before + " ") + "(" + String.join(", ", lost) + ")");
        }
        return out;
    }

    private static boolean isObject(ObjectNode schema) {
        boolean object = schema.has("properties") || "object".equals(JsonTree.string(schema, "type"));
        for (JsonNode type : schema.path("type")) {
            object |= type.asText().equals("object");
        }
        return object;
    }

    /// A reference among several cannot be merged without looking it up.
    private static boolean mergeable(ArrayNode all) {
        boolean references = false;
        for (JsonNode one : all) {
            if (!one.isObject()) {
                return false;
            }
            references |= one.has("$ref");
        }
        return all.size() == 1 || !references;
    }

    /// The schema with the members of its `allOf` as its own; of two that disagree the schema's own stays.
    private static ObjectNode merged(ObjectNode schema, ArrayNode all) {
        ObjectNode out = JsonTree.object();
        schema.properties().forEach(member -> {
            if (!member.getKey().equals("allOf")) {
                out.set(member.getKey(), member.getValue().deepCopy());
            }
        });
        for (JsonNode one : all) {
            JsonNode inner = one instanceof ObjectNode object
                            && object.get("allOf") instanceof ArrayNode nested
                            && mergeable(nested)
                    ? merged(object, nested)
                    : one;
            inner.properties().forEach(member -> {
                String name = member.getKey();
                JsonNode there = out.get(name);
                if (there == null) {
                    out.set(name, member.getValue().deepCopy());
                } else if (there instanceof ObjectNode mine && member.getValue() instanceof ObjectNode other) {
                    other.properties().forEach(named -> {
                        if (!mine.has(named.getKey())) {
                            mine.set(named.getKey(), named.getValue());
                        }
                    });
                } else if (name.equals("required") && there instanceof ArrayNode mine) {
                    member.getValue().forEach(mine::add);
                }
            });
        }
        return out;
    }

    private void values(JsonNode enumeration, ObjectNode out, List<String> lost) {
        ArrayNode plain = JsonTree.array();
        boolean strange = false;
        for (JsonNode value : enumeration) {
            if (value.isTextual() || value.isNumber()) {
                plain.add(value);
            } else {
                // A type that may be null says so itself.
                strange |= !value.isNull();
            }
        }
        if (strange || plain.isEmpty()) {
            lost.add("enum: " + JsonTree.text(enumeration));
        } else {
            out.set("enum", plain);
        }
    }

    private void member(String name, JsonNode value, ObjectNode out, List<String> lost) {
        boolean unknownFormat = name.equals("format") && !formats.isEmpty() && !formats.contains(value.asText());
        if (further.dropped().contains(name)) {
            return;
        }
        if (removed.contains(name) || unknownFormat) {
            lost.add(name + ": " + JsonTree.text(value));
        } else if (name.equals("const") && constAsEnum) {
            if (further.plainEnums()) {
                values(JsonTree.array().add(value), out, lost);
            } else {
                out.putArray("enum").add(value);
            }
        } else if (name.equals("enum") && further.plainEnums() && value.isArray()) {
            values(value, out, lost);
        } else if (SCHEMA.contains(name) && value.isObject()) {
            out.set(name, lower(value));
        } else if ((SCHEMAS.contains(name) || name.equals("items")) && value.isArray()) {
            ArrayNode list = JsonTree.array();
            value.forEach(one -> list.add(lower(one)));
            out.set(name.equals("oneOf") && oneOfAsAnyOf ? "anyOf" : name, list);
        } else if (NAMED.contains(name) && value.isObject()) {
            ObjectNode named = JsonTree.object();
            value.properties().forEach(one -> named.set(one.getKey(), lower(one.getValue())));
            out.set(name.equals("definitions") && further.bareReferences() ? "$defs" : name, named);
        } else if (name.equals("$ref") && further.bareReferences()) {
            out.put(name, value.asText().replace("#/definitions/", "#/$defs/"));
        } else {
            out.set(name, value);
        }
    }
}
