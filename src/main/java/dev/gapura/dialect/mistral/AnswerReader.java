package dev.gapura.dialect.mistral;

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
        if (isError(answer)) {
            events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
            return;
        }
        if (answer.path("choices").isEmpty()) {
            failed(question, "its answer has no choices", events);
            return;
        }
        events.accept(new ChatEvent.Started(JsonTree.string(answer, "id"), JsonTree.string(answer, "model")));
        ChatEvent.Reported reported = UsageReader.read(answer.get("usage"));
        if (reported != null) {
            events.accept(reported);
        }
        int place = 0;
        for (JsonNode choice : answer.get("choices")) {
            int index = (int) JsonTree.number(choice, "index", place++);
            String reason = JsonTree.string(choice, "finish_reason");
            if (!choice.path("message").isObject() || reason == null || reason.isEmpty()) {
                failed(question, "its answer has no message or no finish reason", events);
                return;
            }
            ChoiceReader reader = new ChoiceReader(index, question.providerName(), events);
            reader.take(choice.get("message"));
            if (!reader.finish(reason)) {
                return;
            }
        }
        events.accept(new ChatEvent.Ended());
    }

    /// Whether this is an error under a good status.
    static boolean isError(JsonNode answer) {
        return answer.hasNonNull("error")
                || "error".equals(JsonTree.string(answer, "object"))
                || (!answer.has("choices") && (answer.has("message") || answer.has("detail")));
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
