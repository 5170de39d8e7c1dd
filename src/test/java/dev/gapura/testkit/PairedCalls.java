package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// Makes a conversation in which every call has its result and every result its call, as clients of OpenAI send it:
/// other providers keep calls of tools that they ran themselves in it, or give calls no ids.
final class PairedCalls {
    private PairedCalls() {}

    /// @param messages of Chat Completions; not changed
    static ArrayNode in(ArrayNode messages) {
        ArrayNode paired = messages.arrayNode();
        for (int at = 0; at < messages.size(); at++) {
            JsonNode message = messages.get(at);
            if (isTool(message)) {
                // A result behind none of the calls it could belong to.
                continue;
            }
            ObjectNode own = message.deepCopy();
            paired.add(own);
            if (own.get("tool_calls") instanceof ArrayNode calls) {
                // Turns of the model in a row are one.
                while (at + 1 < messages.size() && messages.get(at + 1).has("tool_calls")) {
                    messages.get(++at).get("tool_calls").forEach(calls::add);
                }
                List<ObjectNode> results = new ArrayList<>();
                while (at + 1 < messages.size() && isTool(messages.get(at + 1))) {
                    results.add(messages.get(++at).deepCopy());
                }
                pair(own, calls, results, at);
                results.forEach(paired::add);
            }
        }
        if (paired.isEmpty() && !messages.isEmpty()) {
            paired.addObject().put("role", "user").put("content", "Hello");
        }
        return paired;
    }

    private static void pair(ObjectNode message, ArrayNode calls, List<ObjectNode> results, int place) {
        ArrayNode kept = message.arrayNode();
        List<ObjectNode> answered = new ArrayList<>();
        for (JsonNode call : calls) {
            String id = call.path("id").asText();
            results.stream()
                    .filter(result -> !answered.contains(result))
                    .filter(result ->
                            List.of(id, "").contains(result.path("tool_call_id").asText()))
                    .findFirst()
                    .ifPresent(result -> {
                        answered.add(result);
                        ObjectNode one = call.deepCopy();
                        String given = id.isBlank() ? "call_" + place + "_" + kept.size() : id;
                        one.put("id", given);
                        result.put("tool_call_id", given);
                        kept.add(one);
                    });
        }
        results.retainAll(answered);
        if (kept.isEmpty()) {
            message.remove("tool_calls");
            message.put("content", message.path("content").asText(""));
        } else {
            message.set("tool_calls", kept);
        }
    }

    private static boolean isTool(JsonNode message) {
        return message.path("role").asText().equals("tool");
    }
}
