package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;

/// Schemas of arguments and answers by chance, with members that are called like keywords and keywords that few
/// providers know.
final class RandomSchema {
    private static final String[] NAMES = {
        "city", "type", "properties", "items", "pattern", "enum", "$ref", "default", "required", "title", "ä", "a b"
    };

    private final Chance chance;
    private boolean refers;

    private RandomSchema(Chance chance) {
        this.chance = chance;
    }

    /// A schema of an object.
    static ObjectNode of(Chance chance) {
        RandomSchema maker = new RandomSchema(chance);
        ObjectNode schema = maker.object(2);
        if (maker.refers) {
            schema.putObject("$defs").set("place", maker.object(0));
        }
        if (chance.once(6)) {
            schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        }
        return schema;
    }

    private ObjectNode object(int depth) {
        ObjectNode schema = JsonTree.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (int i = chance.below(4); i > 0; i--) {
            properties.set(chance.one(NAMES), any(depth));
        }
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> chance.once(2));
        if (!names.isEmpty() || chance.once(5)) {
            ArrayNode required = schema.putArray("required");
            names.forEach(required::add);
        }
        switch (chance.below(5)) {
            case 0 -> schema.put("additionalProperties", false);
            case 1 -> schema.put("additionalProperties", true);
            case 2 -> schema.putObject("additionalProperties").put("type", "string");
            default -> {}
        }
        return schema;
    }

    private ObjectNode any(int depth) {
        ObjectNode schema =
                switch (chance.below(depth > 0 ? 10 : 6)) {
                    case 0 -> text();
                    case 1 ->
                        JsonTree.object()
                                .put("type", "integer")
                                .put("minimum", 1)
                                .put("maximum", 9);
                    case 2 -> JsonTree.object().put("type", "number").put("exclusiveMinimum", 0);
                    case 3 -> JsonTree.object().put("type", "boolean");
                    case 4 -> words("string", "null");
                    case 5 ->
                        chance.once(2) ? JsonTree.object() : JsonTree.object().put("const", "x");
                    case 6 -> object(depth - 1);
                    case 7 -> list(depth);
                    case 8 -> either(depth);
                    default -> {
                        refers = true;
                        yield JsonTree.object().put("$ref", "#/$defs/place");
                    }
                };
        if (chance.once(3) && !schema.has("$ref")) {
            schema.put("description", chance.text());
        }
        return schema;
    }

    private ObjectNode text() {
        ObjectNode schema = JsonTree.object().put("type", "string");
        switch (chance.below(5)) {
            case 0 -> schema.putArray("enum").add("a").add("b");
            case 1 -> schema.put("pattern", "^[a-z]+$");
            case 2 -> schema.put("format", chance.one("date", "date-time", "uuid", "ipv4"));
            case 3 -> schema.put("minLength", 1).put("maxLength", 9).put("default", "a");
            default -> {}
        }
        return schema;
    }

    private static ObjectNode words(String... types) {
        ObjectNode schema = JsonTree.object();
        ArrayNode list = schema.putArray("type");
        List.of(types).forEach(list::add);
        return schema;
    }

    private ObjectNode list(int depth) {
        ObjectNode schema = JsonTree.object().put("type", "array");
        schema.set("items", any(depth - 1));
        if (chance.once(2)) {
            schema.put("minItems", chance.below(3)).put("maxItems", 5).put("uniqueItems", true);
        }
        return schema;
    }

    private ObjectNode either(int depth) {
        ObjectNode schema = JsonTree.object();
        schema.putArray(chance.one("anyOf", "oneOf", "allOf"))
                .add(any(depth - 1))
                .add(chance.once(2) ? JsonTree.object().put("type", "null") : any(depth - 1));
        return schema;
    }
}
