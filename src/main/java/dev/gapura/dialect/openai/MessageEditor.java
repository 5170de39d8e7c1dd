package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.provider.Habit;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Changes single messages for a provider's habits. One instance a body.
final class MessageEditor {
    private static final List<String> REASONING =
            List.of("reasoning_content", "reasoning", "reasoning_details", "thinking_blocks");

    /// Habits that make a part invisible, and how that is told.
    private static final Map<Habit, String> UNSEEN = Map.of(
            Habit.TEXT_ONLY, "this model reads text only",
            Habit.NO_PICTURES, "this model sees no pictures",
            Habit.NO_SOUND, "this model hears nothing",
            Habit.NO_DOCUMENTS, "this model reads no documents");

    private final BodyEdits edits;
    private final Set<Habit> habits;

    /// @param habits those that hold for this conversation
    MessageEditor(BodyEdits edits, Set<Habit> habits) {
        this.edits = edits;
        this.habits = habits;
    }

    /// Whether a message has to be looked at more closely.
    ///
    /// @param past whether a message of the user's follows
    boolean concerns(MessageSketch message, boolean past) {
        boolean assistant = message.role().equals("assistant");
        boolean instruction =
                message.role().equals("developer") || message.role().equals("system");
        return message.name() && (has(Habit.NAMELESS) || has(Habit.ONLY_USERS_HAVE_NAMES))
                || message.role().equals("developer") && has(Habit.DEVELOPER_IS_SYSTEM)
                || instruction && has(Habit.INSTRUCTIONS_ARE_USERS)
                || message.textParts() && has(Habit.TEXT_IS_A_STRING)
                || message.otherParts() && UNSEEN.keySet().stream().anyMatch(this::has)
                || message.reasoning() && (has(Habit.REASONING_IS_REASONING) || has(Habit.REASONING_IS_CONTENT))
                || message.reasoning() && past && has(Habit.REASONING_OF_THIS_TURN_ONLY)
                || assistant && !message.reasoning() && has(Habit.REASONING_ON_EVERY_TURN)
                || message.cacheMarks() && (has(Habit.NO_CACHE_MARKS) || has(Habit.BREAKPOINTS))
                || has(Habit.NO_TOOL_TURNS)
                        && (message.calls() || message.role().equals("tool"));
    }

    private boolean has(Habit habit) {
        return habits.contains(habit);
    }

    void edit(ObjectNode message, int index, boolean past) {
        String role = ConversationReader.text(message, "role");
        name(message, role);
        role(message, role);
        parts(message, index);
        if (has(Habit.NO_CACHE_MARKS) || has(Habit.BREAKPOINTS)) {
            marks(message);
        }
        if (has(Habit.TEXT_IS_A_STRING)) {
            flatten(message);
        }
        if (role.equals("assistant")) {
            reasoning(message, past);
        }
        if (has(Habit.NO_TOOL_TURNS)) {
            toolTurn(message, role);
        }
    }

    /// A function's answer has no other way to say whose it is than its name.
    private void name(ObjectNode message, String role) {
        boolean gone = has(Habit.NAMELESS) || has(Habit.ONLY_USERS_HAVE_NAMES) && !role.equals("user");
        if (gone && !role.equals("function") && message.remove("name") != null) {
            edits.report("messages", Outcome.STRIPPED, "name", "this provider does not name speakers");
        }
    }

    private void role(ObjectNode message, String role) {
        if (role.equals("developer") && has(Habit.DEVELOPER_IS_SYSTEM)) {
            message.put("role", "system");
            edits.report("messages", Outcome.CONVERTED, "developer→system", "the provider's name of the role");
        }
        if (has(Habit.INSTRUCTIONS_ARE_USERS) && (role.equals("developer") || role.equals("system"))) {
            message.put("role", "user");
            edits.report("messages", Outcome.CONVERTED, role + "→user", "this model takes no instructions");
        }
    }

    private void parts(ObjectNode message, int index) {
        if (!(message.get("content") instanceof ArrayNode parts)) {
            return;
        }
        for (int at = parts.size() - 1; at >= 0; at--) {
            String reason = unseen(ConversationReader.text(parts.get(at), "type"));
            if (reason == null) {
                continue;
            }
            String param = "messages[" + index + "].content[" + at + "]";
            switch (edits.policy().actionFor("messages", true)) {
                case STRIP -> {
                    parts.remove(at);
                    edits.report("messages", Outcome.STRIPPED, param, reason);
                }
                case IGNORE -> edits.report("messages", Outcome.IGNORED, param, reason);
                case REJECT -> throw edits.rejected("messages", param, reason);
            }
        }
        if (parts.isEmpty()) {
            message.put("content", "");
        }
    }

    /// Why the model cannot see a part of that type; null where it can.
    private @Nullable String unseen(String type) {
        if (type.equals("text") || type.equals("refusal")) {
            return null;
        }
        Habit blind =
                switch (type) {
                    case "image_url" -> Habit.NO_PICTURES;
                    case "input_audio" -> Habit.NO_SOUND;
                    case "file" -> Habit.NO_DOCUMENTS;
                    default -> Habit.TEXT_ONLY;
                };
        return has(Habit.TEXT_ONLY) ? UNSEEN.get(Habit.TEXT_ONLY) : has(blind) ? UNSEEN.get(blind) : null;
    }

    private void flatten(ObjectNode message) {
        if (!(message.get("content") instanceof ArrayNode parts)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
            String words = JsonTree.string(part, "text");
            words = words == null ? JsonTree.string(part, "refusal") : words;
            if (words == null) {
                return;
            }
            text.append(text.isEmpty() ? "" : "\n").append(words);
        }
        message.put("content", text.toString());
        edits.report("messages", Outcome.CONVERTED, "text as a string", "this provider takes text in one piece");
    }

    private void reasoning(ObjectNode message, boolean past) {
        boolean asReasoning = has(Habit.REASONING_IS_REASONING);
        if (!asReasoning && !has(Habit.REASONING_IS_CONTENT)) {
            return;
        }
        String own = asReasoning ? "reasoning" : "reasoning_content";
        String text = JsonTree.string(message, "reasoning_content");
        text = text == null ? JsonTree.string(message, "reasoning") : text;
        boolean kept = text != null && !(past && has(Habit.REASONING_OF_THIS_TURN_ONLY));
        boolean there = message.hasNonNull(own);
        for (String name : REASONING) {
            boolean foreign = !name.equals(own) || !kept;
            if (foreign && message.remove(name) instanceof JsonNode gone && !gone.isNull()) {
                if (kept && gone.isTextual() && !there) {
                    edits.report("messages", Outcome.RENAMED, own, "its name at this provider");
                } else {
                    edits.report("messages", Outcome.STRIPPED, name, "this provider does not take it back");
                }
            }
        }
        if (kept) {
            message.put(own, text);
        } else if (has(Habit.REASONING_ON_EVERY_TURN)) {
            message.put(own, "");
            edits.report("messages", Outcome.CONVERTED, "empty " + own, "this model refuses a turn without it");
        }
    }

    private void marks(ObjectNode message) {
        boolean breakpoints = has(Habit.BREAKPOINTS);
        JsonNode content = message.path("content");
        JsonNode own = message.remove("cache_control");
        boolean marked = own != null && own.isObject();
        if (marked && breakpoints && content.isTextual() && !content.textValue().isEmpty()) {
            ObjectNode part = JsonTree.object().put("type", "text").put("text", content.textValue());
            content = JsonTree.array().add(breakpoint(part));
            message.set("content", content);
        } else if (marked && breakpoints && content.isArray() && !content.isEmpty()) {
            breakpoint((ObjectNode) content.get(content.size() - 1));
        }
        boolean found = marked;
        for (JsonNode part : content) {
            found |= mark(part, breakpoints);
        }
        for (JsonNode call : message.path("tool_calls")) {
            found |= mark(call, false);
        }
        if (!breakpoints && message.remove("prompt_cache_breakpoint") != null) {
            found = true;
        }
        if (found && breakpoints) {
            edits.report(
                    "cache_control", Outcome.CONVERTED, "prompt_cache_breakpoint", "OpenAI's way to mark a prefix");
        } else if (found) {
            edits.report("cache_control", Outcome.STRIPPED, "messages", "this model caches by itself");
        }
    }

    /// Returns whether there was a mark that is another one now, or none.
    private static boolean mark(@Nullable JsonNode holder, boolean breakpoints) {
        if (!(holder instanceof ObjectNode object)) {
            return false;
        }
        if (breakpoints && object.has("prompt_cache_breakpoint")) {
            return false;
        }
        JsonNode mark = object.remove("cache_control");
        boolean found = mark != null && mark.isObject();
        if (found && breakpoints) {
            breakpoint(object);
        }
        return !breakpoints && object.remove("prompt_cache_breakpoint") != null || found;
    }

    private static ObjectNode breakpoint(ObjectNode part) {
        part.putObject("prompt_cache_breakpoint").put("mode", "explicit");
        return part;
    }

    /// The same words as where other languages tell of calls that their models cannot make.
    private void toolTurn(ObjectNode message, String role) {
        StringBuilder text = new StringBuilder();
        if (role.equals("tool")) {
            message.put("role", "user");
            message.remove("tool_call_id");
            text.append("[a tool answered]\n").append(words(message.path("content")));
        } else if (message.remove("tool_calls") instanceof ArrayNode calls) {
            text.append(words(message.path("content")));
            for (JsonNode call : calls) {
                JsonNode function = call.has("custom") ? call.get("custom") : call.path("function");
                String arguments = ConversationReader.text(function, call.has("custom") ? "input" : "arguments");
                text.append(text.isEmpty() ? "" : "\n")
                        .append("[called ")
                        .append(ConversationReader.text(function, "name"))
                        .append(" with ")
                        .append(arguments)
                        .append(']');
            }
        } else {
            return;
        }
        message.put("content", text.toString());
        edits.report(
                "messages",
                Outcome.EMULATED,
                "tool turns as text",
                "this model calls no tools; earlier calls and results are text");
    }

    private static String words(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(text.isEmpty() ? "" : "\n").append(ConversationReader.text(part, "text"));
        }
        return text.toString();
    }
}
