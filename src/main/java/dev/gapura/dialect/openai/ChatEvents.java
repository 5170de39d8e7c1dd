package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;
import dev.gapura.wire.JsonTree;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads chunks, and whole answers, of Chat Completions as events. Complete when every choice had its finish
/// reason. One instance an answer.
final class ChatEvents extends SseReader {
    private final BitSet seen = new BitSet();
    private final BitSet finished = new BitSet();
    private final Map<Integer, TreeSet<Integer>> openCalls = new HashMap<>();
    private boolean started;
    private @Nullable Consumer<ChatEvent> direct;
    private boolean failed;
    /// In which the answer is served, as its chunks say before they count.
    private @Nullable String tier;

    private final @Nullable AnswerMender mender;

    ChatEvents(Question question, ErrorReader errors) {
        super(question, errors);
        this.mender = AnswerMender.of(question.provider(), question.model());
    }

    /// Reads one plain answer.
    void whole(JsonNode answer, Consumer<ChatEvent> events) {
        direct = events;
        if (!answer.path("choices").isArray()
                || answer.has("error") && answer.path("choices").isEmpty()) {
            throw new IllegalArgumentException("no answer");
        }
        if (mender != null && answer instanceof ObjectNode whole) {
            mender.whole(whole);
        }
        read(answer, "message");
        if (!failed) {
            events.accept(
                    complete() ? new ChatEvent.Ended() : new ChatEvent.Failed(Failures.cut(question.providerName())));
        }
    }

    @Override
    protected void event(JsonNode chunk) {
        JsonNode error = chunk.get("error");
        if (error != null && !error.isNull()) {
            reported(chunk);
            return;
        }
        JsonNode counts = chunk.get("usage");
        if (mender != null && chunk instanceof ObjectNode own) {
            mender.chunk(own);
        }
        read(chunk, "delta");
        if (counts != null && !chunk.has("usage")) {
            usage(counts);
        }
    }

    private void read(JsonNode chunk, String body) {
        if (!started) {
            started = true;
            tell(new ChatEvent.Started(
                    JsonTree.string(chunk, "id"),
                    JsonTree.string(chunk, "model"),
                    JsonTree.string(chunk, "system_fingerprint")));
        }
        String told = JsonTree.string(chunk, "service_tier");
        tier = told == null ? tier : told;
        for (JsonNode choice : chunk.path("choices")) {
            int index = (int) JsonTree.number(choice, "index", 0);
            seen.set(index);
            said(index, choice.path(body));
            JsonNode logprobs = choice.path("logprobs").path("content");
            if (logprobs.isArray() && !logprobs.isEmpty()) {
                tell(new ChatEvent.Logprobs(index, logprobs));
            }
            String reason = JsonTree.string(choice, "finish_reason");
            if (reason != null && !reason.isEmpty() && !finished.get(index)) {
                finished(index, reason, JsonTree.string(choice, "native_finish_reason"));
            }
        }
        JsonNode counts = chunk.path("usage");
        usage(counts.isObject() ? counts : chunk.path("x_groq").path("usage"));
    }

    /// A text; with some providers the JSON that was asked for itself, or a list of parts.
    private void content(int choice, JsonNode content) {
        if (content.isTextual() && !content.textValue().isEmpty()) {
            tell(new ChatEvent.Text(choice, content.textValue(), null));
        } else if (content.isObject()) {
            tell(new ChatEvent.Text(choice, JsonTree.text(content), null));
        } else if (content.isArray()) {
            for (JsonNode part : content) {
                switch (PartReader.read(part)) {
                    case Part.Text text -> tell(new ChatEvent.Text(choice, text.text(), null));
                    case Part.Reasoning thought -> tell(new ChatEvent.Reasoning(choice, thought.text()));
                    case Part.Refusal refusal -> tell(new ChatEvent.Refusal(choice, refusal.text()));
                    case Part.Image image -> {}
                    case Part.Audio audio -> {}
                    case Part.File file -> {}
                    case Part.ToolCall call -> {}
                    case Part.ToolResult result -> {}
                    case Part.Opaque opaque -> {}
                }
            }
        }
    }

    private void said(int choice, JsonNode said) {
        String thought = JsonTree.string(said, "reasoning_content");
        thought = thought == null ? JsonTree.string(said, "reasoning") : thought;
        if (thought != null && !thought.isEmpty()) {
            tell(new ChatEvent.Reasoning(choice, thought));
        }
        for (Part.Reasoning block : ReasoningDetails.read(said.path("reasoning_details"))) {
            tell(new ChatEvent.ReasoningBlock(choice, block));
        }
        content(choice, said.path("content"));
        String refusal = JsonTree.string(said, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            tell(new ChatEvent.Refusal(choice, refusal));
        }
        if (said.path("tool_calls").isArray()) {
            int position = 0;
            for (JsonNode call : said.get("tool_calls")) {
                call(choice, (int) JsonTree.number(call, "index", position++), call);
            }
        }
        said.path("annotations").forEach(annotation -> tell(new ChatEvent.Annotation(choice, annotation)));
        said.path("images").forEach(image -> tell(new ChatEvent.Image(choice, image)));
        if (said.get("audio") instanceof ObjectNode audio) {
            tell(new ChatEvent.Audio(choice, audio));
        }
    }

    private void call(int choice, int index, JsonNode call) {
        boolean custom = call.path("custom").isObject();
        JsonNode function = custom ? call.path("custom") : call.path("function");
        TreeSet<Integer> open = openCalls.computeIfAbsent(choice, fresh -> new TreeSet<>());
        if (open.add(index)) {
            String id = JsonTree.string(call, "id");
            String name = JsonTree.string(function, "name");
            tell(new ChatEvent.ToolCallOpened(
                    choice, index, id == null ? "" : id, name == null ? "" : name, custom, null));
        }
        JsonNode arguments = function.get(custom ? "input" : "arguments");
        if (arguments != null && !arguments.isNull()) {
            String text = arguments.isTextual() ? arguments.textValue() : JsonTree.text(arguments);
            if (!text.isEmpty()) {
                tell(new ChatEvent.ToolCallArguments(choice, index, text));
            }
        }
    }

    private void finished(int choice, String reason, @Nullable String nativeReason) {
        for (int call : openCalls.getOrDefault(choice, new TreeSet<>())) {
            tell(new ChatEvent.ToolCallClosed(choice, call));
        }
        if (ChunkReader.FAILED.contains(reason)) {
            tell(new ChatEvent.Failed(Failures.broken(question.providerName(), reason)));
            return;
        }
        finished.set(choice);
        FinishReason known =
                switch (reason) {
                    case "length", "model_length" -> FinishReason.LENGTH;
                    case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
                    case "content_filter" -> FinishReason.CONTENT_FILTER;
                    default -> FinishReason.STOP;
                };
        String own = nativeReason == null ? reason : nativeReason;
        tell(new ChatEvent.Finished(choice, known, known.text().equals(own) ? null : own));
    }

    private void usage(JsonNode said) {
        if (!(said instanceof ObjectNode usage)) {
            return;
        }
        Usage counts = UsageReader.of(usage).usage(question.provider().quirks().usageExcludesReasoning());
        if (counts == null) {
            return;
        }
        ObjectNode details = usage.deepCopy();
        details.remove(List.of("prompt_tokens", "completion_tokens", "total_tokens"));
        tell(new ChatEvent.Reported(counts.in(tier), details.isEmpty() ? null : details));
    }

    @Override
    protected void done() {
        ended();
        if (!complete()) {
            emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
        }
    }

    @Override
    protected void ended() {
        if (complete()) {
            emit(new ChatEvent.Ended());
        }
    }

    private boolean complete() {
        return !seen.isEmpty() && finished.cardinality() >= seen.cardinality();
    }

    private void tell(ChatEvent event) {
        Consumer<ChatEvent> plain = direct;
        if (plain == null) {
            emit(event);
        } else {
            failed |= event instanceof ChatEvent.Failed;
            plain.accept(event);
        }
    }
}
