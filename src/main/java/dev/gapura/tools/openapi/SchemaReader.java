package dev.gapura.tools.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Schemas of a document as JSON Schema 2020-12 without references: each is written out where it is used, since not
/// every provider follows references. Where a schema contains itself, it is written out twice and then left open. One
/// instance an operation, one thread.
final class SchemaReader {
    /// Words about a schema that say nothing of what is valid, and those of OpenAPI 3.0 that have another
    /// form.
    private static final Set<String> LEFT_OUT = Set.of(
            "nullable",
            "discriminator",
            "xml",
            "externalDocs",
            "example",
            "examples",
            "readOnly",
            "writeOnly",
            "$ref",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "$id",
            "$schema",
            "$anchor",
            "$defs",
            "definitions");
    /// Members whose own members are schemas.
    private static final Set<String> MAPS = Set.of("properties", "patternProperties", "dependentSchemas");
    /// Members that are data, not schemas.
    private static final Set<String> DATA = Set.of("enum", "const", "default", "required", "type");

    private static final int MOST_NODES = 4000;
    private static final int DEEPEST = 40;
    private static final int MOST_TIMES = 2;

    private final References references;
    private final Deque<String> open = new ArrayDeque<>();
    private int nodes;

    SchemaReader(References references) {
        this.references = references;
    }

    /// The schema as it is sent to a model.
    JsonNode read(JsonNode schema) throws ApiException {
        String reference = JsonTree.string(schema, "$ref");
        if (reference == null) {
            return plain(schema);
        }
        long times = open.stream().filter(reference::equals).count();
        if (times >= MOST_TIMES || nodes > MOST_NODES || open.size() > DEEPEST) {
            return JsonTree.object();
        }
        JsonNode target = references.target(reference);
        open.push(reference);
        JsonNode written = read(target);
        open.pop();
        if (written instanceof ObjectNode object && schema.size() > 1) {
            // What stands beside a reference adds to it.
            JsonNode beside = plain(schema);
            beside.properties().forEach(member -> object.set(member.getKey(), member.getValue()));
        }
        return written;
    }

    private JsonNode plain(JsonNode schema) throws ApiException {
        nodes++;
        if (!(schema instanceof ObjectNode given)) {
            return schema.isBoolean() ? schema : JsonTree.object();
        }
        ObjectNode written = JsonTree.object();
        Set<String> readOnly = new HashSet<>();
        for (Map.Entry<String, JsonNode> member : given.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (LEFT_OUT.contains(name) || name.startsWith("x-")) {
                continue;
            }
            if (DATA.contains(name)) {
                written.set(name, value.deepCopy());
            } else if (MAPS.contains(name)) {
                written.set(name, map(value, readOnly));
            } else if (value.isArray()) {
                written.set(name, list((ArrayNode) value));
            } else {
                written.set(name, value.isObject() ? read(value) : value);
            }
        }
        if (!readOnly.isEmpty() && written.get("required") instanceof ArrayNode required) {
            ArrayNode rest = JsonTree.array();
            required.forEach(one -> {
                if (!readOnly.contains(one.asText())) {
                    rest.add(one);
                }
            });
            written.set("required", rest);
        }
        limit(given, written, "exclusiveMinimum", "minimum");
        limit(given, written, "exclusiveMaximum", "maximum");
        if (given.path("nullable").asBoolean(false)) {
            nullable(written);
        }
        return written;
    }

    private ObjectNode map(JsonNode value, Set<String> readOnly) throws ApiException {
        ObjectNode map = JsonTree.object();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            if (references.follow(member.getValue()).path("readOnly").asBoolean(false)) {
                readOnly.add(member.getKey());
            } else {
                map.set(member.getKey(), read(member.getValue()));
            }
        }
        return map;
    }

    private ArrayNode list(ArrayNode value) throws ApiException {
        ArrayNode list = JsonTree.array();
        for (JsonNode element : value) {
            list.add(element.isObject() ? read(element) : element);
        }
        return list;
    }

    /// In 3.0 a flag beside the limit, in 3.1 a limit itself.
    private static void limit(ObjectNode given, ObjectNode written, String exclusive, String plain) {
        JsonNode value = given.get(exclusive);
        if (value == null) {
            return;
        }
        if (value.isNumber()) {
            written.set(exclusive, value);
        } else if (value.asBoolean(false) && written.has(plain)) {
            written.set(exclusive, written.remove(plain));
        }
    }

    private static void nullable(ObjectNode written) {
        String type = JsonTree.string(written, "type");
        if (type != null) {
            written.set("type", JsonTree.array().add(type).add("null"));
        }
        if (written.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
    }
}
