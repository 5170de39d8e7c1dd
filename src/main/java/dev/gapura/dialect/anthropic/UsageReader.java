package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import dev.gapura.dialect.UsageParts;
import dev.gapura.wire.JsonTree;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Anthropic's counters, which come in pieces: a later one replaces an earlier one where it is there and not
/// null, and events are never added up. `input_tokens` is what was neither read from the cache nor written to it.
/// One instance an answer.
final class UsageReader {
    private static final String[] COUNTERS = {
        "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"
    };

    /// What is billed apart, by its own name and where it stands.
    private static final Map<String, String> APART = Map.of(
            "ephemeral_1h_input_tokens", "/cache_creation/ephemeral_1h_input_tokens",
            "web_search_requests", "/server_tool_use/web_search_requests");

    /// Words that say at which rates the answer is billed.
    private static final List<String> TIER = List.of("service_tier", "speed");

    private final ObjectNode seen = JsonTree.object();

    /// Takes a `usage` member; null and other shapes say nothing.
    void take(@Nullable JsonNode usage) {
        if (usage == null || !usage.isObject()) {
            return;
        }
        for (String counter : COUNTERS) {
            if (usage.get(counter) instanceof JsonNode value && value.isNumber()) {
                seen.set(counter, value);
            }
        }
        if (usage.path("output_tokens_details").get("thinking_tokens") instanceof JsonNode value && value.isNumber()) {
            seen.set("thinking_tokens", value);
        }
        for (Map.Entry<String, String> apart : APART.entrySet()) {
            if (usage.at(apart.getValue()) instanceof JsonNode value && value.isNumber()) {
                seen.set(apart.getKey(), value);
            }
        }
        for (String word : TIER) {
            if (usage.get(word) instanceof JsonNode value && value.isTextual()) {
                seen.set(word, value);
            }
        }
        if (usage.get("iterations") instanceof ArrayNode steps && steps.size() > 1) {
            steps(steps);
        }
    }

    /// A turn in which the provider shortened the conversation reports the steps apart, and what it spent on the
    /// shortening in no other place.
    private void steps(ArrayNode steps) {
        boolean counted = false;
        ObjectNode sum = JsonTree.object();
        for (JsonNode step : steps) {
            switch (Blocks.string(step, "type")) {
                case "fallback_message" -> {
                    return;
                }
                case "compaction", "message" -> {
                    counted |= "compaction".equals(JsonTree.string(step, "type"));
                    for (String counter : COUNTERS) {
                        if (step.get(counter) instanceof JsonNode value && value.isNumber()) {
                            sum.put(counter, JsonTree.number(sum, counter, 0) + value.longValue());
                        }
                    }
                }
                default -> {}
            }
        }
        if (counted) {
            seen.setAll(sum);
        }
    }

    /// What is known so far, null where nothing is.
    ChatEvent.@Nullable Reported reported() {
        if (!seen.has("input_tokens") && !seen.has("output_tokens")) {
            return null;
        }
        long read = JsonTree.number(seen, "cache_read_input_tokens", Usage.UNKNOWN);
        long written = JsonTree.number(seen, "cache_creation_input_tokens", Usage.UNKNOWN);
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        UsageParts.put(parts, Part.CACHE_WRITE_HOUR, seen, "ephemeral_1h_input_tokens");
        UsageParts.put(parts, Part.WEB_SEARCHES, seen, "web_search_requests");
        long prompt = JsonTree.number(seen, "input_tokens", 0) + Math.max(0, read) + Math.max(0, written);
        return new ChatEvent.Reported(
                new Usage(
                                prompt,
                                JsonTree.number(seen, "output_tokens", 0),
                                read,
                                written,
                                JsonTree.number(seen, "thinking_tokens", Usage.UNKNOWN))
                        .with(parts)
                        .in(
                                "fast".equals(JsonTree.string(seen, "speed"))
                                        ? "fast"
                                        : JsonTree.string(seen, "service_tier")),
                null);
    }
}
