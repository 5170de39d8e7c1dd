package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.ChatAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The token counts of an access line, and what they must be for a provider's answer.
final class LoggedUsage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> COUNTS =
            List.of("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens");

    private LoggedUsage() {}

    /// The counts in an access line that a provider reported. An estimate stands for none: where the answer did report,
    /// the line is found to lack it. What is refused is not estimated, and an estimate has both counts.
    static ObjectNode of(JsonNode line) {
        ObjectNode counts = JSON.createObjectNode();
        if (line.path("estimated").asBoolean()) {
            int status = line.path("status").asInt();
            boolean refused = status >= 400 && status < 499;
            boolean whole = line.path("prompt_tokens").asLong() > 0
                    && line.path("completion_tokens").asLong(-1) >= 0;
            return refused || !whole ? counts.put("estimated", line.toString()) : counts;
        }
        for (String count : COUNTS) {
            if (line.has(count)) {
                counts.put(count, line.get(count).asLong());
            }
        }
        return counts;
    }

    /// The counts that an answer reports, made inclusive.
    static ObjectNode of(byte[] answer, boolean excludesReasoning) {
        ObjectNode counts = JSON.createObjectNode();
        JsonNode document = Provided.parsed(new String(answer, StandardCharsets.UTF_8));
        ChatAnswer said = document == null ? ChatAnswer.ofStream(answer) : ChatAnswer.ofJson(document);
        if (said.usage() == null || said.error() != null && document != null) {
            return counts;
        }
        JsonNode usage = said.usage();
        if (excludesReasoning) {
            usage = Provided.raised(JSON.createObjectNode().set("usage", usage)).get("usage");
        }
        JsonNode details = usage.path("prompt_tokens_details").path("cached_tokens");
        JsonNode cached = details.isNumber() ? details : usage.path("prompt_cache_hit_tokens");
        JsonNode thought = usage.path("completion_tokens_details").path("reasoning_tokens");
        long prompt = usage.path("prompt_tokens").asLong();
        // Some reports of xAI leave cached tokens out of the prompt.
        put(counts, "prompt_tokens", usage.path("prompt_tokens"), cached.asLong() > prompt ? cached.asLong() : 0);
        put(counts, "completion_tokens", usage.path("completion_tokens"), 0);
        put(counts, "cached_tokens", cached, 0);
        put(counts, "reasoning_tokens", thought.isNumber() ? thought : usage.path("reasoning_tokens"), 0);
        return counts;
    }

    private static void put(ObjectNode counts, String name, JsonNode value, long more) {
        if (value.isNumber()) {
            counts.put(name, value.asLong() + more);
        }
    }
}
