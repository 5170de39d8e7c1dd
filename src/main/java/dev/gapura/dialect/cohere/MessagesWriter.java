package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Writes the conversation message by message. What the assistant said before it called a tool is its plan. One
/// instance a request.
final class MessagesWriter {
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
                        "messages", Outcome.STRIPPED, "messages[" + at + "].name", "Cohere does not name speakers");
            }
            switch (message.role()) {
                case SYSTEM, DEVELOPER -> begin("system").set("content", content(message.parts(), at));
                case USER -> begin("user").set("content", content(message.parts(), at));
                case ASSISTANT -> assistant(message, at);
                case TOOL -> results(message, at);
            }
        }
        continuation();
        return out;
    }

    /// Adds an instruction to those that stand first, or puts it there.
    static void instruct(ArrayNode messages, String instruction) {
        if (messages.path(0) instanceof ObjectNode first && "system".equals(JsonTree.string(first, "role"))) {
            if (first.get("content") instanceof ArrayNode parts) {
                parts.add(text(instruction));
            } else {
                first.put("content", Members.string(first, "content") + "\n\n" + instruction);
            }
        } else {
            messages.insert(0, JsonTree.object().put("role", "system").put("content", instruction));
        }
    }

    private ObjectNode begin(String role) {
        return out.addObject().put("role", role);
    }

    private void assistant(Message message, int index) {
        ArrayNode content = JsonTree.array();
        ArrayNode calls = JsonTree.array();
        StringBuilder plan = new StringBuilder();
        ObjectNode turn = JsonTree.object().put("role", "assistant");
        boolean callsTools = message.parts().stream().anyMatch(Part.ToolCall.class::isInstance);
        boolean planned = message.parts().stream()
                .anyMatch(part -> part instanceof Part.Reasoning thought && isPlan(thought, callsTools));
        for (Part part : message.parts()) {
            marked(part);
            switch (part) {
                case Part.Text words -> {
                    if (callsTools && !planned) {
                        plan.append(words.text());
                    } else if (!words.text().isEmpty()) {
                        content.add(text(words.text()));
                    }
                }
                case Part.Refusal refusal -> content.add(text(refusal.text()));
                case Part.ToolCall call -> call(calls.addObject(), call);
                case Part.Reasoning thought -> {
                    if (isPlan(thought, callsTools)) {
                        plan.append(thought.text());
                    } else if (goesBack(thought)) {
                        content.addObject().put("type", "thinking").put("thinking", thought.text());
                    }
                }
                case Part.Opaque opaque -> {
                    if (opaque.dialect().equals(RequestReader.DIALECT)
                            && opaque.value().has("citations")) {
                        turn.set("citations", opaque.value().get("citations"));
                    } else {
                        unspeakable(index, "a part of this type is unknown to Cohere");
                    }
                }
                case Part.Image image -> unspeakable(index, "Cohere has no pictures in answers");
                case Part.Audio audio -> unspeakable(index, "Cohere does not hear");
                case Part.File file -> unspeakable(index, "Cohere has no files in answers");
                case Part.ToolResult result -> {}
            }
        }
        if (!content.isEmpty()) {
            turn.set("content", alone(content));
        } else if (calls.isEmpty()) {
            turn.put("content", "");
        }
        if (!plan.isEmpty()) {
            turn.put("tool_plan", plan.toString());
        }
        if (!calls.isEmpty()) {
            turn.set("tool_calls", calls);
        }
        out.add(turn);
    }

    /// Plans, and plain reasoning of models that plan in place of thinking.
    private boolean isPlan(Part.Reasoning thought, boolean callsTools) {
        boolean own = thought.format() == null || thought.format().equals(ReasoningFormat.COHERE);
        return callsTools
                && own
                && !thought.text().isEmpty()
                && (MessageReader.PLAN.equals(thought.id())
                        || (thought.format() == null && model.thinking() == Thinking.NONE));
    }

    private boolean goesBack(Part.Reasoning thought) {
        boolean own = thought.format() == null || thought.format().equals(ReasoningFormat.COHERE);
        return own && !thought.text().isEmpty() && model.thinking() != Thinking.NONE;
    }

    private void call(ObjectNode out, Part.ToolCall call) {
        out.put("id", call.id()).put("type", "function");
        String arguments = call.custom()
                ? JsonTree.text(JsonTree.object().put("input", call.arguments()))
                : call.arguments().isBlank() ? "{}" : call.arguments();
        out.putObject("function").put("name", toolName.apply(call.name())).put("arguments", arguments);
    }

    private void results(Message message, int index) {
        for (Part part : message.parts()) {
            if (part instanceof Part.ToolResult result) {
                begin("tool").put("tool_call_id", result.callId()).set("content", content(result.content(), index));
                marked(result);
            }
        }
    }

    private JsonNode content(List<Part> parts, int index) {
        ArrayNode content = JsonTree.array();
        for (Part part : parts) {
            JsonNode one = part(part, index);
            if (one != null) {
                content.add(one);
            }
            marked(part);
        }
        return content.isEmpty() ? JsonTree.textNode("") : alone(content);
    }

    /// A text alone goes as a string.
    private static JsonNode alone(ArrayNode content) {
        boolean words = content.size() == 1 && "text".equals(JsonTree.string(content.get(0), "type"));
        return words ? content.get(0).get("text") : content;
    }

    private void marked(Part part) {
        if (part.cache() != null) {
            judge.report("cache_control", Outcome.STRIPPED, "messages", "Cohere caches by itself");
        }
    }

    private @Nullable JsonNode part(Part part, int index) {
        return switch (part) {
            case Part.Text words -> text(words.text());
            case Part.Refusal refusal -> text(refusal.text());
            case Part.Image image -> image(image, index);
            case Part.File file -> file(file, index);
            case Part.Opaque opaque -> {
                // Documents among tool results: what citations point to.
                boolean own = opaque.dialect().equals(RequestReader.DIALECT)
                        || "document".equals(JsonTree.string(opaque.value(), "type"));
                yield own || unseen(index, "a part of this type is unknown to Cohere") ? opaque.value() : null;
            }
            case Part.Audio audio -> nothing(index, "Cohere does not hear");
            case Part.Reasoning thought -> null;
            case Part.ToolCall call -> null;
            case Part.ToolResult result -> null;
        };
    }

    private @Nullable JsonNode image(Part.Image image, int index) {
        if (!model.sees("image") && !unseen(index, "this model does not see")) {
            return null;
        }
        String address =
                switch (image.media()) {
                    case Media.Inline inline -> {
                        String type = MediaTypes.sniff(inline.base64(), inline.type());
                        yield "data:" + (type == null ? "image/png" : type) + ";base64," + inline.base64();
                    }
                    case Media.Url url -> url.url();
                    case Media.Stored stored -> null;
                };
        if (address == null) {
            return nothing(index, "Cohere keeps no files");
        }
        ObjectNode out = JsonTree.object().put("type", "image_url");
        ObjectNode url = out.putObject("image_url").put("url", address);
        if (image.detail() != null) {
            url.put("detail", image.detail());
        }
        return out;
    }

    private @Nullable JsonNode file(Part.File file, int index) {
        if (!(file.media() instanceof Media.Inline inline)) {
            return nothing(index, "Cohere takes no files by address");
        }
        String type = MediaTypes.sniff(inline.base64(), inline.type());
        if (type != null && type.startsWith("image/")) {
            return image(new Part.Image(inline, null, null), index);
        }
        if (type != null && (type.startsWith("text/") || type.equals("application/json"))) {
            judge.report("messages", Outcome.CONVERTED, "a text file", "Cohere reads it as text");
            return text(MediaTypes.text(inline.base64()));
        }
        return nothing(index, "Cohere reads text files only, not " + type);
    }

    /// A conversation that ends with the assistant has nothing to be answered.
    private void continuation() {
        boolean open = !out.isEmpty() && "assistant".equals(JsonTree.string(out.get(out.size() - 1), "role"));
        if (open) {
            begin("user").put("content", "Continue from where you stopped, without repeating what you said.");
            judge.report(
                    "messages",
                    Outcome.EMULATED,
                    "a user turn at the end",
                    "Cohere does not go on with an assistant message that ends the conversation");
        }
    }

    private static ObjectNode text(String words) {
        return JsonTree.object().put("type", "text").put("text", words);
    }

    private boolean unseen(int index, String reason) {
        return judge.unsupported("messages", "messages[" + index + "].content", true, reason);
    }

    private void unspeakable(int index, String reason) {
        judge.unspeakable("messages", "messages[" + index + "].content", true, reason);
    }

    private @Nullable JsonNode nothing(int index, String reason) {
        unspeakable(index, reason);
        return null;
    }
}
