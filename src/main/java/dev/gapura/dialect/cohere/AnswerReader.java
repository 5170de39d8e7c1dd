package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads one plain answer. Stateless; any thread.
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
        JsonNode message = answer.path("message");
        if (answer.hasNonNull("error") || message.isTextual()) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
            return;
        }
        String reason = JsonTree.string(answer, "finish_reason");
        if (!message.isObject() || reason == null) {
            failed(question, "its answer has no message or no finish reason", events);
            return;
        }
        if (!Members.isGood(reason)) {
            events.accept(new ChatEvent.Failed(Failures.broken(question.providerName(), reason)));
            return;
        }
        events.accept(new ChatEvent.Started(JsonTree.string(answer, "id"), null));
        message(message, answer, new MessageReader(events));
        ChatEvent.Reported reported = Members.usage(answer.path("usage"));
        if (reported != null) {
            events.accept(reported);
        }
        events.accept(Members.finished(reason));
        events.accept(new ChatEvent.Ended());
    }

    private static void message(JsonNode message, JsonNode answer, MessageReader reader) {
        reader.plan(Members.string(message, "tool_plan"));
        int index = 0;
        if (message.path("content").isTextual()) {
            reader.content(0, message.get("content"));
        } else {
            for (JsonNode content : message.path("content")) {
                reader.content(index++, content);
            }
        }
        index = 0;
        for (JsonNode call : message.path("tool_calls")) {
            reader.call(index, call);
            reader.callEnded(index++);
        }
        message.path("citations").forEach(reader::citation);
        answer.path("logprobs").forEach(reader::logprobs);
        reader.end();
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
