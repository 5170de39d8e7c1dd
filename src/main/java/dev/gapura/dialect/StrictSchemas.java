package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Schemas that Claude, and other models on Bedrock, have to follow exactly. Stateless; any thread.
public final class StrictSchemas {
    /// What Claude's structured output does not know (`anthropics/anthropic-sdk-python` and vercel/ai
    /// `packages/anthropic/src/sanitize-json-schema.ts`); Bedrock documents the same for all its models.
    private static final SchemaLowering LOWERING = new SchemaLowering(
            Set.of(
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    "not"),
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
            true,
            true,
            false);

    private StrictSchemas() {}

    /// The schema in the words that a model can be held to.
    public static JsonNode strict(JsonNode schema) {
        return LOWERING.lower(schema);
    }

    /// Whether arguments that follow the schema are an object, the only thing that tools take.
    public static boolean ofObject(@Nullable JsonNode schema) {
        return schema == null || !schema.has("type") || "object".equals(JsonTree.string(schema, "type"));
    }

    /// Whether the schema refers to itself: no model can be held to such a schema, the providers refuse it.
    public static boolean recursive(JsonNode schema) {
        Map<String, Set<String>> references = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of("#"));
        while (!open.isEmpty()) {
            String place = open.pop();
            if (!references.containsKey(place)) {
                Set<String> found = new HashSet<>();
                gather(target(schema, place), place.equals("#"), found);
                references.put(place, found);
                open.addAll(found);
            }
        }
        return cyclic(references);
    }

    private static JsonNode target(JsonNode schema, String reference) {
        String pointer = reference.substring(1);
        return pointer.isEmpty() ? schema : pointer.startsWith("/") ? schema.at(pointer) : JsonTree.object();
    }

    /// The references inside a place. Definitions of the whole schema count only where something refers to them.
    private static void gather(JsonNode node, boolean whole, Set<String> found) {
        String reference = JsonTree.string(node, "$ref");
        if (reference != null && reference.startsWith("#")) {
            found.add(reference);
        }
        node.properties().forEach(member -> {
            boolean definitions =
                    member.getKey().equals("$defs") || member.getKey().equals("definitions");
            if (!whole || !definitions) {
                gather(member.getValue(), false, found);
            }
        });
        if (node.isArray()) {
            node.forEach(element -> gather(element, false, found));
        }
    }

    /// Whether something is left when whatever nothing refers to is taken away again and again.
    private static boolean cyclic(Map<String, Set<String>> references) {
        Map<String, Integer> referrers = new HashMap<>();
        references.values().forEach(set -> set.forEach(place -> referrers.merge(place, 1, Integer::sum)));
        Deque<String> free = new ArrayDeque<>(references.keySet());
        free.removeIf(referrers::containsKey);
        int taken = 0;
        while (!free.isEmpty()) {
            taken++;
            for (String place : references.getOrDefault(free.pop(), Set.of())) {
                if (referrers.merge(place, -1, Integer::sum) == 0) {
                    free.push(place);
                }
            }
        }
        return taken < references.size();
    }
}
