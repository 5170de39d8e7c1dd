package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Converse's counters: `inputTokens` is what was neither read from the cache nor written to it. Stateless.
final class UsageReader {
    private UsageReader() {}

    /// What a `usage` member says, null where it says nothing.
    static ChatEvent.@Nullable Reported read(JsonNode usage) {
        if (!usage.has("inputTokens") && !usage.has("outputTokens")) {
            return null;
        }
        long read = JsonTree.number(usage, "cacheReadInputTokens", Usage.UNKNOWN);
        long written = JsonTree.number(usage, "cacheWriteInputTokens", Usage.UNKNOWN);
        return new ChatEvent.Reported(
                new Usage(
                        JsonTree.number(usage, "inputTokens", 0) + Math.max(0, read) + Math.max(0, written),
                        JsonTree.number(usage, "outputTokens", 0),
                        read,
                        written,
                        Usage.UNKNOWN),
                null);
    }
}
