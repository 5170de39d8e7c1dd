package dev.gapura.dialect.ollama;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.Arguments;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the conversation message by message: one text, and the pictures beside it. One instance a request.
final class MessagesWriter {
    /// What parts of a message have between them when they become one text, as Ollama itself joins messages
    /// (`template/template.go`).
    private static final String BETWEEN = "\n\n";

    /// Formats of pictures that it takes (`openai/openai.go`).
    private static final Set<String> PICTURES = Set.of("image/jpeg", "image/jpg", "image/png", "image/webp");

    private final ModelProfile model;
    private final Judge judge;
    private final ArrayNode out = JsonTree.array();
    /// Names of called tools by the ids of the calls: a result is told by its tool's name.
    private final Map<String, String> toolNames = new HashMap<>();

    MessagesWriter(ModelProfile model, Judge judge) {
        this.model = model;
        this.judge = judge;
    }

    ArrayNode write(List<Message> messages) {
        for (int at = 0; at < messages.size(); at++) {
            Message message = messages.get(at);
            if (message.name() != null && message.role() != Message.Role.TOOL) {
                judge.report(
                        "messages", Outcome.STRIPPED, "messages[" + at + "].name", "Ollama does not name speakers");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> content(begin("system"), message.parts(), at);
                case USER -> content(begin("user"), message.parts(), at);
                case ASSISTANT -> assistant(message, at);
                case TOOL -> results(message, at);
            }
        }
        return out;
    }

    /// Adds an instruction to the one that stands first, or puts it there.
    static void instruct(ArrayNode messages, String instruction) {
        if (messages.path(0) instanceof ObjectNode first && "system".equals(JsonTree.string(first, "role"))) {
            first.put("content", MessageReader.string(first, "content") + BETWEEN + instruction);
        } else {
            messages.insert(0, JsonTree.object().put("role", "system").put("content", instruction));
        }
    }

    private ObjectNode begin(String role) {
        return out.addObject().put("role", role);
    }

    private void assistant(Message message, int index) {
        ObjectNode turn = begin("assistant");
        content(turn, message.parts(), index);
        StringBuilder thought = new StringBuilder();
        ArrayNode calls = JsonTree.array();
        for (Part part : message.parts()) {
            if (part instanceof Part.Reasoning reasoning && goesBack(reasoning)) {
                thought.append(reasoning.text());
            } else if (part instanceof Part.ToolCall call) {
                call(calls.addObject(), call);
            }
        }
        if (!thought.isEmpty()) {
            turn.put("thinking", thought.toString());
        }
        if (!calls.isEmpty()) {
            turn.set("tool_calls", calls);
        }
    }

    /// Thoughts of Ollama's own, or plain ones, for models that think.
    private boolean goesBack(Part.Reasoning thought) {
        boolean own = thought.format() == null || thought.format().equals(ReasoningFormat.OLLAMA);
        return own && model.thinking() != Thinking.NONE;
    }

    private void call(ObjectNode out, Part.ToolCall call) {
        toolNames.put(call.id(), call.name());
        if (isGiven(call.id())) {
            out.put("id", call.id());
        }
        out.put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .set(
                        "arguments",
                        call.custom()
                                ? JsonTree.object().put("input", call.arguments())
                                : Arguments.object(call.arguments()));
    }

    /// Whether a client or a provider gave the id, and not [RequestReader].
    private static boolean isGiven(String id) {
        return !id.isEmpty() && !id.startsWith(RequestReader.MADE_ID);
    }

    private void results(Message message, int index) {
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                ObjectNode turn = begin("tool");
                content(turn, result.content(), index);
                String name = toolNames.getOrDefault(result.callId(), message.name());
                if (name != null) {
                    turn.put("tool_name", name);
                }
                if (isGiven(result.callId())) {
                    turn.put("tool_call_id", result.callId());
                }
                marked(result);
            }
        }
    }

    private void content(ObjectNode turn, List<Part> parts, int index) {
        StringBuilder text = new StringBuilder();
        ArrayNode pictures = JsonTree.array();
        int changes = 0;
        boolean words = true;
        for (Part part : parts) {
            marked(part);
            int before = pictures.size();
            String said = said(part, pictures, index);
            if (said != null) {
                text.append(text.isEmpty() ? "" : BETWEEN).append(said);
            }
            boolean picture = pictures.size() > before;
            if (said != null || picture) {
                changes += words == picture ? 1 : 0;
                words = !picture;
            }
        }
        turn.put("content", text.toString());
        if (!pictures.isEmpty()) {
            turn.set("images", pictures);
        }
        if (changes > 2) {
            judge.report(
                    "messages",
                    Outcome.CONVERTED,
                    "messages[" + index + "].content",
                    "Ollama has the pictures of a message before its text, not between");
        }
    }

    private void marked(Part part) {
        if (part.cache() != null) {
            judge.report("cache_control", Outcome.STRIPPED, "messages", "Ollama caches by itself");
        }
    }

    /// The words of a part, null where it has none; pictures go into their list.
    private @Nullable String said(Part part, ArrayNode pictures, int index) {
        return switch (part) {
            case Part.Text words -> words.text();
            case Part.Refusal refusal -> refusal.text();
            case Part.Image image -> picture(image.media(), pictures, index);
            case Part.File file -> file(file, pictures, index);
            case Part.Audio audio -> unseen(index, "Ollama does not hear");
            case Part.Opaque opaque -> unseen(index, "a part of this type is unknown to Ollama");
            case Part.Reasoning thought -> null;
            case Part.ToolCall call -> null;
            case Part.ToolResult result -> null;
        };
    }

    private @Nullable String picture(Media media, ArrayNode pictures, int index) {
        if (!(media instanceof Media.Inline inline)) {
            return unseen(index, "Ollama takes pictures in the request only");
        }
        String type = MediaTypes.sniff(inline.base64(), inline.type());
        if (type != null && !PICTURES.contains(type)) {
            return unseen(index, "Ollama takes pictures as JPEG, PNG and WebP, not " + type);
        }
        if (model.sees("image") || unsupported(index, "this model does not see")) {
            pictures.add(inline.base64());
        }
        return null;
    }

    private @Nullable String file(Part.File file, ArrayNode pictures, int index) {
        if (!(file.media() instanceof Media.Inline inline)) {
            return unseen(index, "Ollama keeps no files and fetches none");
        }
        String type = MediaTypes.sniff(inline.base64(), inline.type());
        if (type != null && type.startsWith("image/")) {
            return picture(inline, pictures, index);
        }
        if (type != null && (type.startsWith("text/") || type.equals("application/json"))) {
            judge.report("messages", Outcome.CONVERTED, "a text file", "Ollama reads it as text");
            return MediaTypes.text(inline.base64());
        }
        return unseen(index, "Ollama reads text files only, not " + type);
    }

    private boolean unsupported(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    /// A part that cannot be sent at all: left out, or the request is refused.
    private @Nullable String unseen(int index, String reason) {
        unsupported(index, reason);
        return null;
    }
}
