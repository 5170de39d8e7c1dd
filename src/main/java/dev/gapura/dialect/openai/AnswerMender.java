package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Quirks;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes of what an OpenAI-compatible provider says in its own way what the dialect says: finish reasons that clients
/// know, tool calls that they can put together, thoughts out of the text, sources as annotations, one id, counts that
/// include what belongs to them. Everything else, and all members that nobody knows, stays. Only answers that depart
/// from the dialect get here; those of providers that are exact never do. One instance an answer, one thread.
final class AnswerMender {
    /// More choices than this is nothing a client can have asked for (`n` is at most 128).
    private static final int MAX_CHOICES = 1024;

    private final Quirks quirks;
    private final boolean tags;
    private final Map<Integer, Choice> choices = new HashMap<>();
    private final Sources sources = new Sources();
    private @Nullable String id;
    private @Nullable JsonNode model;
    private @Nullable JsonNode created;
    private @Nullable ObjectNode usageDue;

    private AnswerMender(Quirks quirks, boolean tags) {
        this.quirks = quirks;
        this.tags = tags;
    }

    /// A mender for one answer, null where the provider's answers are never mended.
    ///
    /// @param upstreamModel model name as the provider knows it
    static @Nullable AnswerMender of(Provider provider, String upstreamModel) {
        Quirks quirks = provider.quirks();
        return quirks.exact() ? null : new AnswerMender(quirks, quirks.thinksInTags(upstreamModel));
    }

    /// Whether every event has to come here, odd or not.
    boolean always() {
        return tags || quirks.citations() || quirks.flatLogprobs();
    }

    /// Whether a choice called a tool, so that its finish reason has to be looked at.
    boolean called() {
        return choices.values().stream().anyMatch(choice -> choice.calls.called());
    }

    /// Mends one chunk of a stream in its place.
    void chunk(ObjectNode chunk) {
        head(chunk);
        sources.note(chunk);
        if (!chunk.path("choices").isArray()) {
            chunk.putArray("choices");
        }
        boolean finishing = false;
        int position = 0;
        for (JsonNode one : chunk.get("choices")) {
            if (one instanceof ObjectNode choice) {
                Choice state = choice((int) JsonTree.number(choice, "index", position++));
                ObjectNode delta = choice.get("delta") instanceof ObjectNode said ? said : choice.putObject("delta");
                choice.remove("message");
                finishing |= delta(choice, delta, state);
            }
        }
        usage(chunk, finishing);
    }

    /// Mends a whole answer in its place.
    void whole(ObjectNode answer) {
        sources.note(answer);
        int position = 0;
        for (JsonNode one : answer.path("choices")) {
            Choice state = choice(position++);
            if (one instanceof ObjectNode choice && choice.get("message") instanceof ObjectNode message) {
                choice.remove("delta");
                message(choice, message, state);
            }
        }
        if (answer.get("usage") instanceof ObjectNode counts) {
            inclusive(counts);
        }
    }

    /// Counts that were taken out of chunks and came at no later place, null where there are none.
    @Nullable
    ObjectNode usageDue() {
        ObjectNode counts = usageDue;
        if (counts == null) {
            return null;
        }
        ObjectNode chunk = JsonTree.object().put("id", id == null ? "" : id).put("object", "chat.completion.chunk");
        chunk.set("created", created == null ? JsonTree.object().numberNode(0) : created);
        chunk.set("model", model);
        chunk.putArray("choices");
        return chunk.set("usage", counts);
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(Math.clamp(index, 0, MAX_CHOICES), fresh -> new Choice());
    }

    /// One id and one model for the whole stream: clients take them from whichever chunk they like.
    private void head(ObjectNode chunk) {
        String own = JsonTree.string(chunk, "id");
        if (id == null && own != null && !own.isEmpty()) {
            id = own;
        }
        model = model == null || model.asText().isEmpty() ? chunk.get("model") : model;
        created = created == null ? chunk.get("created") : created;
        if (id != null) {
            chunk.put("id", id);
        }
        if (model != null) {
            chunk.set("model", model);
        }
    }

    /// Returns whether the choice ends.
    private boolean delta(ObjectNode choice, ObjectNode delta, Choice state) {
        String reason = JsonTree.string(choice, "finish_reason");
        boolean finishing = reason != null && !reason.isEmpty();
        if (quirks.flatLogprobs()) {
            Logprobs.nest(choice, ConversationReader.text(delta, "content"));
        }
        if (delta.get("tool_calls") instanceof ArrayNode pieces) {
            ArrayNode mended = state.calls.pieces(pieces);
            if (mended.isEmpty()) {
                delta.remove("tool_calls");
            } else {
                delta.set("tool_calls", mended);
            }
        } else {
            delta.remove("tool_calls");
        }
        thoughts(delta, state, finishing);
        if (finishing) {
            state.calls.finish(delta);
            finish(choice, state, Objects.requireNonNull(reason));
            annotations(delta);
        } else if (reason != null) {
            choice.putNull("finish_reason");
        }
        return finishing;
    }

    private void message(ObjectNode choice, ObjectNode message, Choice state) {
        if (quirks.flatLogprobs()) {
            Logprobs.nest(choice, "");
        }
        if (message.get("tool_calls") instanceof ArrayNode calls && !calls.isEmpty()) {
            state.calls.whole(calls);
        } else {
            message.remove("tool_calls");
        }
        thoughts(message, state, true);
        String reason = JsonTree.string(choice, "finish_reason");
        finish(choice, state, reason == null ? "" : reason);
        annotations(message);
    }

    /// Reasons that say that the answer failed stay what they are.
    private void finish(ObjectNode choice, Choice state, String reason) {
        if (ChunkReader.FAILED.contains(reason)) {
            return;
        }
        String known =
                switch (reason) {
                    case "model_length" -> "length";
                    case "sensitive" -> "content_filter";
                    case "length", "tool_calls", "content_filter", "function_call" -> reason;
                    default -> state.calls.called() ? "tool_calls" : "stop";
                };
        choice.put("finish_reason", known);
        boolean told = choice.has("native_finish_reason") || reason.isEmpty() || ChunkReader.LEGAL.contains(reason);
        if (!told) {
            choice.put("native_finish_reason", reason);
        }
    }

    private void thoughts(ObjectNode said, Choice state, boolean last) {
        String content = JsonTree.string(said, "content");
        if (!tags || content == null && !last) {
            return;
        }
        ThinkTags.Parted parted = state.tags.next(content == null ? "" : content, last);
        if (content != null || !parted.answer().isEmpty()) {
            said.put("content", parted.answer());
        }
        if (!parted.thought().isEmpty()) {
            said.put("reasoning_content", ConversationReader.text(said, "reasoning_content") + parted.thought());
        }
    }

    private void annotations(ObjectNode said) {
        if (quirks.citations() && !said.path("annotations").isArray()) {
            ArrayNode annotations = sources.annotations();
            if (!annotations.isEmpty()) {
                said.set("annotations", annotations);
            }
        }
    }

    /// Counts that grow from chunk to chunk are told once: clients that add them up would count them many times.
    private void usage(ObjectNode chunk, boolean finishing) {
        if (!(chunk.get("usage") instanceof ObjectNode counts)) {
            return;
        }
        inclusive(counts);
        if (finishing || chunk.path("choices").isEmpty()) {
            usageDue = null;
        } else {
            usageDue = counts;
            chunk.remove("usage");
        }
    }

    private void inclusive(ObjectNode counts) {
        UsageReader reader = UsageReader.of(counts);
        reader.correct(counts, quirks.usageExcludesReasoning());
    }

    private static final class Choice {
        private final CallMender calls = new CallMender();
        private final ThinkTags tags = new ThinkTags();
    }
}
