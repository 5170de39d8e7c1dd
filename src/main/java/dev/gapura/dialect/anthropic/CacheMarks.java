package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Breakpoints of prompt caching on blocks and tools. One instance a request.
final class CacheMarks {
    /// Marks that one request may carry; the provider refuses more.
    private static final int MOST = 4;

    private static final String MARK = "cache_control";
    private static final String LONG = "1h";

    private final Judge judge;
    private final ObjectNode body;

    /// @param body may carry a mark for the whole request, which stands behind all others
    CacheMarks(Judge judge, ObjectNode body) {
        this.judge = judge;
        this.body = body;
    }

    /// The block itself, with the mark if there is one.
    static <T extends ObjectNode> T marked(T block, @Nullable CacheMark mark) {
        if (mark != null) {
            ObjectNode control = block.putObject(MARK).put("type", "ephemeral");
            if (mark.ttl() != null) {
                control.put("ttl", mark.ttl());
            }
        }
        return block;
    }

    /// Takes away the earliest marks where there are too many for one request, and shortens those that would
    /// outlive one before them.
    ///
    /// @param roots what may hold marks, in the order of the prompt
    void settle(List<JsonNode> roots) {
        List<ObjectNode> holders = new ArrayList<>();
        roots.forEach(root -> collect(root, holders));
        int extra = Math.min(holders.size(), holders.size() + (body.has(MARK) ? 1 : 0) - MOST);
        for (int i = 0; i < extra; i++) {
            holders.get(i).remove(MARK);
        }
        if (extra > 0) {
            judge.report(
                    MARK,
                    Outcome.STRIPPED,
                    "the first " + extra,
                    "Anthropic takes " + MOST + " cache breakpoints a request");
        }
        holders.add(body);
        boolean shortOne = false;
        for (ObjectNode holder : holders) {
            if (!(holder.get(MARK) instanceof ObjectNode control)) {
                continue;
            }
            boolean longOne = LONG.equals(JsonTree.string(control, "ttl"));
            if (longOne && shortOne) {
                holder.set(MARK, control.deepCopy().without("ttl"));
                judge.report(
                        MARK,
                        Outcome.CLAMPED,
                        "1h→5m",
                        "Anthropic wants marks of a longer time before those of a shorter");
            }
            shortOne |= !longOne;
        }
    }

    private static void collect(JsonNode node, List<ObjectNode> holders) {
        if (node instanceof ArrayNode array) {
            array.forEach(element -> collect(element, holders));
        } else if (node instanceof ObjectNode object) {
            if (object.get("content") instanceof JsonNode content) {
                collect(content, holders);
            }
            if (object.has(MARK)) {
                holders.add(object);
            }
        }
    }
}
