package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Breakpoints of prompt caching on blocks and tools. Stateless; any thread.
final class CacheMarks {
    /// Marks that one request may carry; the provider refuses more.
    private static final int MOST = 4;

    private CacheMarks() {}

    /// The block itself, with the mark if there is one.
    static <T extends ObjectNode> T marked(T block, @Nullable CacheMark mark) {
        if (mark != null) {
            ObjectNode control = block.putObject("cache_control").put("type", "ephemeral");
            if (mark.ttl() != null) {
                control.put("ttl", mark.ttl());
            }
        }
        return block;
    }

    /// Takes away the earliest marks where there are too many for one request.
    ///
    /// @param roots what may hold marks, in the order of the prompt
    /// @param reserved marks that the request carries elsewhere
    static void limit(Judge judge, List<JsonNode> roots, int reserved) {
        List<ObjectNode> holders = new ArrayList<>();
        roots.forEach(root -> collect(root, holders));
        int extra = Math.min(holders.size(), holders.size() + reserved - MOST);
        for (int i = 0; i < extra; i++) {
            holders.get(i).remove("cache_control");
        }
        if (extra > 0) {
            judge.report(
                    "cache_control",
                    Outcome.STRIPPED,
                    "the first " + extra,
                    "Anthropic takes " + MOST + " cache breakpoints a request");
        }
    }

    private static void collect(JsonNode node, List<ObjectNode> holders) {
        if (node instanceof ArrayNode array) {
            array.forEach(element -> collect(element, holders));
        } else if (node instanceof ObjectNode object) {
            if (object.get("content") instanceof JsonNode content) {
                collect(content, holders);
            }
            if (object.has("cache_control")) {
                holders.add(object);
            }
        }
    }
}
