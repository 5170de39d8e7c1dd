package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.Usage.Part;
import dev.gapura.wire.JsonTree;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a usage counts apart, by the names that Chat Completions has for it. Stateless; any thread.
public final class UsageParts {
    private UsageParts() {}

    /// @param details members of `usage` by the names of Chat Completions, null where there are none
    public static Map<Part, Long> of(@Nullable JsonNode details) {
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        if (details != null) {
            JsonNode prompt = details.path("prompt_tokens_details");
            put(parts, Part.AUDIO_INPUT, prompt, "audio_tokens");
            put(parts, Part.IMAGE_INPUT, prompt, "image_tokens");
            put(parts, Part.VIDEO_INPUT, prompt, "video_tokens");
            JsonNode completion = details.path("completion_tokens_details");
            put(parts, Part.AUDIO_OUTPUT, completion, "audio_tokens");
            put(parts, Part.IMAGE_OUTPUT, completion, "image_tokens");
            put(parts, Part.WEB_SEARCHES, details, "num_search_queries");
        }
        return parts;
    }

    /// Puts a counter among the parts, where it is there.
    public static void put(Map<Part, Long> parts, Part part, JsonNode counters, String name) {
        long count = JsonTree.number(counters, name, 0);
        if (count > 0) {
            parts.put(part, count);
        }
    }
}
