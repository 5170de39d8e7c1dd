package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Part;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads one plain answer of the Messages API. Stateless; any thread.
final class AnswerReader {
    private AnswerReader() {}

    static void read(Question question, ErrorReader errors, byte[] body, int length, Consumer<ChatEvent> events) {
        JsonNode answer;
        try {
            answer = JsonTree.read(body, 0, length);
        } catch (JsonException malformed) {
            failed(question, "its answer is not valid JSON", events);
            return;
        }
        if ("error".equals(JsonTree.string(answer, "type")) || answer.has("error")) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
            return;
        }
        String reason = JsonTree.string(answer, "stop_reason");
        if (!answer.path("content").isArray() || reason == null) {
            failed(question, "its answer has no content or no stop reason", events);
            return;
        }
        events.accept(new ChatEvent.Started(JsonTree.string(answer, "id"), JsonTree.string(answer, "model")));
        int calls = 0;
        int text = 0;
        for (JsonNode block : answer.get("content")) {
            switch (Blocks.string(block, "type")) {
                case "text" -> {
                    String words = Blocks.string(block, "text");
                    if (!words.isEmpty()) {
                        events.accept(new ChatEvent.Text(0, words, null));
                    }
                    int start = text;
                    text += words.codePointCount(0, words.length());
                    for (JsonNode citation : block.path("citations")) {
                        JsonNode annotation = Blocks.annotation(citation, start, text);
                        if (annotation != null) {
                            events.accept(new ChatEvent.Annotation(0, annotation));
                        }
                    }
                }
                case "thinking" -> {
                    Part.Reasoning thought =
                            Blocks.thinking(Blocks.string(block, "thinking"), JsonTree.string(block, "signature"));
                    if (!thought.text().isEmpty()) {
                        events.accept(new ChatEvent.Reasoning(0, thought.text()));
                    }
                    events.accept(new ChatEvent.ReasoningBlock(0, thought));
                }
                case "redacted_thinking" ->
                    events.accept(new ChatEvent.ReasoningBlock(0, Blocks.redacted(Blocks.string(block, "data"))));
                case "tool_use" -> {
                    events.accept(new ChatEvent.ToolCallOpened(
                            0, calls, Blocks.string(block, "id"), Blocks.string(block, "name"), false, null));
                    events.accept(new ChatEvent.ToolCallArguments(0, calls, Blocks.arguments(block.get("input"))));
                    events.accept(new ChatEvent.ToolCallClosed(0, calls++));
                }
                // Tools that the provider ran itself, with their results: no business of the client's.
                default -> {}
            }
        }
        UsageReader usage = new UsageReader();
        usage.take(answer.get("usage"));
        ChatEvent.Reported reported = usage.reported();
        if (reported != null) {
            events.accept(reported);
        }
        end(question, reason, answer, events);
    }

    private static void end(Question question, String reason, JsonNode answer, Consumer<ChatEvent> events) {
        if (reason.equals("refusal")) {
            events.accept(new ChatEvent.Refusal(0, refusal(answer.path("stop_details"))));
        }
        if (reason.equals("pause_turn")) {
            events.accept(new ChatEvent.Paused(RequestReader.assistant(answer.get("content"))));
            return;
        }
        events.accept(StopReasons.finished(reason, answer));
        events.accept(new ChatEvent.Ended());
    }

    /// Words for a refusal that may come without any.
    static String refusal(JsonNode details) {
        String explanation = JsonTree.string(details, "explanation");
        return explanation == null || explanation.isBlank()
                ? "The provider's safety system stopped this answer."
                : explanation;
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
