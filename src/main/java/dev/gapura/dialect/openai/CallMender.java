package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.CallPiece;
import dev.gapura.dialect.ToolIds;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts the tool calls of one choice into the form that clients put together again: an index on every piece, id, type
/// and name once, arguments as text. Takes whatever `reference/providers/openai-compatible.md` lists: no index or
/// always the same, ids that are missing, empty or repeated, names that come late or again, arguments as an object. One
/// instance a choice.
final class CallMender {
    /// Calls of one turn that are mended; pieces of more go on as they are. OpenAI's limit of tools.
    private static final int MAX_CALLS = 128;

    /// Characters of arguments that wait for the name of their call.
    private static final int MAX_HELD = 65_536;

    private final List<Call> calls = new ArrayList<>();

    /// Whether any call came.
    boolean called() {
        return !calls.isEmpty();
    }

    /// The pieces of one delta, mended; those of a call whose name is not known yet are held. Empty where
    /// nothing is left.
    ArrayNode pieces(JsonNode pieces) {
        ArrayNode out = JsonTree.array();
        for (JsonNode piece : pieces) {
            if (piece instanceof ObjectNode object) {
                piece(object, out);
            }
        }
        return out;
    }

    private void piece(ObjectNode piece, ArrayNode out) {
        boolean custom = piece.path("custom").isObject();
        ObjectNode body = custom
                ? (ObjectNode) piece.get("custom")
                : piece.get("function") instanceof ObjectNode function ? function : piece.putObject("function");
        String id = word(piece, "id");
        String name = word(body, "name");
        Call call = find((int) JsonTree.number(piece, "index", -1), id, name);
        if (call == null) {
            out.add(piece);
            return;
        }
        call.id = call.id.isEmpty() ? id : call.id;
        call.name = call.name.isEmpty() ? name : call.name;
        String arguments = custom ? "input" : "arguments";
        JsonNode given = body.get(arguments);
        call.spoken |= given != null && !given.isNull();
        call.held.append(text(given));
        if (call.name.isEmpty() && call.held.length() < MAX_HELD) {
            return;
        }
        if (call.opened) {
            piece.remove(List.of("id", "type"));
            body.remove("name");
        } else {
            call.opened = true;
            piece.put("id", call.id.isEmpty() ? ToolIds.fresh() : call.id);
            piece.put("type", custom ? "custom" : "function");
            body.put("name", call.name);
        }
        piece.put("index", call.index);
        body.put(arguments, call.held.toString());
        call.held.setLength(0);
        out.add(piece);
    }

    /// Tells what is left to be told when the choice ends: of calls that never said a word of their arguments
    /// an empty object, and calls whose name never came.
    ///
    /// @param delta with which it ends
    void finish(ObjectNode delta) {
        for (Call call : calls) {
            if (call.opened && call.spoken) {
                continue;
            }
            ArrayNode pieces =
                    delta.get("tool_calls") instanceof ArrayNode there ? there : delta.putArray("tool_calls");
            ObjectNode piece = pieces.addObject().put("index", call.index);
            ObjectNode function = JsonTree.object();
            if (!call.opened) {
                piece.put("id", call.id.isEmpty() ? ToolIds.fresh() : call.id).put("type", "function");
                function.put("name", call.name);
            }
            function.put("arguments", call.spoken ? call.held.toString() : "{}");
            piece.set("function", function);
            call.opened = true;
            call.spoken = true;
        }
    }

    /// The calls of a whole message.
    void whole(ArrayNode whole) {
        for (JsonNode one : whole) {
            if (!(one instanceof ObjectNode call)) {
                continue;
            }
            boolean custom = call.path("custom").isObject();
            calls.add(new Call(calls.size(), calls.size()));
            if (word(call, "id").isEmpty()) {
                call.put("id", ToolIds.fresh());
            }
            if (!call.path("type").isTextual()) {
                call.put("type", custom ? "custom" : "function");
            }
            if (!custom && call.get("function") instanceof ObjectNode function) {
                JsonNode arguments = function.path("arguments");
                if (!arguments.isTextual()) {
                    function.put("arguments", arguments.isContainerNode() ? JsonTree.text(arguments) : "{}");
                }
            }
        }
    }

    /// The call that a piece goes on with: by index, and by id where whole calls come without an index or all
    /// with the same one; a name begins a new one where nothing else tells them apart. Null where there are too
    /// many.
    private @Nullable Call find(int wireIndex, String id, String name) {
        CallPiece piece = new CallPiece(wireIndex, id, name);
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            if (piece.continues(new CallPiece(call.wireIndex, call.id, call.name))) {
                return call;
            }
        }
        if (calls.size() == MAX_CALLS) {
            return null;
        }
        Call fresh = new Call(calls.size(), wireIndex);
        calls.add(fresh);
        return fresh;
    }

    private static String word(JsonNode holder, String name) {
        String text = JsonTree.string(holder, name);
        return text == null || text.equals("null") ? "" : text;
    }

    private static String text(@Nullable JsonNode arguments) {
        return arguments == null || arguments.isNull()
                ? ""
                : arguments.isTextual() ? arguments.textValue() : JsonTree.text(arguments);
    }

    private static final class Call {
        private final int index;
        private final int wireIndex;
        private final StringBuilder held = new StringBuilder(0);
        private String id = "";
        private String name = "";
        private boolean opened;
        private boolean spoken;

        Call(int index, int wireIndex) {
            this.index = index;
            this.wireIndex = wireIndex;
        }
    }
}
