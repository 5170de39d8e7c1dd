package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// Which JSON Schema a provider understands.
///
/// @param known keywords that may stand in it, null: any
/// @param refused keywords that may not
/// @param formats values of `format` that are known, empty: any
/// @param closed whether every object has to say `additionalProperties: false`
/// @param bareReferences whether nothing but names with `$` may stand beside `$ref`
record SchemaRules(
        Set<String> known, Set<String> refused, Set<String> formats, boolean closed, boolean bareReferences) {

    private static final Set<String> SCHEMA =
            Set.of("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames");
    private static final Set<String> LISTS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    private static final Set<String> NAMED =
            Set.of("properties", "$defs", "definitions", "patternProperties", "dependentSchemas");

    /// Whatever JSON Schema knows.
    static final SchemaRules ANY = new SchemaRules(Set.of(), Set.of(), Set.of(), false, false);

    void check(JsonNode schema, String place, Faults faults) {
        if (schema.isBoolean()) {
            return;
        }
        if (!faults.check(schema.isObject(), place, "is no schema: " + Faults.shortened(schema))) {
            return;
        }
        boolean reference = schema.has("$ref");
        schema.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            faults.check(known.isEmpty() || known.contains(name), place, "has an unknown keyword " + name);
            faults.check(!refused.contains(name), place, "has the keyword " + name);
            faults.check(!(reference && bareReferences) || name.startsWith("$"), place, "has " + name + " beside $ref");
            inside(name, value, place, faults);
        });
        JsonNode format = schema.path("format");
        faults.check(
                !format.isTextual() || formats.isEmpty() || formats.contains(format.textValue()),
                place,
                "has the format " + format);
        boolean object =
                schema.has("properties") || "object".equals(schema.path("type").asText());
        faults.check(
                !closed
                        || !object
                        || (schema.path("additionalProperties").isBoolean()
                                && !schema.path("additionalProperties").booleanValue()),
                place,
                "does not say additionalProperties: false");
    }

    private void inside(String name, JsonNode value, String place, Faults faults) {
        if (SCHEMA.contains(name) && value.isObject()) {
            check(value, place + "/" + name, faults);
        } else if (LISTS.contains(name) || name.equals("items") && value.isArray()) {
            value.forEach(one -> check(one, place + "/" + name, faults));
        } else if (NAMED.contains(name)) {
            value.properties().forEach(one -> check(one.getValue(), place + "/" + name + "/" + one.getKey(), faults));
        }
    }
}
