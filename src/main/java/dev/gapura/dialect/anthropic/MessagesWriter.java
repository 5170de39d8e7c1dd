package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.Arguments;
import dev.gapura.dialect.SignedThoughts;
import dev.gapura.dialect.ToolIds;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the conversation for the Messages API: instructions in front as `system`, then turns of user and
/// assistant by turns, tool results at the head of the turn that follows the calls. One instance a request.
final class MessagesWriter {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]+");

    private final List<Message> messages;
    private final ModelProfile model;
    private final Judge judge;
    private final boolean thinks;
    private final UnaryOperator<String> toolName;
    private final Set<String> betas = new LinkedHashSet<>();
    private final MediaWriter media;
    private final ArrayNode system = JsonTree.array();
    private final ArrayNode turns = JsonTree.array();

    /// @param thinks whether thinking is on for this request
    /// @param toolName the form in which a tool's name is sent
    MessagesWriter(
            List<Message> messages, ModelProfile model, Judge judge, boolean thinks, UnaryOperator<String> toolName) {
        this.messages = messages;
        this.model = model;
        this.judge = judge;
        this.thinks = thinks;
        this.toolName = toolName;
        this.media = new MediaWriter(judge, betas);
    }

    ArrayNode system() {
        return system;
    }

    ArrayNode turns() {
        return turns;
    }

    /// Values of the header `anthropic-beta` that the content asks for.
    Set<String> betas() {
        return betas;
    }

    MessagesWriter write() {
        int at = 0;
        while (at < messages.size() && messages.get(at).role().instructs()) {
            named(messages.get(at), at);
            instructions(messages.get(at), at, system);
            at++;
        }
        for (; at < messages.size(); at++) {
            Message message = messages.get(at);
            named(message, at);
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> midway(message, at);
                case USER -> append("user", parts(message, at));
                case TOOL -> results(message, at);
                case ASSISTANT -> append("assistant", parts(message, at));
            }
        }
        boolean startsWithAssistant = turns.isEmpty() || "assistant".equals(role(turns.get(0)));
        if (startsWithAssistant) {
            ObjectNode first = JsonTree.object().put("role", "user");
            first.putArray("content").add(text("Continue."));
            turns.insert(0, first);
            judge.report(
                    "messages",
                    Outcome.CONVERTED,
                    "a user turn in front",
                    "Anthropic wants a conversation to begin with the user");
        }
        return this;
    }

    private void instructions(Message message, int index, ArrayNode into) {
        for (Part part : message.parts()) {
            if (part instanceof Part.Text words) {
                if (!words.text().isBlank()) {
                    into.add(CacheMarks.marked(text(words.text()), words.cache()));
                }
            } else if (own(part)) {
                into.add(((Part.Opaque) part).value().deepCopy());
            } else {
                media.unseen(index, "only text can stand in instructions");
            }
        }
    }

    /// Instructions in the middle are never moved to the front: there they would mean something else.
    private void midway(Message message, int index) {
        ArrayNode blocks = JsonTree.array();
        instructions(message, index, blocks);
        if (blocks.isEmpty()) {
            return;
        }
        if (turns.isEmpty()) {
            // Whatever stood before them said nothing.
            system.addAll(blocks);
            return;
        }
        boolean own = message.parts().stream().anyMatch(MessagesWriter::own);
        if (model.can(Ability.MIDWAY_SYSTEM) || own) {
            if (!own) {
                betas.add("mid-conversation-system-2026-04-07");
            }
            append("system", blocks);
            return;
        }
        for (JsonNode block : blocks) {
            ((ObjectNode) block).put("text", "<system>\n" + Blocks.string(block, "text") + "\n</system>");
        }
        append("user", blocks);
        judge.report(
                "messages",
                Outcome.EMULATED,
                "messages[" + index + "]",
                "this model takes instructions only at the beginning; later ones are user text in a <system> tag");
    }

    /// Whether a part is a block of Anthropic's that has no word of its own here.
    private static boolean own(Part part) {
        return part instanceof Part.Opaque opaque && opaque.dialect().equals(RequestReader.DIALECT);
    }

    private static @Nullable String role(JsonNode turn) {
        return JsonTree.string(turn, "role");
    }

    /// Adds blocks to the turn of that role, which is the last one or a new one.
    private void append(String role, ArrayNode blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last != null && role.equals(role(last)) && last.get("content") instanceof ArrayNode content) {
            content.addAll(blocks);
        } else {
            ObjectNode turn = JsonTree.object().put("role", role);
            turn.set("content", blocks);
            turns.add(turn);
        }
    }

    private void results(Message message, int index) {
        ArrayNode blocks = JsonTree.array();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                blocks.add(result(result, index));
            }
        }
        JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last == null || !"user".equals(role(last)) || !(last.get("content") instanceof ArrayNode content)) {
            append("user", blocks);
            return;
        }
        // Results lead their turn, whatever the client said before them.
        int at = 0;
        while (at < content.size() && "tool_result".equals(Blocks.string(content.get(at), "type"))) {
            at++;
        }
        for (JsonNode block : blocks) {
            content.insert(at++, block);
        }
    }

    private ObjectNode result(Part.ToolResult result, int index) {
        ObjectNode block = JsonTree.object().put("type", "tool_result");
        block.put("tool_use_id", id(result.callId()));
        ArrayNode content = JsonTree.array();
        CacheMark mark = result.cache();
        for (Part part : result.content()) {
            add(part, index, content);
            mark = mark == null ? part.cache() : mark;
        }
        // Only the result as a whole can be marked.
        content.forEach(inner -> {
            if (inner instanceof ObjectNode object) {
                object.remove("cache_control");
            }
        });
        if (!content.isEmpty()) {
            block.set("content", content);
        }
        if (result.error()) {
            block.put("is_error", true);
        }
        return CacheMarks.marked(block, mark);
    }

    static String id(String id) {
        return ToolIds.fit(id, ID, "toolu_", 30);
    }

    private void named(Message message, int index) {
        boolean tool = message.role() == Message.Role.TOOL;
        if (message.name() != null && !message.name().isBlank() && !tool) {
            judge.report(
                    "messages", Outcome.STRIPPED, "messages[" + index + "].name", "Anthropic does not name speakers");
        }
    }

    private ArrayNode parts(Message message, int index) {
        ArrayNode blocks = JsonTree.array();
        for (Part part : message.parts()) {
            add(part, index, blocks);
        }
        return blocks;
    }

    private void add(Part part, int index, ArrayNode blocks) {
        JsonNode block = block(part, index);
        if (block != null) {
            blocks.add(block);
        } else if (part instanceof Part.Text && part.cache() != null) {
            // What a blank text marks ends with the block before it.
            boolean marks = blocks.get(blocks.size() - 1) instanceof ObjectNode before && markable(before);
            if (marks) {
                CacheMarks.marked((ObjectNode) blocks.get(blocks.size() - 1), part.cache());
            }
        }
    }

    private static boolean markable(ObjectNode block) {
        return !block.has("cache_control")
                && !Blocks.string(block, "type").equals("thinking")
                && !Blocks.string(block, "type").equals("redacted_thinking");
    }

    private @Nullable JsonNode block(Part part, int index) {
        return switch (part) {
            case Part.Text words ->
                // Blank text is refused wherever it stands.
                words.text().isBlank() ? null : CacheMarks.marked(text(words.text()), words.cache());
            case Part.Image image ->
                model.sees("image") ? media.image(image, index) : media.unseen(index, "this model does not see");
            case Part.File file ->
                model.sees("file") ? media.file(file, index) : media.unseen(index, "this model reads no documents");
            case Part.Audio audio -> media.unseen(index, "Claude does not hear audio");
            case Part.ToolCall call -> {
                ObjectNode block = JsonTree.object().put("type", "tool_use");
                block.put("id", id(call.id()));
                block.put("name", toolName.apply(call.name()));
                block.set(
                        "input",
                        call.custom()
                                ? JsonTree.object().put("input", call.arguments())
                                : Arguments.object(call.arguments()));
                yield CacheMarks.marked(block, call.cache());
            }
            case Part.ToolResult result -> result(result, index);
            case Part.Reasoning reasoning -> reasoning(reasoning);
            case Part.Refusal refusal -> refusal.text().isBlank() ? null : text(refusal.text());
            case Part.Opaque opaque ->
                own(opaque)
                        ? opaque.value().deepCopy()
                        : media.unseen(index, "a part of this type is unknown to Claude");
        };
    }

    /// Only what Claude signed itself goes back: other thoughts would be refused, or imitated.
    private @Nullable JsonNode reasoning(Part.Reasoning reasoning) {
        if (!SignedThoughts.returns(reasoning, ReasoningFormat.ANTHROPIC)) {
            return null;
        }
        String encrypted = reasoning.encrypted();
        if (encrypted != null) {
            return JsonTree.object().put("type", "redacted_thinking").put("data", encrypted);
        }
        return JsonTree.object()
                .put("type", "thinking")
                .put("thinking", reasoning.text())
                .put("signature", reasoning.signature());
    }

    /// A conversation that ends with the assistant: models that do not go on with it would refuse it.
    ///
    /// @param form whether the answer has to follow a schema, beside which no model goes on
    void settlePrefill(boolean form) {
        JsonNode last = turns.get(turns.size() - 1);
        if (!"assistant".equals(role(last)) || !(last.get("content") instanceof ArrayNode content)) {
            return;
        }
        for (JsonNode block : content) {
            // A turn that the provider paused while it ran tools of its own goes back as it is.
            String type = Blocks.string(block, "type");
            if (type.equals("server_tool_use") || type.endsWith("_tool_result")) {
                return;
            }
        }
        if (model.can(Ability.PREFILL) && !thinks && !form) {
            if (content.get(content.size() - 1) instanceof ObjectNode block && block.has("text")) {
                block.put("text", Blocks.string(block, "text").stripTrailing());
            }
            return;
        }
        ObjectNode turn = JsonTree.object().put("role", "user");
        turn.putArray("content").add(text("Continue from where you stopped, without repeating what you said."));
        turns.add(turn);
        judge.report(
                "messages",
                Outcome.EMULATED,
                "a user turn at the end",
                "this model does not go on with an assistant message that ends the conversation");
    }

    private static ObjectNode text(String words) {
        return JsonTree.object().put("type", "text").put("text", words);
    }
}
