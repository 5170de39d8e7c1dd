package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import dev.gapura.dialect.UsageParts;
import dev.gapura.wire.JsonTree;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gemini's counters. They are running totals: a later one replaces an earlier one, nothing is added up. Some events
/// bring none but the kind of traffic. One instance an answer.
final class UsageReader {
    private static final String[] COUNTERS = {
        "promptTokenCount",
        "candidatesTokenCount",
        "thoughtsTokenCount",
        "cachedContentTokenCount",
        "toolUsePromptTokenCount",
        "totalTokenCount"
    };

    private final ObjectNode seen = JsonTree.object();
    private @Nullable JsonNode promptDetails;
    private @Nullable JsonNode candidatesDetails;
    private @Nullable JsonNode cacheDetails;
    private @Nullable String tier;

    /// Takes a `usageMetadata` member.
    ///
    /// @return whether it said something about tokens
    boolean take(@Nullable JsonNode usage) {
        if (usage == null || !usage.isObject()) {
            return false;
        }
        boolean said = false;
        for (String counter : COUNTERS) {
            if (usage.get(counter) instanceof JsonNode value && value.isNumber()) {
                seen.set(counter, value);
                said = true;
            }
        }
        promptDetails = usage.has("promptTokensDetails") ? usage.get("promptTokensDetails") : promptDetails;
        candidatesDetails =
                usage.has("candidatesTokensDetails") ? usage.get("candidatesTokensDetails") : candidatesDetails;
        cacheDetails = usage.has("cacheTokensDetails") ? usage.get("cacheTokensDetails") : cacheDetails;
        String named = JsonTree.string(usage, usage.has("serviceTier") ? "serviceTier" : "trafficType");
        tier = named == null ? tier : named.toLowerCase(Locale.ROOT).replace("on_demand_", "");
        return said;
    }

    /// What is known so far.
    ChatEvent.Reported reported() {
        long prompt = count("promptTokenCount") + count("toolUsePromptTokenCount");
        long candidates = count("candidatesTokenCount");
        long thoughts = count("thoughtsTokenCount");
        // On some surfaces the candidates' tokens hold those of the thoughts already.
        boolean held = thoughts > 0 && prompt + candidates == count("totalTokenCount");
        JsonNode details = details();
        return new ChatEvent.Reported(
                new Usage(
                                prompt,
                                candidates + (held ? 0 : thoughts),
                                JsonTree.number(seen, "cachedContentTokenCount", Usage.UNKNOWN),
                                Usage.UNKNOWN,
                                JsonTree.number(seen, "thoughtsTokenCount", Usage.UNKNOWN))
                        .with(UsageParts.of(details))
                        .with(cached())
                        .in(tier),
                details);
    }

    private long count(String counter) {
        return JsonTree.number(seen, counter, 0);
    }

    /// Sound and pictures among the cached tokens.
    private Map<Part, Long> cached() {
        JsonNode cached = modalities(cacheDetails);
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        UsageParts.put(parts, Part.CACHED_AUDIO, cached, "audio_tokens");
        UsageParts.put(parts, Part.CACHED_IMAGE, cached, "image_tokens");
        return parts;
    }

    private @Nullable JsonNode details() {
        ObjectNode all = JsonTree.object();
        put(all, "prompt_tokens_details", modalities(promptDetails));
        put(all, "completion_tokens_details", modalities(candidatesDetails));
        return all.isEmpty() ? null : all;
    }

    private static void put(ObjectNode all, String name, ObjectNode details) {
        if (!details.isEmpty()) {
            all.set(name, details);
        }
    }

    private static ObjectNode modalities(@Nullable JsonNode counts) {
        ObjectNode details = JsonTree.object();
        if (counts != null) {
            for (JsonNode count : counts) {
                String member =
                        switch (count.path("modality").asText()) {
                            case "AUDIO" -> "audio_tokens";
                            case "IMAGE" -> "image_tokens";
                            case "VIDEO" -> "video_tokens";
                            default -> null;
                        };
                if (member != null) {
                    details.put(member, JsonTree.number(count, "tokenCount", 0));
                }
            }
        }
        return details;
    }
}
