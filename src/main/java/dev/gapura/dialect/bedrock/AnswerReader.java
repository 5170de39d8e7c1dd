package dev.gapura.dialect.bedrock;

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

/// Reads one plain answer of Converse. One instance an answer.
final class AnswerReader {
    private final Consumer<ChatEvent> events;
    private final CitedText cited;
    private int calls;

    private AnswerReader(Consumer<ChatEvent> events) {
        this.events = events;
        this.cited = new CitedText(events);
    }

    static void read(Question question, ErrorReader errors, byte[] body, int length, Consumer<ChatEvent> events) {
        JsonNode answer;
        try {
            answer = JsonTree.read(body, 0, length);
        } catch (JsonException malformed) {
            failed(question, "its answer is not valid JSON", events);
            return;
        }
        String reason = JsonTree.string(answer, "stopReason");
        JsonNode content = answer.path("output").path("message").path("content");
        if (!answer.has("output") && (answer.has("message") || answer.has("Message"))) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
            return;
        }
        if (!content.isArray() || reason == null) {
            failed(question, "its answer has no content or no stop reason", events);
            return;
        }
        events.accept(new ChatEvent.Started(null, null));
        AnswerReader reader = new AnswerReader(events);
        content.forEach(reader::block);
        GuardrailTrace.read(answer, events);
        ChatEvent.Reported reported = UsageReader.read(answer);
        if (reported != null) {
            events.accept(reported);
        }
        ChatEvent end = StopReasons.end(question, reason, answer.path("additionalModelResponseFields"));
        events.accept(end);
        if (end instanceof ChatEvent.Finished) {
            events.accept(new ChatEvent.Ended());
        }
    }

    private void block(JsonNode block) {
        if (block.has("text")) {
            text(Blocks.string(block, "text"));
            cited.closed();
        } else if (block.has("citationsContent")) {
            JsonNode content = block.get("citationsContent");
            content.path("content").forEach(piece -> text(Blocks.string(piece, "text")));
            content.path("citations").forEach(cited::cite);
            cited.closed();
        } else if (block.has("reasoningContent")) {
            thought(block.get("reasoningContent"));
        } else if (block.has("toolUse") && Blocks.isForClient(block.get("toolUse"))) {
            JsonNode call = block.get("toolUse");
            events.accept(new ChatEvent.ToolCallOpened(
                    0, calls, Blocks.string(call, "toolUseId"), Blocks.string(call, "name"), false, null));
            events.accept(new ChatEvent.ToolCallArguments(0, calls, Blocks.arguments(call.get("input"))));
            events.accept(new ChatEvent.ToolCallClosed(0, calls++));
        } else if (block.has("image")) {
            JsonNode picture = Blocks.picture(block.get("image"));
            if (picture != null) {
                events.accept(new ChatEvent.Image(0, picture));
            }
        }
        // Tools that the provider ran itself, with their results, are no business of the client's.
    }

    private void text(String words) {
        if (!words.isEmpty()) {
            cited.said(words);
            events.accept(new ChatEvent.Text(0, words, null));
        }
    }

    private void thought(JsonNode reasoning) {
        if (reasoning.has("redactedContent")) {
            events.accept(
                    new ChatEvent.ReasoningBlock(0, Blocks.redacted(Blocks.string(reasoning, "redactedContent"))));
            return;
        }
        JsonNode readable = reasoning.path("reasoningText");
        Part.Reasoning thought =
                Blocks.thought(Blocks.string(readable, "text"), JsonTree.string(readable, "signature"));
        if (!thought.text().isEmpty()) {
            events.accept(new ChatEvent.Reasoning(0, thought.text()));
        }
        events.accept(new ChatEvent.ReasoningBlock(0, thought));
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
