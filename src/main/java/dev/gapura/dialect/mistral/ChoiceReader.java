package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.CallPiece;
import dev.gapura.dialect.Failures;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one choice of an answer, in one message or in many deltas: both have the same members. One instance
/// a choice.
final class ChoiceReader {
    private final int index;
    private final String provider;
    private final Consumer<ChatEvent> out;
    private final List<Call> calls = new ArrayList<>();
    private final StringBuilder thought = new StringBuilder();
    private @Nullable String signature;
    private boolean thinking;
    private int textLength;
    private boolean finished;

    /// @param provider name of the provider, for failures
    ChoiceReader(int index, String provider, Consumer<ChatEvent> out) {
        this.index = index;
        this.provider = provider;
        this.out = out;
    }

    boolean finished() {
        return finished;
    }

    /// Takes a message or a delta.
    void take(JsonNode message) {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            text(content.textValue());
        } else {
            content.forEach(this::chunk);
        }
        message.path("tool_calls").forEach(this::call);
    }

    private void chunk(JsonNode chunk) {
        switch (Chunks.string(chunk, "type")) {
            case "text" -> text(Chunks.string(chunk, "text"));
            case "thinking" -> think(Chunks.thought(chunk), JsonTree.string(chunk, "signature"));
            case "reference" ->
                chunk.path("reference_ids")
                        .forEach(id -> out.accept(
                                new ChatEvent.Annotation(index, Chunks.annotation(id.asText(), "", textLength))));
            case "tool_reference" -> {
                String url = JsonTree.string(chunk, "url");
                if (url != null) {
                    out.accept(new ChatEvent.Annotation(
                            index, Chunks.annotation(url, Chunks.string(chunk, "title"), textLength)));
                }
            }
            default -> {}
        }
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            closeThought();
            textLength += text.codePointCount(0, text.length());
            out.accept(new ChatEvent.Text(index, text, null));
        }
    }

    private void think(String text, @Nullable String signed) {
        if (!text.isEmpty() || signed != null) {
            thinking = true;
            signature = signed == null ? signature : signed;
            thought.append(text);
            if (!text.isEmpty()) {
                out.accept(new ChatEvent.Reasoning(index, text));
            }
        }
    }

    /// Chunks of one thought follow each other; `closed` stands on each of them and says nothing.
    private void closeThought() {
        if (thinking) {
            out.accept(new ChatEvent.ReasoningBlock(
                    index, new Part.Reasoning(thought.toString(), signature, null, null, ReasoningFormat.MISTRAL)));
            thought.setLength(0);
            signature = null;
            thinking = false;
        }
    }

    private void call(JsonNode delta) {
        closeThought();
        JsonNode function = delta.path("function");
        String name = Chunks.string(function, "name");
        String id = Chunks.string(delta, "id");
        id = id.equals("null") ? "" : id;
        Call call = find((int) JsonTree.number(delta, "index", -1), id, name);
        // Continuations carry an empty name and no id, which must not wipe out those that came first.
        call.name = call.name.isEmpty() ? name : call.name;
        call.id = call.id.isEmpty() ? id : call.id;
        call.held.append(Chunks.arguments(function.get("arguments")));
        if (!call.opened && !call.name.isEmpty()) {
            call.opened = true;
            out.accept(new ChatEvent.ToolCallOpened(index, call.index, call.id, call.name, false, null));
        }
        if (call.opened && !call.held.isEmpty()) {
            out.accept(new ChatEvent.ToolCallArguments(index, call.index, call.held.toString()));
            call.held.setLength(0);
        }
    }

    /// The call that a fragment goes on with: by index, and by id where whole calls come without index or all
    /// with the same one.
    private Call find(int wireIndex, String id, String name) {
        CallPiece piece = new CallPiece(wireIndex, id, name);
        for (int i = calls.size() - 1; i >= 0; i--) {
            Call call = calls.get(i);
            if (piece.continues(new CallPiece(call.wireIndex, call.id, call.name))) {
                return call;
            }
        }
        Call fresh = new Call(calls.size(), wireIndex);
        calls.add(fresh);
        return fresh;
    }

    /// Takes the reason for which the choice ended. Those that are no good end are failures.
    ///
    /// @return whether it was a good end
    boolean finish(String reason) {
        if (finished) {
            return true;
        }
        finished = true;
        closeThought();
        for (Call call : calls) {
            if (!call.opened) {
                out.accept(
                        new ChatEvent.Failed(Failures.unreadable(provider, "a tool call of its answer has no name")));
                return false;
            }
            out.accept(new ChatEvent.ToolCallClosed(index, call.index));
        }
        if (reason.equals("error")) {
            out.accept(new ChatEvent.Failed(Failures.broken(provider, reason)));
            return false;
        }
        switch (reason) {
            case "length", "model_length" -> end(FinishReason.LENGTH, reason);
            case "tool_calls" -> end(FinishReason.TOOL_CALLS, reason);
            case "content_filter" -> end(FinishReason.CONTENT_FILTER, reason);
            default -> end(FinishReason.STOP, reason);
        }
        return true;
    }

    private void end(FinishReason known, String reason) {
        out.accept(new ChatEvent.Finished(index, known, known.text().equals(reason) ? null : reason));
    }

    /// A call under way.
    private static final class Call {
        private final int index;
        private final int wireIndex;
        private final StringBuilder held = new StringBuilder();
        private String id = "";
        private String name = "";
        private boolean opened;

        Call(int index, int wireIndex) {
            this.index = index;
            this.wireIndex = wireIndex;
        }
    }
}
