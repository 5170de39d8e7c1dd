package dev.gapura.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.MediaTypes;
import dev.gapura.wire.JsonTree;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts an answer together, from one whole object or from many pieces: both have the same members. Calls always
/// come whole. One instance an answer.
final class MessageReader {
    private final String provider;
    private final Consumer<ChatEvent> out;
    private final StringBuilder thought = new StringBuilder();
    private boolean started;
    private int calls;

    /// @param provider name of the provider, for failures
    MessageReader(String provider, Consumer<ChatEvent> out) {
        this.provider = provider;
        this.out = out;
    }

    /// Takes the answer or its next piece; the one that is `done` ends it.
    void take(JsonNode piece) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Started(null, JsonTree.string(piece, "model")));
        }
        JsonNode message = piece.path("message");
        think(string(message, "thinking"));
        text(string(message, "content"));
        message.path("images").forEach(this::image);
        for (JsonNode call : message.path("tool_calls")) {
            if (!call(call)) {
                return;
            }
        }
        if (piece.path("logprobs") instanceof ArrayNode logprobs && !logprobs.isEmpty()) {
            out.accept(new ChatEvent.Logprobs(0, logprobs));
        }
        if (piece.path("done").asBoolean()) {
            end(piece);
        }
    }

    private void think(String text) {
        if (!text.isEmpty()) {
            thought.append(text);
            out.accept(new ChatEvent.Reasoning(0, text));
        }
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            closeThought();
            out.accept(new ChatEvent.Text(0, text, null));
        }
    }

    /// A picture that the model made, base64 (documented, not recorded).
    private void image(JsonNode image) {
        if (image.isTextual()) {
            String type = MediaTypes.sniff(image.textValue(), "image/png");
            ObjectNode part = JsonTree.object().put("type", "image_url");
            part.putObject("image_url").put("url", "data:" + type + ";base64," + image.textValue());
            out.accept(new ChatEvent.Image(0, part));
        }
    }

    /// @return whether it can be read; otherwise the answer has failed
    private boolean call(JsonNode call) {
        closeThought();
        JsonNode function = call.path("function");
        String name = string(function, "name");
        if (name.isEmpty()) {
            out.accept(new ChatEvent.Failed(Failures.unreadable(provider, "a tool call of its answer has no name")));
            return false;
        }
        out.accept(new ChatEvent.ToolCallOpened(0, calls, string(call, "id"), name, false, null));
        String arguments = arguments(function);
        if (!arguments.isEmpty()) {
            out.accept(new ChatEvent.ToolCallArguments(0, calls, arguments));
        }
        out.accept(new ChatEvent.ToolCallClosed(0, calls++));
        return true;
    }

    private void closeThought() {
        if (!thought.isEmpty()) {
            out.accept(new ChatEvent.ReasoningBlock(
                    0, new Part.Reasoning(thought.toString(), null, null, null, ReasoningFormat.OLLAMA)));
            thought.setLength(0);
        }
    }

    private void end(JsonNode last) {
        closeThought();
        ChatEvent.Reported usage = usage(last);
        if (usage != null) {
            out.accept(usage);
        }
        String reason = string(last, "done_reason");
        FinishReason known = reason.equals("length") ? FinishReason.LENGTH : FinishReason.STOP;
        // Older versions give no reason.
        String told = reason.isEmpty() || reason.equals(known.text()) ? null : reason;
        out.accept(new ChatEvent.Finished(0, known, told));
        out.accept(new ChatEvent.Ended());
    }

    /// A counter that is missing is not known: older versions leave that of the prompt out when all of it was
    /// cached.
    private static ChatEvent.@Nullable Reported usage(JsonNode last) {
        long prompt = JsonTree.number(last, "prompt_eval_count", Usage.UNKNOWN);
        long completion = JsonTree.number(last, "eval_count", Usage.UNKNOWN);
        return prompt == Usage.UNKNOWN && completion == Usage.UNKNOWN
                ? null
                : new ChatEvent.Reported(
                        new Usage(prompt, completion, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN), null);
    }

    /// Arguments as text; Ollama has them as an object.
    static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        return arguments.isContainerNode() ? JsonTree.text(arguments) : arguments.asText("");
    }

    static String string(JsonNode node, String name) {
        String text = JsonTree.string(node, name);
        return text == null ? "" : text;
    }
}
