package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.UsageParts;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Mistral's counters. What was read from the cache stands at one of three places; tokens of sound are in the
/// total but not in `prompt_tokens` (recorded with voxtral). Stateless.
final class UsageReader {
    private UsageReader() {}

    /// @param usage a `usage` member; null and other shapes say nothing
    static ChatEvent.@Nullable Reported read(@Nullable JsonNode usage) {
        if (usage == null || !(usage.has("prompt_tokens") || usage.has("completion_tokens"))) {
            return null;
        }
        JsonNode details = usage.path("prompt_tokens_details").isObject()
                ? usage.get("prompt_tokens_details")
                : usage.path("prompt_token_details");
        long prompt = JsonTree.number(usage, "prompt_tokens", 0);
        long completion = JsonTree.number(usage, "completion_tokens", 0);
        long audio = JsonTree.number(details, "audio_tokens", 0);
        if (audio > 0 && JsonTree.number(usage, "total_tokens", 0) == prompt + completion + audio) {
            prompt += audio;
        }
        long cached = Math.max(
                JsonTree.number(details, "cached_tokens", Usage.UNKNOWN),
                JsonTree.number(usage, "num_cached_tokens", Usage.UNKNOWN));
        JsonNode more = more(usage, audio);
        return new ChatEvent.Reported(
                new Usage(prompt, completion, Math.min(cached, prompt), Usage.UNKNOWN, Usage.UNKNOWN)
                        .with(UsageParts.of(more)),
                more);
    }

    private static @Nullable JsonNode more(JsonNode usage, long audio) {
        ObjectNode more = JsonTree.object();
        if (audio > 0) {
            more.putObject("prompt_tokens_details").put("audio_tokens", audio);
        }
        if (usage.path("prompt_audio_seconds").isNumber()) {
            more.set("prompt_audio_seconds", usage.get("prompt_audio_seconds"));
        }
        return more.isEmpty() ? null : more;
    }
}
