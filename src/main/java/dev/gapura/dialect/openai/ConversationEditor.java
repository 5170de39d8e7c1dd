package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.openai.ChatCompletionRequest.Member;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Habit;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts into the messages and tools of a relayed request what the provider's habits demand. A message that is as it
/// should be goes on as its bytes; only one that has to change is read as a tree. One instance a body.
final class ConversationEditor {
    private static final byte[] CACHE_CONTROL = BodyEdits.ascii("\"cache_control\"");

    private final BodyEdits edits;
    private final Set<Habit> habits;
    private final @Nullable String instruction;
    private final KeptReasoning kept;

    /// @param instruction what the model must be told first, null: nothing
    /// @param kept reasoning of earlier answers
    ConversationEditor(BodyEdits edits, @Nullable String instruction, KeptReasoning kept) {
        this.edits = edits;
        this.habits = edits.rules().habits(edits::value);
        this.instruction = instruction;
        this.kept = kept;
    }

    /// @throws GatewayException (400) where a part cannot be seen by the model and the caller does not want
    ///     it left out
    void write() {
        Member messages = edits.request().member("messages");
        if (messages == null) {
            return;
        }
        if (!habits.isEmpty()) {
            messages(messages);
            tools();
        }
        if (instruction != null) {
            ObjectNode first = JsonTree.object().put("role", "system").put("content", instruction);
            edits.splice()
                    .insert(messages.valueStart() + 1, (JsonTree.text(first) + ",").getBytes(StandardCharsets.UTF_8));
        }
    }

    private void messages(Member messages) {
        byte[] body = edits.request().body();
        List<MessageSketch> sketches = new ArrayList<>();
        JsonScanner json = new JsonScanner(body, messages.valueStart(), messages.valueEnd(), RuleWriter.MAX_DEPTH);
        json.next();
        int lastUser = -1;
        while (json.next() != JsonToken.END_ARRAY) {
            MessageSketch sketch = MessageSketch.of(json);
            if (sketch.role().equals("user")) {
                lastUser = sketches.size();
            }
            sketches.add(sketch);
        }
        if (sketches.stream().noneMatch(MessageSketch::calls)) {
            habits.remove(Habit.REASONING_ON_EVERY_TURN);
        }
        MessageEditor editor = new MessageEditor(edits, habits);
        List<@Nullable ObjectNode> changed = new ArrayList<>();
        for (int index = 0; index < sketches.size(); index++) {
            MessageSketch sketch = sketches.get(index);
            boolean past = index < lastUser;
            ObjectNode message = putBack(sketch, past);
            if (message == null && editor.concerns(sketch, past)) {
                message = (ObjectNode) JsonTree.read(body, sketch.start(), sketch.end());
            }
            if (message != null) {
                editor.edit(message, index, past);
            }
            changed.add(message);
        }
        if (habits.contains(Habit.ALTERNATES) && merge(messages, sketches, changed)) {
            return;
        }
        for (int index = 0; index < changed.size(); index++) {
            ObjectNode message = changed.get(index);
            if (message != null) {
                MessageSketch sketch = sketches.get(index);
                edits.splice().replace(sketch.start(), sketch.end(), JsonTree.wellFormed(message));
            }
        }
    }

    /// The message with the reasoning that its client lost, null where it lost none or nothing was kept.
    private @Nullable ObjectNode putBack(MessageSketch sketch, boolean past) {
        boolean wanted = sketch.calls()
                && kept != KeptReasoning.NOTHING
                && !(past && habits.contains(Habit.REASONING_OF_THIS_TURN_ONLY));
        if (!wanted || sketch.reasoning() && !habits.contains(Habit.CALLS_BRING_DETAILS)) {
            return null;
        }
        ObjectNode message = (ObjectNode) JsonTree.read(edits.request().body(), sketch.start(), sketch.end());
        List<String> back = ReasoningGatherer.putBack(message, habits, kept);
        for (String name : back) {
            edits.report(
                    "messages",
                    Outcome.CONVERTED,
                    name + " put back",
                    "the client left out what this provider wants back beside calls of tools");
        }
        return back.isEmpty() ? null : message;
    }

    /// Makes one message of neighbours of the same role. Returns whether there were any; then all are
    /// written.
    private boolean merge(Member messages, List<MessageSketch> sketches, List<@Nullable ObjectNode> changed) {
        ArrayNode merged = JsonTree.array();
        for (int index = 0; index < sketches.size(); index++) {
            ObjectNode message = changed.get(index);
            if (message == null) {
                MessageSketch sketch = sketches.get(index);
                message = (ObjectNode) JsonTree.read(edits.request().body(), sketch.start(), sketch.end());
            }
            JsonNode before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            String role = ConversationReader.text(message, "role");
            boolean same = before != null
                    && !role.equals("system")
                    && role.equals(JsonTree.string(before, "role"))
                    && !role.equals("tool");
            if (same && before instanceof ObjectNode earlier) {
                join(earlier, message);
            } else {
                merged.add(message);
            }
        }
        if (merged.size() == sketches.size()) {
            return false;
        }
        edits.splice().replace(messages.valueStart(), messages.valueEnd(), JsonTree.wellFormed(merged));
        edits.report("messages", Outcome.CONVERTED, "turns merged", "this provider wants user and assistant in turns");
        return true;
    }

    private static void join(ObjectNode earlier, ObjectNode later) {
        JsonNode one = earlier.path("content");
        JsonNode two = later.path("content");
        if (one.isTextual() && two.isTextual()) {
            earlier.put("content", one.textValue() + "\n\n" + two.textValue());
            return;
        }
        ArrayNode parts = JsonTree.array();
        for (JsonNode content : List.of(one, two)) {
            if (content.isTextual()) {
                parts.addObject().put("type", "text").put("text", content.textValue());
            } else {
                content.forEach(parts::add);
            }
        }
        earlier.set("content", parts);
    }

    private void tools() {
        Member tools = edits.request().member("tools");
        boolean marks = habits.contains(Habit.NO_CACHE_MARKS) || habits.contains(Habit.BREAKPOINTS);
        if (tools == null || tools.isNull() || edits.isOut("tools")) {
            return;
        }
        boolean marked = marks && contains(tools, CACHE_CONTROL);
        boolean closed =
                habits.contains(Habit.OPEN_SCHEMAS) && contains(tools, BodyEdits.ascii("\"additionalProperties\""));
        if (!marked && !closed) {
            return;
        }
        JsonNode list = JsonTree.read(edits.request().body(), tools.valueStart(), tools.valueEnd());
        boolean changed = false;
        for (JsonNode tool : list) {
            if (marked && tool instanceof ObjectNode holder && holder.remove("cache_control") != null) {
                changed = true;
                edits.report("cache_control", Outcome.STRIPPED, "tools", "this provider caches by itself");
            }
            if (closed && open(tool.path("function").path("parameters"))) {
                changed = true;
                edits.report(
                        "tools",
                        Outcome.CONVERTED,
                        "additionalProperties",
                        "this provider refuses it where it is false");
            }
        }
        if (changed) {
            edits.replace(tools, JsonTree.bytes(list));
        }
    }

    /// Takes `additionalProperties: false` out of a schema and of those inside it. Names of properties
    /// stay.
    private static boolean open(JsonNode schema) {
        boolean changed = false;
        if (schema.isArray()) {
            for (JsonNode one : schema) {
                changed |= open(one);
            }
        } else if (schema instanceof ObjectNode object) {
            JsonNode more = object.get("additionalProperties");
            if (more != null && more.isBoolean() && !more.booleanValue()) {
                object.remove("additionalProperties");
                changed = true;
            }
            for (String keyword : List.of("properties", "$defs", "definitions", "patternProperties")) {
                for (JsonNode named : object.path(keyword)) {
                    changed |= open(named);
                }
            }
            for (String keyword : List.of("items", "prefixItems", "anyOf", "oneOf", "allOf", "not")) {
                changed |= open(object.path(keyword));
            }
        }
        return changed;
    }

    private boolean contains(Member member, byte[] text) {
        byte[] body = edits.request().body();
        for (int at = member.valueStart(); at + text.length <= member.valueEnd(); at++) {
            int same = 0;
            while (same < text.length && body[at + same] == text[same]) {
                same++;
            }
            if (same == text.length) {
                return true;
            }
        }
        return false;
    }
}
