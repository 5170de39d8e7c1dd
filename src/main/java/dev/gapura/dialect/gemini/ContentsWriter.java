package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.Arguments;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the conversation: instructions in front apart, then one content a message, but for tool results: those of
/// one turn are one content right behind its calls, in their order. Signed parts stay as they came. One instance a
/// request.
final class ContentsWriter {
    /// Ids that `AnswerFilter` makes for calls that came without one, and OpenAI's: Gemini never gave them.
    private static final Pattern NOT_THEIRS = Pattern.compile("call_[A-Za-z0-9]{24}");

    private final List<Message> messages;
    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private final UnaryOperator<String> toolName;
    private final MediaWriter media;
    private final ArrayNode system = JsonTree.array();
    private final ArrayNode contents = JsonTree.array();

    /// Calls of the last turn that had some, where that turn stands, and the content of their results.
    private List<Part.ToolCall> calls = List.of();

    private int callsAt = -1;
    private @Nullable ResultsWriter results;

    /// @param toolName the form in which a tool's name is sent
    ContentsWriter(
            List<Message> messages, ModelProfile model, Judge judge, Surface surface, UnaryOperator<String> toolName) {
        this.messages = messages;
        this.model = model;
        this.judge = judge;
        this.surface = surface;
        this.toolName = toolName;
        this.media = new MediaWriter(model, judge, surface);
    }

    /// Parts of the instructions in front.
    ArrayNode system() {
        return system;
    }

    ArrayNode contents() {
        return contents;
    }

    /// How closely pictures are looked at, null where nothing was said.
    @Nullable
    String resolution() {
        return media.resolution();
    }

    ContentsWriter write() {
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
                case USER -> append("user", parts(message.parts(), at));
                case ASSISTANT -> assistant(message, at);
                case TOOL -> results(message, at);
            }
        }
        if (model.can(Ability.SIGNED_CALLS)) {
            StandIns.add(contents, judge);
        }
        if (marked()) {
            judge.report("cache_control", Outcome.STRIPPED, null, "Gemini caches by itself");
        }
        return this;
    }

    /// Puts the instructions where this model takes them, once they are complete; and a user in front where the
    /// assistant would begin.
    void settleInstructions() {
        JsonNode first = contents.get(0);
        if (first != null && "model".equals(JsonTree.string(first, "role"))) {
            ArrayNode parts = JsonTree.array();
            parts.addObject().put("text", "Continue.");
            contents.insert(0, content("user", parts));
            judge.report(
                    "messages",
                    Outcome.CONVERTED,
                    "a user turn in front",
                    "Gemini wants a conversation to begin with the user");
        }
        if (system.isEmpty() || (model.can(Ability.SYSTEM) && !contents.isEmpty())) {
            return;
        }
        if (contents.isEmpty()) {
            contents.add(content("user", system.deepCopy()));
        } else if (contents.get(0).get("parts") instanceof ArrayNode parts) {
            for (int i = 0; i < system.size(); i++) {
                parts.insert(i, system.get(i));
            }
        }
        system.removeAll();
        judge.report(
                "messages",
                Outcome.EMULATED,
                "instructions as user text",
                model.can(Ability.SYSTEM) ? "there is nothing else" : "this model takes no instructions");
    }

    /// Adds words of the gateway's to what the user says last.
    void say(ArrayNode words) {
        append("user", words);
    }

    private boolean marked() {
        for (Message message : messages) {
            if (marked(message.parts())) {
                return true;
            }
        }
        return false;
    }

    private static boolean marked(List<Part> parts) {
        return parts.stream()
                .anyMatch(part ->
                        part.cache() != null || part instanceof Part.ToolResult result && marked(result.content()));
    }

    private void instructions(Message message, int index, ArrayNode into) {
        for (Part part : message.parts()) {
            if (part instanceof Part.Text words) {
                if (!words.text().isBlank()) {
                    into.addObject().put("text", words.text());
                }
            } else {
                JsonNode other = part(part, index);
                if (other != null) {
                    into.add(other);
                }
            }
        }
    }

    /// Instructions in the middle are never moved to the front: there they would mean something else.
    private void midway(Message message, int index) {
        ArrayNode parts = JsonTree.array();
        instructions(message, index, parts);
        if (parts.isEmpty()) {
            return;
        }
        for (JsonNode part : parts) {
            String text = JsonTree.string(part, "text");
            if (text != null) {
                ((ObjectNode) part).put("text", "<system>\n" + text + "\n</system>");
            }
        }
        append("user", parts);
        judge.report(
                "messages",
                Outcome.EMULATED,
                "messages[" + index + "]",
                "Gemini takes instructions only at the beginning; later ones are user text in a <system> tag");
    }

    private void named(Message message, int index) {
        boolean tool = message.role() == Role.TOOL;
        if (message.name() != null && !message.name().isBlank() && !tool) {
            judge.report("messages", Outcome.STRIPPED, "messages[" + index + "].name", "Gemini does not name speakers");
        }
    }

    /// Adds parts to the last content if it is of that role, otherwise as a new one: calls have to follow a user
    /// right away. Results stay a content of their own.
    private void append(String role, ArrayNode parts) {
        JsonNode last = contents.get(contents.size() - 1);
        boolean goesOn = last != null
                && role.equals(JsonTree.string(last, "role"))
                && !last.at("/parts/0").has("functionResponse");
        if (goesOn && last.get("parts") instanceof ArrayNode there) {
            there.addAll(parts);
        } else if (!parts.isEmpty()) {
            contents.add(content(role, parts));
        }
    }

    private static ObjectNode content(String role, ArrayNode parts) {
        ObjectNode content = JsonTree.object().put("role", role);
        content.set("parts", parts);
        return content;
    }

    private ArrayNode parts(List<Part> parts, int index) {
        ArrayNode out = JsonTree.array();
        for (Part part : parts) {
            JsonNode written = part(part, index);
            if (written != null) {
                out.add(written);
            }
        }
        return out;
    }

    private @Nullable JsonNode part(Part part, int index) {
        return switch (part) {
            case Part.Text words ->
                words.text().isEmpty() && words.signature() == null
                        ? null
                        : signed(text(words.text()), words.signature());
            case Part.Image image -> media.image(image, index);
            case Part.Audio audio -> media.audio(audio, index);
            case Part.File file -> media.file(file, index);
            case Part.ToolCall call -> call(call);
            case Part.Reasoning reasoning -> thought(reasoning);
            case Part.Refusal refusal -> refusal.text().isEmpty() ? null : text(refusal.text());
            case Part.Opaque opaque ->
                opaque.dialect().equals(RequestReader.DIALECT)
                        ? opaque.value()
                        : media.unseen(index, "a part of this type is unknown to Gemini");
            // Stands in messages of its own.
            case Part.ToolResult result -> null;
        };
    }

    private static ObjectNode text(String words) {
        return JsonTree.object().put("text", words);
    }

    private static ObjectNode signed(ObjectNode part, @Nullable String signature) {
        return signature == null ? part : part.put("thoughtSignature", signature);
    }

    /// Only what Gemini signed goes back as thought: other thoughts would be imitated.
    private @Nullable JsonNode thought(Part.Reasoning reasoning) {
        if (ReasoningFormat.GEMINI_TOOL.equals(reasoning.format())) {
            // Models before Gemini 3 know no such parts.
            return model.can(Ability.SIGNED_CALLS) ? ServerToolParts.part(reasoning) : null;
        }
        String signature = reasoning.signature();
        return signature == null || !ReasoningFormat.GEMINI.equals(reasoning.format())
                ? null
                : signed(text(reasoning.text()).put("thought", true), signature);
    }

    private ObjectNode call(Part.ToolCall call) {
        if (!model.can(Ability.TOOLS)) {
            return text("[called " + call.name() + " with " + call.arguments() + "]");
        }
        ObjectNode function = JsonTree.object();
        if (theirs(call.id())) {
            function.put("id", call.id());
        }
        function.put("name", toolName.apply(call.name()));
        function.set(
                "args",
                call.custom() ? JsonTree.object().put("input", call.arguments()) : Arguments.object(call.arguments()));
        ObjectNode part = JsonTree.object();
        part.set("functionCall", function);
        return signed(part, call.signature());
    }

    /// Whether an id may be one that Gemini gave. Vertex gives none before Gemini 3 and refuses some.
    private boolean theirs(String id) {
        return !id.isEmpty()
                && !NOT_THEIRS.matcher(id).matches()
                && (surface == Surface.STUDIO || model.can(Ability.SIGNED_CALLS));
    }

    private void assistant(Message message, int index) {
        List<String> textSignatures = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        List<Part.ToolCall> called = new ArrayList<>();
        for (Part part : message.parts()) {
            boolean tool = part instanceof Part.Reasoning kept && ReasoningFormat.GEMINI_TOOL.equals(kept.format());
            if (!tool && part instanceof Part.Reasoning sealed && sealed.encrypted() != null) {
                // What clients carry of the signature of a text; one with an id belongs to a call that has it.
                if (ReasoningFormat.GEMINI.equals(sealed.format()) && sealed.id() == null) {
                    textSignatures.add(sealed.encrypted());
                }
                continue;
            }
            if (part instanceof Part.ToolCall call) {
                called.add(call);
            }
            parts.add(part);
        }
        ArrayNode written = parts(parts, index);
        sign(written, textSignatures);
        if (written.isEmpty()) {
            return;
        }
        append("model", written);
        if (called.isEmpty()) {
            return;
        }
        int at = contents.size() - 1;
        boolean goesOn = at == callsAt && results == null;
        List<Part.ToolCall> all = new ArrayList<>(goesOn ? calls : List.of());
        all.addAll(called);
        calls = all;
        callsAt = at;
        results = null;
    }

    /// Signatures of texts, whose places no client keeps: on the last text, earlier ones on empty texts before it.
    private static void sign(ArrayNode parts, List<String> signatures) {
        if (signatures.isEmpty()) {
            return;
        }
        int last = -1;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).has("text") && !parts.get(i).has("thought")) {
                last = i;
            }
        }
        if (last < 0) {
            last = 0;
            parts.insert(0, text(""));
        }
        if (parts.get(last) instanceof ObjectNode part && !part.has("thoughtSignature")) {
            part.put("thoughtSignature", signatures.getLast());
        }
        for (int i = 0; i < signatures.size() - 1; i++) {
            parts.insert(last + i, signed(text(""), signatures.get(i)));
        }
    }

    private void results(Message message, int index) {
        for (Part part : message.parts()) {
            if (!(part instanceof Part.ToolResult result)) {
                continue;
            }
            int call = position(result.callId());
            if (!model.can(Ability.TOOLS) || call < 0) {
                ArrayNode words = JsonTree.array();
                words.addObject().put("text", "[a tool answered]");
                words.addAll(parts(result.content(), index));
                append("user", words);
                judge.report(
                        "messages",
                        Outcome.EMULATED,
                        "messages[" + index + "]",
                        model.can(Ability.TOOLS)
                                ? "a result without a call before it is user text"
                                : "this model calls no tools; earlier calls and results are text");
                continue;
            }
            if (results == null) {
                ArrayNode parts = JsonTree.array();
                contents.insert(callsAt + 1, content("user", parts));
                results = new ResultsWriter(parts, model, media);
            }
            Part.ToolCall answered = calls.get(call);
            results.add(
                    call, theirs(answered.id()) ? answered.id() : null, toolName.apply(answered.name()), result, index);
        }
    }

    /// Which call of the turn before has this id; -1 where none has. Ids may come again in later turns.
    private int position(String id) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
