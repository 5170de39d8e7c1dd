package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.UsageParts;
import dev.gapura.wire.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The counters of a response. They are inclusive, as those of Chat Completions are; xAI's too, other than in its
/// chat answers (recorded: total = input + output with reasoning inside). Stateless.
final class UsageReader {
    /// What providers add, under names that their chat answers use too.
    private static final List<String> EXTRAS = List.of(
            "cost",
            "cost_details",
            "is_byok",
            "cost_in_usd_ticks",
            "num_sources_used",
            "num_server_side_tools_used",
            "server_side_tool_usage_details");

    private UsageReader() {}

    /// What a `usage` member says; null where it says nothing.
    static ChatEvent.@Nullable Reported read(@Nullable JsonNode usage) {
        if (usage == null || !(usage.has("input_tokens") || usage.has("output_tokens"))) {
            return null;
        }
        JsonNode input = usage.path("input_tokens_details");
        JsonNode output = usage.path("output_tokens_details");
        ObjectNode details = JsonTree.object();
        for (String extra : EXTRAS) {
            if (usage.get(extra) instanceof JsonNode value && !value.isNull()) {
                details.set(extra, value);
            }
        }
        more(input, details, "prompt_tokens_details", List.of("cached_tokens", "cache_write_tokens"));
        more(output, details, "completion_tokens_details", List.of("reasoning_tokens"));
        return new ChatEvent.Reported(
                new Usage(
                                JsonTree.number(usage, "input_tokens", 0),
                                JsonTree.number(usage, "output_tokens", 0),
                                JsonTree.number(input, "cached_tokens", Usage.UNKNOWN),
                                JsonTree.number(input, "cache_write_tokens", Usage.UNKNOWN),
                                JsonTree.number(output, "reasoning_tokens", Usage.UNKNOWN))
                        .with(UsageParts.of(details)),
                details.isEmpty() ? null : details);
    }

    private static void more(JsonNode from, ObjectNode details, String name, List<String> known) {
        ObjectNode out = JsonTree.object();
        from.properties().forEach(member -> {
            if (member.getValue().isNumber() && !known.contains(member.getKey())) {
                out.set(member.getKey(), member.getValue());
            }
        });
        if (!out.isEmpty()) {
            details.set(name, out);
        }
    }
}
