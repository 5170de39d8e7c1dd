package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.SchemaLowering;
import java.util.Set;

/// JSON Schema as `parametersJsonSchema` and `responseJsonSchema` understand it. Source: `googleapis/js-genai`
/// `src/types.ts`, GenerateContentConfig.responseJsonSchema. Stateless.
final class Schemas {
    private static final SchemaLowering LOWERING = new SchemaLowering(
            Set.of(
                    "allOf",
                    "not",
                    "if",
                    "then",
                    "else",
                    "pattern",
                    "minLength",
                    "maxLength",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    "contains",
                    "minContains",
                    "maxContains",
                    "propertyNames",
                    "patternProperties",
                    "dependentSchemas",
                    "dependentRequired",
                    "unevaluatedItems",
                    "unevaluatedProperties",
                    "contentEncoding",
                    "contentMediaType",
                    "default",
                    "examples"),
            Set.of(),
            false,
            false,
            true,
            new SchemaLowering.Further(
                    Set.of("$schema", "$comment", "readOnly", "writeOnly", "deprecated", "additionalItems", "strict"),
                    true,
                    true,
                    true));

    private Schemas() {}

    static JsonNode lower(JsonNode schema) {
        return LOWERING.lower(schema);
    }
}
