package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Breakpoints of prompt caching, which are blocks of their own behind what they mark. One instance a request.
final class CacheMarks {
    /// Marks that one request may carry; the provider refuses more.
    private static final int MOST = 4;

    private final Judge judge;
    private final boolean taken;

    /// @param taken whether the model takes marks at all
    CacheMarks(Judge judge, boolean taken) {
        this.judge = judge;
        this.taken = taken;
    }

    /// Adds the mark that stands behind the last element, if there is one and the model takes it.
    void add(ArrayNode blocks, @Nullable CacheMark mark) {
        if (mark == null || blocks.isEmpty()) {
            return;
        }
        if (!taken) {
            gone("this model takes no cache breakpoints");
            return;
        }
        JsonNode last = blocks.get(blocks.size() - 1);
        if (last.has("cachePoint")) {
            // What this one marked was left out.
            return;
        }
        if (last.has("document") || last.has("video")) {
            // A mark right behind these is refused; behind a line end it was taken (recorded).
            blocks.addObject().put("text", "\n");
        }
        ObjectNode point = blocks.addObject().putObject("cachePoint").put("type", "default");
        if (mark.ttl() != null) {
            point.put("ttl", mark.ttl());
        }
    }

    /// Says that marks were left out.
    void gone(String reason) {
        judge.report("cache_control", Outcome.STRIPPED, "marks", reason);
    }

    /// Takes away the earliest marks where there are too many for one request.
    ///
    /// @param lists what may hold marks, in the order of the prompt
    void limit(List<ArrayNode> lists) {
        int extra = -MOST;
        for (ArrayNode list : lists) {
            for (int i = 0; i < list.size(); i++) {
                extra += list.get(i).has("cachePoint") ? 1 : 0;
            }
        }
        int left = extra;
        for (ArrayNode list : lists) {
            for (int i = 0; i < list.size() && left > 0; i++) {
                if (list.get(i).has("cachePoint")) {
                    list.remove(i--);
                    left--;
                }
            }
        }
        if (extra > 0) {
            judge.report(
                    "cache_control",
                    Outcome.STRIPPED,
                    "the first " + extra,
                    "Bedrock takes " + MOST + " cache breakpoints a request");
        }
    }

    /// A breakpoint behind the whole prompt, for callers who want it cached without saying where.
    ///
    /// @param field the one that asked for it
    void whole(String field, ArrayNode lastTurn, @Nullable String ttl) {
        if (!taken) {
            judge.unsupported(field, false, "this model takes no cache breakpoints");
        } else if (!lastTurn.isEmpty() && !lastTurn.get(lastTurn.size() - 1).has("cachePoint")) {
            add(lastTurn, new CacheMark(ttl));
            judge.report(field, Outcome.CONVERTED, "cachePoint", "Bedrock caches up to a breakpoint");
        }
    }

    /// A list of content blocks, empty where there is none.
    static ArrayNode blocks(ObjectNode holder, String name) {
        return holder.get(name) instanceof ArrayNode list ? list : JsonTree.array();
    }
}
