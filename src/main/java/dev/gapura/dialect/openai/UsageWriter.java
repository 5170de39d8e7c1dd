package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Usage;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Writes a [Usage] as the `usage` member of Chat Completions. A counter that the provider did not report is left out
/// of the details instead of being called zero, and a part is never more than its whole. Stateless; any thread.
final class UsageWriter {
    private UsageWriter() {}

    /// @param details further members that the provider reported, null where there are none
    static ObjectNode write(Usage usage, @Nullable JsonNode details) {
        ObjectNode out = JsonTree.object();
        long prompt = Math.max(0, usage.promptTokens());
        long completion = Math.max(0, usage.completionTokens());
        out.put("prompt_tokens", prompt);
        out.put("completion_tokens", completion);
        out.put("total_tokens", prompt + completion);
        ObjectNode promptDetails = JsonTree.object();
        put(promptDetails, "cached_tokens", Math.min(prompt, usage.cachedTokens()));
        put(promptDetails, "cache_write_tokens", Math.min(prompt, usage.cacheWriteTokens()));
        ObjectNode completionDetails = JsonTree.object();
        put(completionDetails, "reasoning_tokens", Math.min(completion, usage.reasoningTokens()));
        if (details != null) {
            details.properties().forEach(member -> {
                switch (member.getKey()) {
                    case "prompt_tokens_details" -> merge(promptDetails, member.getValue());
                    case "completion_tokens_details" -> merge(completionDetails, member.getValue());
                    default -> out.set(member.getKey(), member.getValue());
                }
            });
        }
        if (!promptDetails.isEmpty()) {
            out.set("prompt_tokens_details", promptDetails);
        }
        if (!completionDetails.isEmpty()) {
            out.set("completion_tokens_details", completionDetails);
        }
        return out;
    }

    /// The tier that an answer was served with in the words of Chat Completions; null where it is not told, or
    /// has no word there.
    static @Nullable String tier(Usage usage) {
        String told = usage.serviceTier();
        return told == null
                ? null
                : switch (told) {
                    case "default", "standard", "on_demand" -> "default";
                    case "auto", "flex", "scale", "priority" -> told;
                    case "fast" -> "priority";
                    default -> null;
                };
    }

    private static void merge(ObjectNode into, JsonNode more) {
        more.properties().forEach(member -> {
            if (!into.has(member.getKey())) {
                into.set(member.getKey(), member.getValue());
            }
        });
    }

    private static void put(ObjectNode node, String name, long tokens) {
        if (tokens != Usage.UNKNOWN) {
            node.put(name, tokens);
        }
    }
}
