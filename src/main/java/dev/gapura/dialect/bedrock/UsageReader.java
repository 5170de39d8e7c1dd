package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import dev.gapura.dialect.UsageParts;
import dev.gapura.wire.JsonTree;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Converse's counters: `inputTokens` is what was neither read from the cache nor written to it. Stateless.
final class UsageReader {
    private UsageReader() {}

    /// What the members `usage` and `serviceTier` say, null where nothing is counted. Tier and hour of the
    /// cache are documented only.
    ///
    /// @param holder a plain answer, or the event `metadata` of a stream
    static ChatEvent.@Nullable Reported read(JsonNode holder) {
        JsonNode usage = holder.path("usage");
        if (!usage.has("inputTokens") && !usage.has("outputTokens")) {
            return null;
        }
        long read = JsonTree.number(usage, "cacheReadInputTokens", Usage.UNKNOWN);
        long written = JsonTree.number(usage, "cacheWriteInputTokens", Usage.UNKNOWN);
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        for (JsonNode kept : usage.path("cacheDetails")) {
            if ("1h".equals(JsonTree.string(kept, "ttl"))) {
                UsageParts.put(parts, Part.CACHE_WRITE_HOUR, kept, "inputTokens");
            }
        }
        return new ChatEvent.Reported(
                new Usage(
                                JsonTree.number(usage, "inputTokens", 0) + Math.max(0, read) + Math.max(0, written),
                                JsonTree.number(usage, "outputTokens", 0),
                                read,
                                written,
                                Usage.UNKNOWN)
                        .with(parts)
                        .in(JsonTree.string(holder.path("serviceTier"), "type")),
                null);
    }
}
