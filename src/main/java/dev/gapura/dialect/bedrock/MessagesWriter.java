package dev.gapura.dialect.bedrock;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Writes the conversation for Converse: instructions in front as `system`, then turns of user and assistant in
/// alternation, results of tools at the head of the turn that follows the calls. One instance a request.
final class MessagesWriter {
    /// Blocks of Converse's own that its clients send as content parts and that have no other name there.
    private static final Set<String> OWN_PARTS = Set.of("guardContent", "searchResult");

    private final List<Message> messages;
    private final ModelProfile model;
    private final Maker maker;
    private final Judge judge;
    private final boolean thinks;
    private final UnaryOperator<String> toolName;
    private final CacheMarks marks;
    private final MediaWriter media;
    private final ArrayNode system = JsonTree.array();
    private final ArrayNode turns = JsonTree.array();

    /// @param thinks whether thinking is on for this request
    /// @param toolName the form in which a tool's name is sent
    MessagesWriter(
            List<Message> messages,
            ModelProfile model,
            Judge judge,
            boolean thinks,
            UnaryOperator<String> toolName,
            CacheMarks marks) {
        this.messages = messages;
        this.model = model;
        this.maker = Maker.of(model);
        this.judge = judge;
        this.thinks = thinks;
        this.toolName = toolName;
        this.marks = marks;
        this.media = new MediaWriter(model, judge);
    }

    ArrayNode system() {
        return system;
    }

    ArrayNode turns() {
        return turns;
    }

    /// Everything that may hold marks of the cache, in the order of the prompt.
    List<ArrayNode> lists() {
        List<ArrayNode> lists = new ArrayList<>();
        lists.add(system);
        turns.forEach(turn -> lists.add(CacheMarks.blocks((ObjectNode) turn, "content")));
        return lists;
    }

    MessagesWriter write() {
        int at = 0;
        while (at < messages.size() && messages.get(at).role().instructs()) {
            instructions(messages.get(at), at, system);
            at++;
        }
        for (; at < messages.size(); at++) {
            Message message = messages.get(at);
            String name = message.name();
            if (name != null && !name.isBlank() && message.role() != Message.Role.TOOL) {
                judge.report(
                        "messages", Outcome.STRIPPED, "messages[" + at + "].name", "Bedrock does not name speakers");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> midway(message, at);
                case USER -> append("user", blocks(message.parts(), at, false));
                case TOOL -> results(message, at);
                case ASSISTANT -> append("assistant", blocks(message.parts(), at, thoughtReturns(message)));
            }
        }
        begin();
        documents();
        prefill();
        return this;
    }

    /// Puts instructions where the model takes them, once no more are added: in front of the first turn for a model
    /// that knows none.
    void settleInstructions() {
        if (system.isEmpty() || model.can(Ability.SYSTEM)) {
            return;
        }
        ArrayNode first = CacheMarks.blocks((ObjectNode) turns.get(0), "content");
        for (int i = 0; i < system.size(); i++) {
            first.insert(i, system.get(i));
        }
        system.removeAll();
        judge.report("messages", Outcome.EMULATED, "instructions as user text", "this model takes no instructions");
    }

    private void instructions(Message message, int index, ArrayNode into) {
        for (Part part : message.parts()) {
            JsonNode own = own(part);
            if (part instanceof Part.Text words) {
                if (!words.text().isBlank()) {
                    into.add(text(words.text()));
                }
                marks.add(into, words.cache());
            } else if (own != null) {
                into.add(own);
            } else {
                unseen(index, "only text can stand in instructions");
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
        if (model.can(Ability.MIDWAY_SYSTEM)) {
            append("system", blocks);
            return;
        }
        for (JsonNode block : blocks) {
            if (block.has("text")) {
                ((ObjectNode) block).put("text", "<system>\n" + Blocks.string(block, "text") + "\n</system>");
            }
        }
        append("user", blocks);
        judge.report(
                "messages",
                Outcome.EMULATED,
                "messages[" + index + "]",
                "this model takes instructions only at the beginning; later ones are user text in a <system> tag");
    }

    private static boolean thoughtReturns(Message message) {
        return message.parts().stream()
                .anyMatch(part -> part instanceof Part.Reasoning thought
                        && SignedThoughts.returns(thought, ReasoningFormat.BEDROCK));
    }

    /// Adds blocks to the turn of that role, which is the last one or a new one.
    private void append(String role, ArrayNode blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        ArrayNode there = last(role);
        if (there != null) {
            there.addAll(blocks);
        } else {
            turns.addObject().put("role", role).set("content", blocks);
        }
    }

    /// Content of the last turn if it is of that role.
    private @Nullable ArrayNode last(String role) {
        return !turns.isEmpty()
                        && turns.get(turns.size() - 1) instanceof ObjectNode turn
                        && role.equals(JsonTree.string(turn, "role"))
                ? CacheMarks.blocks(turn, "content")
                : null;
    }

    private void results(Message message, int index) {
        ArrayNode blocks = JsonTree.array();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                add(result, index, false, blocks);
            }
        }
        ArrayNode content = last("user");
        if (content == null) {
            append("user", blocks);
            return;
        }
        // Results lead their turn, whatever the client said before them.
        int at = behindResults(content);
        for (JsonNode block : blocks) {
            content.insert(at++, block);
        }
    }

    private static int behindResults(ArrayNode content) {
        int at = 0;
        while (at < content.size()
                && (content.get(at).has("toolResult") || content.get(at).has("cachePoint"))) {
            at++;
        }
        return at;
    }

    /// @param thought whether the turn holds thought that its provider checks
    private ArrayNode blocks(List<Part> parts, int index, boolean thought) {
        ArrayNode blocks = JsonTree.array();
        for (Part part : parts) {
            add(part, index, thought, blocks);
        }
        return blocks;
    }

    private void add(Part part, int index, boolean thought, ArrayNode blocks) {
        JsonNode block = block(part, index, thought);
        if (block != null) {
            blocks.add(block);
        }
        marks.add(blocks, mark(part));
    }

    /// The mark behind a part. Inside the result of a tool there can be none: it stands behind the result.
    private static @Nullable CacheMark mark(Part part) {
        CacheMark mark = part.cache();
        if (mark == null && part instanceof Part.ToolResult result) {
            for (Part piece : result.content()) {
                mark = piece.cache() == null ? mark : piece.cache();
            }
        }
        return mark;
    }

    private @Nullable JsonNode block(Part part, int index, boolean thought) {
        return switch (part) {
            // Blank text is refused, but beside signed thought nothing may be changed. A chat message that says nothing
            // is no block of the provider's.
            case Part.Text words ->
                words.text().isEmpty() || (words.text().isBlank() && !thought) ? null : text(words.text());
            case Part.Image image -> media.image(image, index);
            case Part.Audio audio -> media.audio(audio, index);
            case Part.File file -> media.file(file, index);
            case Part.ToolCall call -> call(call);
            case Part.ToolResult result -> result(result, index);
            case Part.Reasoning reasoning -> reasoning(reasoning);
            case Part.Refusal refusal -> refusal.text().isBlank() ? null : text(refusal.text());
            case Part.Opaque opaque -> {
                JsonNode own = own(opaque);
                yield own != null || !unseen(index, "a part of this type is unknown to Bedrock")
                        ? own
                        : opaque.value().deepCopy();
            }
        };
    }

    private ObjectNode call(Part.ToolCall call) {
        if (!model.can(Ability.TOOLS)) {
            return text("[called " + call.name() + " with " + call.arguments() + "]");
        }
        ObjectNode block = JsonTree.object();
        block.putObject("toolUse")
                .put("toolUseId", id(call.id()))
                .put("name", toolName.apply(call.name()))
                .set(
                        "input",
                        call.custom()
                                ? JsonTree.object().put("input", call.arguments())
                                : Arguments.object(call.arguments()));
        return block;
    }

    private ObjectNode result(Part.ToolResult result, int index) {
        ArrayNode content = JsonTree.array();
        for (Part part : result.content()) {
            JsonNode piece = block(part, index, false);
            if (piece != null) {
                content.add(piece);
            }
        }
        if (!model.can(Ability.TOOLS)) {
            StringBuilder said = new StringBuilder();
            content.forEach(piece -> said.append(Blocks.string(piece, "text")));
            return text("[a tool answered: " + said + "]");
        }
        if (content.isEmpty()) {
            // Some models refuse an answer without content.
            content.add(text(" "));
        }
        ObjectNode block = JsonTree.object();
        ObjectNode answer = block.putObject("toolResult").put("toolUseId", id(result.callId()));
        answer.set("content", content);
        if (result.error() && maker.takesStatus()) {
            answer.put("status", "error");
        }
        return block;
    }

    private String id(String id) {
        return ToolIds.fit(id, maker.ids(), maker.idPrefix(), maker.idLength());
    }

    /// Only what was signed or sealed here goes back: other thoughts would be refused, or imitated.
    private static @Nullable ObjectNode reasoning(Part.Reasoning reasoning) {
        if (!SignedThoughts.returns(reasoning, ReasoningFormat.BEDROCK)) {
            return null;
        }
        ObjectNode block = JsonTree.object();
        ObjectNode content = block.putObject("reasoningContent");
        if (reasoning.encrypted() != null) {
            content.put("redactedContent", reasoning.encrypted());
        } else {
            content.putObject("reasoningText").put("text", reasoning.text()).put("signature", reasoning.signature());
        }
        return block;
    }

    /// A block of Converse's that has no word of its own here, null for everything else.
    private static @Nullable JsonNode own(Part part) {
        if (!(part instanceof Part.Opaque opaque)) {
            return null;
        }
        if (opaque.dialect().equals(RequestReader.DIALECT)) {
            return opaque.value().deepCopy();
        }
        String type = Blocks.string(opaque.value(), "type");
        return OWN_PARTS.contains(type) && opaque.value().get(type) instanceof ObjectNode content
                ? JsonTree.object().set(type, content.deepCopy())
                : null;
    }

    private boolean unseen(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    /// A conversation begins with the user, though Claude has been seen to take one that does not.
    private void begin() {
        String first = turns.isEmpty() ? null : JsonTree.string(turns.get(0), "role");
        if ("user".equals(first) || (first != null && model.can(Ability.ASSISTANT_FIRST))) {
            return;
        }
        ObjectNode turn = JsonTree.object().put("role", "user");
        turn.putArray("content").add(text("Continue."));
        turns.insert(0, turn);
        judge.report(
                "messages",
                Outcome.CONVERTED,
                "a user turn in front",
                "Bedrock wants a conversation to begin with the user");
    }

    /// A document wants words beside it.
    private void documents() {
        for (JsonNode turn : turns) {
            ArrayNode content = CacheMarks.blocks((ObjectNode) turn, "content");
            boolean document = false;
            boolean words = false;
            for (JsonNode block : content) {
                document |= block.has("document");
                words |= block.has("text");
            }
            if (document && !words) {
                content.insert(behindResults(content), text("See the document."));
                judge.report("messages", Outcome.EMULATED, "a text", "Bedrock takes a document only beside a text");
            }
        }
    }

    /// A conversation that ends with the assistant: models that do not go on with it would refuse it.
    private void prefill() {
        ArrayNode content = last("assistant");
        if (content == null) {
            return;
        }
        if (model.can(Ability.PREFILL) && !thinks) {
            if (content.get(content.size() - 1) instanceof ObjectNode block && block.has("text")) {
                block.put("text", Blocks.string(block, "text").stripTrailing());
            }
            return;
        }
        turns.addObject()
                .put("role", "user")
                .putArray("content")
                .add(text("Continue from where you stopped, without repeating what you said."));
        judge.report(
                "messages",
                Outcome.EMULATED,
                "a user turn at the end",
                "this model does not go on with an assistant message that ends the conversation");
    }

    private static ObjectNode text(String words) {
        return JsonTree.object().put("text", words);
    }
}
