package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts the pieces of an answer together, from a whole message or from events. Plans and thinking are both
/// reasoning; a plan keeps its name, so that it can go back to where it stood. One instance an answer.
final class MessageReader {
    /// Id of reasoning that was a plan.
    static final String PLAN = "tool_plan";

    private final Consumer<ChatEvent> out;
    /// Where the text of each piece of content begins in the whole text, in characters.
    private final Map<Integer, Integer> starts = new HashMap<>();
    private final Map<Integer, Integer> calls = new HashMap<>();
    private final StringBuilder thought = new StringBuilder();
    private @Nullable String thoughtId;
    private boolean thinking;
    private int textLength;

    MessageReader(Consumer<ChatEvent> out) {
        this.out = out;
    }

    /// Takes a piece of content: text or thinking.
    void content(int index, JsonNode content) {
        if (content.isTextual()) {
            text(index, content.textValue());
            return;
        }
        String thinkingText = JsonTree.string(content, "thinking");
        if (thinkingText != null) {
            think(thinkingText, null);
        }
        String text = JsonTree.string(content, "text");
        if (text != null) {
            text(index, text);
        }
    }

    private void text(int index, String text) {
        starts.putIfAbsent(index, textLength);
        if (!text.isEmpty()) {
            closeThought();
            textLength += text.codePointCount(0, text.length());
            out.accept(new ChatEvent.Text(0, text, null));
        }
    }

    void plan(String text) {
        think(text, PLAN);
    }

    private void think(String text, @Nullable String id) {
        if (!text.isEmpty()) {
            if (thinking && !Objects.equals(id, thoughtId)) {
                closeThought();
            }
            thinking = true;
            thoughtId = id;
            thought.append(text);
            out.accept(new ChatEvent.Reasoning(0, text));
        }
    }

    private void closeThought() {
        if (thinking) {
            out.accept(new ChatEvent.ReasoningBlock(
                    0, new Part.Reasoning(thought.toString(), null, null, thoughtId, ReasoningFormat.COHERE)));
            thought.setLength(0);
            thinking = false;
        }
    }

    /// A call begins.
    ///
    /// @param index Cohere's position of it
    void call(int index, JsonNode call) {
        closeThought();
        JsonNode function = call.path("function");
        int place = calls.size();
        calls.put(index, place);
        out.accept(new ChatEvent.ToolCallOpened(
                0, place, Members.string(call, "id"), Members.string(function, "name"), false, null));
        arguments(index, call);
    }

    /// Arguments of a call that began.
    ///
    /// @return false where none of that position did
    boolean arguments(int index, JsonNode call) {
        Integer place = calls.get(index);
        if (place == null) {
            return false;
        }
        JsonNode arguments = call.path("function").path("arguments");
        String fragment = arguments.isObject() ? JsonTree.text(arguments) : arguments.asText("");
        if (!fragment.isEmpty()) {
            out.accept(new ChatEvent.ToolCallArguments(0, place, fragment));
        }
        return true;
    }

    void callEnded(int index) {
        Integer place = calls.get(index);
        if (place != null) {
            out.accept(new ChatEvent.ToolCallClosed(0, place));
        }
    }

    void citation(JsonNode citation) {
        int content = (int) JsonTree.number(citation, "content_index", 0);
        int base = starts.getOrDefault(content, 0);
        Members.annotations(citation, base).forEach(annotation -> out.accept(new ChatEvent.Annotation(0, annotation)));
    }

    void logprobs(JsonNode item) {
        JsonNode content = Members.logprobs(item);
        if (!content.isEmpty()) {
            out.accept(new ChatEvent.Logprobs(0, content));
        }
    }

    /// The message is whole.
    void end() {
        closeThought();
    }
}
