package dev.gapura.dialect.ollama;

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
        if (answer.hasNonNull("error")) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
        } else if (!answer.path("message").isObject() || !answer.path("done").asBoolean()) {
            failed(question, "its answer has no message or is not done", events);
        } else {
            new MessageReader(question.providerName(), events).take(answer);
        }
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
