package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.dialect.ToolIds;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the conversation message by message. Members that Mistral does not know are never written: it
/// refuses them. One instance a request.
final class MessagesWriter {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]{9}");
    private static final int ID_LENGTH = 9;

    /// Content parts of Mistral's that its clients send in chat requests and that have no other name there.
    private static final Set<String> OWN_PARTS = Set.of("document_url", "reference");

    private final ModelProfile model;
    private final Judge judge;
    private final UnaryOperator<String> toolName;
    private final ArrayNode out = JsonTree.array();

    /// @param toolName the form in which a tool's name is sent
    MessagesWriter(ModelProfile model, Judge judge, UnaryOperator<String> toolName) {
        this.model = model;
        this.judge = judge;
        this.toolName = toolName;
    }

    ArrayNode write(List<Message> messages) {
        for (int at = 0; at < messages.size(); at++) {
            Message message = messages.get(at);
            if (message.name() != null && message.role() != Message.Role.TOOL) {
                judge.report(
                        "messages", Outcome.STRIPPED, "messages[" + at + "].name", "Mistral does not name speakers");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> {
                    if (at > 0 && at == messages.size() - 1) {
                        last(message, at);
                    } else {
                        begin("system").set("content", content(message.parts(), at));
                    }
                }
                case USER -> user(message, at);
                case ASSISTANT -> assistant(message, at);
                case TOOL -> results(message, at);
            }
        }
        prefix();
        return out;
    }

    /// Adds an instruction to those that stand first, or puts it there.
    static void instruct(ArrayNode messages, String instruction) {
        if (messages.path(0) instanceof ObjectNode first && "system".equals(JsonTree.string(first, "role"))) {
            if (first.get("content") instanceof ArrayNode parts) {
                parts.add(text(instruction));
            } else {
                first.put("content", Chunks.string(first, "content") + "\n\n" + instruction);
            }
        } else {
            messages.insert(0, JsonTree.object().put("role", "system").put("content", instruction));
        }
    }

    private ObjectNode begin(String role) {
        return out.addObject().put("role", role);
    }

    /// Instructions at the end, where Mistral wants the user or a tool.
    private void last(Message message, int index) {
        List<Part> parts = message.parts().stream()
                .map(part -> part instanceof Part.Text words
                        ? new Part.Text("<system>\n" + words.text() + "\n</system>", words.cache(), null)
                        : part)
                .toList();
        user(new Message(Message.Role.USER, parts, null), index);
        judge.report(
                "messages",
                Outcome.EMULATED,
                "messages[" + index + "]",
                "Mistral takes no instructions at the end; they are user text in a <system> tag");
    }

    private void user(Message message, int index) {
        boolean afterTool = !out.isEmpty() && "tool".equals(JsonTree.string(out.get(out.size() - 1), "role"));
        if (afterTool && !model.can(Ability.USER_AFTER_TOOL)) {
            begin("assistant").put("content", "OK.");
            judge.report(
                    "messages",
                    Outcome.EMULATED,
                    "an assistant turn before messages[" + index + "]",
                    "this model wants the assistant to speak after a tool");
        }
        begin("user").set("content", content(message.parts(), index));
    }

    private void assistant(Message message, int index) {
        ArrayNode calls = JsonTree.array();
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolCall call) {
                call(calls.addObject(), call);
            }
        }
        JsonNode content = content(message.parts(), index);
        boolean empty = content.isEmpty() && content.asText().isEmpty();
        if (empty && calls.isEmpty()) {
            judge.report(
                    "messages",
                    Outcome.STRIPPED,
                    "messages[" + index + "]",
                    "Mistral refuses an assistant message that says nothing and calls nothing");
            return;
        }
        ObjectNode turn = begin("assistant");
        turn.set("content", content);
        if (!calls.isEmpty()) {
            turn.set("tool_calls", calls);
        }
    }

    private void call(ObjectNode out, Part.ToolCall call) {
        out.put("id", ToolIds.fit(call.id(), ID, "", ID_LENGTH)).put("type", "function");
        String arguments = call.custom()
                ? JsonTree.text(JsonTree.object().put("input", call.arguments()))
                : call.arguments().isBlank() ? "{}" : call.arguments();
        out.putObject("function").put("name", toolName.apply(call.name())).put("arguments", arguments);
    }

    private void results(Message message, int index) {
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                ObjectNode turn = begin("tool");
                turn.put("tool_call_id", ToolIds.fit(result.callId(), ID, "", ID_LENGTH));
                turn.set("content", content(result.content(), index));
                marked(result.cache() != null);
            }
        }
    }

    /// A text alone as a string, everything else as chunks.
    private JsonNode content(List<Part> parts, int index) {
        ArrayNode chunks = JsonTree.array();
        for (Part part : parts) {
            JsonNode chunk = chunk(part, index);
            if (chunk != null) {
                chunks.add(chunk);
            }
            marked(part.cache() != null);
        }
        boolean words = chunks.size() == 1 && "text".equals(JsonTree.string(chunks.get(0), "type"));
        return chunks.isEmpty() ? JsonTree.textNode("") : words ? chunks.get(0).get("text") : chunks;
    }

    private void marked(boolean mark) {
        if (mark) {
            judge.report("cache_control", Outcome.STRIPPED, "messages", "Mistral caches by itself");
        }
    }

    private @Nullable JsonNode chunk(Part part, int index) {
        return switch (part) {
            case Part.Text words -> text(words.text());
            case Part.Image image -> image(image, index);
            case Part.Audio audio -> {
                if (!model.sees("audio") && !unseen(index, "this model does not hear")) {
                    yield null;
                }
                yield JsonTree.object().put("type", "input_audio").put("input_audio", address(audio.media(), false));
            }
            case Part.File file -> file(file, index);
            case Part.Reasoning thought -> thinking(thought);
            case Part.Refusal refusal -> text(refusal.text());
            case Part.ToolCall call -> null;
            case Part.ToolResult result -> null;
            case Part.Opaque opaque -> {
                boolean own = opaque.dialect().equals(RequestReader.DIALECT)
                        || OWN_PARTS.contains(Chunks.string(opaque.value(), "type"));
                yield own || unseen(index, "a part of this type is unknown to Mistral") ? opaque.value() : null;
            }
        };
    }

    private @Nullable JsonNode image(Part.Image image, int index) {
        if (!model.sees("image") && !unseen(index, "this model does not see")) {
            return null;
        }
        if (image.media() instanceof Media.Stored stored) {
            return stored(stored);
        }
        ObjectNode chunk = JsonTree.object().put("type", "image_url");
        ObjectNode url = chunk.putObject("image_url").put("url", address(image.media(), true));
        if (image.detail() != null) {
            url.put("detail", image.detail());
        }
        return chunk;
    }

    private @Nullable JsonNode file(Part.File file, int index) {
        String type = file.media() instanceof Media.Inline inline
                ? MediaTypes.sniff(inline.base64(), inline.type())
                : file.media().type();
        if (file.media() instanceof Media.Stored stored) {
            return stored(stored);
        }
        if (type != null && type.startsWith("image/")) {
            return image(new Part.Image(file.media(), null, null), index);
        }
        if (type != null && (type.startsWith("audio/") || type.startsWith("video/"))) {
            return type.startsWith("audio/")
                    ? chunk(new Part.Audio(file.media(), null), index)
                    : nothing(index, "Mistral does not watch videos");
        }
        if (file.media() instanceof Media.Inline inline
                && type != null
                && (type.startsWith("text/") || type.equals("application/json"))) {
            judge.report("messages", Outcome.CONVERTED, "a text file", "Mistral reads it as text");
            return text(MediaTypes.text(inline.base64()));
        }
        if (!model.sees("file") && !unseen(index, "this model reads no documents")) {
            return null;
        }
        ObjectNode chunk =
                JsonTree.object().put("type", "document_url").put("document_url", address(file.media(), true));
        if (file.name() != null) {
            chunk.put("document_name", file.name());
        }
        return chunk;
    }

    private static JsonNode stored(Media.Stored stored) {
        return JsonTree.object().put("type", "file").put("file_id", stored.fileId());
    }

    /// @param wrapped whether inlined bytes go as a data URL or bare
    private static String address(Media media, boolean wrapped) {
        return switch (media) {
            case Media.Inline inline -> {
                String type = MediaTypes.sniff(inline.base64(), inline.type());
                yield wrapped
                        ? "data:" + (type == null ? "application/octet-stream" : type) + ";base64," + inline.base64()
                        : inline.base64();
            }
            case Media.Url url -> url.url();
            case Media.Stored stored -> stored.fileId();
        };
    }

    /// Thoughts of Mistral's own, or plain ones, for models that think. Those that another provider signed
    /// stay out: they would be taken for its own.
    private @Nullable JsonNode thinking(Part.Reasoning thought) {
        boolean own = thought.format() == null || thought.format().equals(ReasoningFormat.MISTRAL);
        if (!own || thought.text().isEmpty() || model.thinking() == Thinking.NONE) {
            return null;
        }
        ObjectNode chunk = JsonTree.object().put("type", "thinking");
        chunk.putArray("thinking").add(text(thought.text()));
        if (thought.signature() != null) {
            chunk.put("signature", thought.signature());
        }
        return chunk;
    }

    /// A conversation that ends with the assistant: the model goes on with it and repeats it first.
    private void prefix() {
        if (out.isEmpty()
                || !(out.get(out.size() - 1) instanceof ObjectNode last)
                || !"assistant".equals(JsonTree.string(last, "role"))
                || last.has("tool_calls")) {
            return;
        }
        last.put("prefix", true);
        judge.report(
                "messages",
                Outcome.CONVERTED,
                "prefix",
                "Mistral's way to go on with an assistant message; the answer repeats it");
    }

    private static ObjectNode text(String words) {
        return JsonTree.object().put("type", "text").put("text", words);
    }

    private boolean unseen(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    private @Nullable JsonNode nothing(int index, String reason) {
        judge.unspeakable("messages", "messages[" + index + "].content", true, reason);
        return null;
    }
}
