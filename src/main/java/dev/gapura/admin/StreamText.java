package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.SseFramer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads what a streamed answer says out of its bytes, as far as they are there: where bytes were left out it goes on
/// with the next event. Not for several threads at once.
final class StreamText {
    /// Longer events are left out.
    private static final int MOST_EVENT_BYTES = 256 * 1024;

    private SseFramer framer = fresh();
    private ArrayNode pieces = JsonTree.array();
    /// Whether the begin of the event under way is missing.
    private boolean torn;

    private SseFramer fresh() {
        return new SseFramer(
                (bytes, start, end, data, dataStart, dataEnd, error) ->
                        event(new String(data, dataStart, dataEnd - dataStart, StandardCharsets.UTF_8)),
                MOST_EVENT_BYTES);
    }

    /// Takes the next bytes.
    ///
    /// @return bytes that cannot be read, since their event is too long
    int feed(byte[] bytes, int length) {
        int from = torn ? nextEvent(bytes, length) : 0;
        if (from < 0) {
            return 0;
        }
        torn = false;
        framer.feed(bytes, from, length);
        if (framer.tooLarge()) {
            tear();
            return length;
        }
        return 0;
    }

    /// Bytes were left out here.
    void tear() {
        framer = fresh();
        torn = true;
    }

    /// What was said since the last call: `{"choice":0,"kind":"content","text":"…"}`.
    ArrayNode take() {
        ArrayNode said = pieces;
        pieces = JsonTree.array();
        return said;
    }

    /// After the next blank line, -1 where there is none.
    private static int nextEvent(byte[] bytes, int length) {
        for (int at = 1; at < length; at++) {
            boolean blank = bytes[at - 1] == '\n' || bytes[at - 1] == '\r' && at > 1 && bytes[at - 2] == '\n';
            if (bytes[at] == '\n' && blank) {
                return at + 1;
            }
        }
        return -1;
    }

    private void event(String data) {
        JsonNode chunk = data.startsWith("{") ? JsonTree.readOrNull(data) : null;
        if (chunk == null) {
            return;
        }
        for (JsonNode choice : chunk.path("choices")) {
            int index = choice.path("index").asInt();
            JsonNode delta = choice.path("delta");
            for (String reasoning : List.of("reasoning_content", "reasoning")) {
                say(index, "reasoning", delta.path(reasoning));
            }
            say(index, "content", delta.path("content"));
            say(index, "refusal", delta.path("refusal"));
            for (JsonNode call : delta.path("tool_calls")) {
                say(index, "tool", call.at("/function/name"));
                say(index, "arguments", call.at("/function/arguments"));
            }
        }
        say(0, "error", chunk.at("/error/message"));
    }

    private void say(int choice, String kind, JsonNode text) {
        if (!text.isTextual() || text.textValue().isEmpty()) {
            return;
        }
        if (pieces.size() > 0 && pieces.get(pieces.size() - 1) instanceof ObjectNode last && same(last, choice, kind)) {
            last.put("text", last.get("text").textValue() + text.textValue());
            return;
        }
        pieces.addObject().put("choice", choice).put("kind", kind).put("text", text.textValue());
    }

    private static boolean same(ObjectNode last, int choice, String kind) {
        return last.get("choice").intValue() == choice
                && last.get("kind").textValue().equals(kind);
    }
}
