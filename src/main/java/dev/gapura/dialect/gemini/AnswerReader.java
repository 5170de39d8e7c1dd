package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.function.Consumer;

/// Reads one plain answer, also one that comes as the array of a stream. Stateless; any thread.
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
        CandidatesReader candidates = new CandidatesReader(question, events);
        for (JsonNode response : answer.isArray() ? answer : List.of(answer)) {
            if (!response.isObject()) {
                failed(question, "its answer is not an object", events);
                return;
            }
            if (response.has("error")) {
                events.accept(new ChatEvent.Failed(errors.readInStream(question.provider(), JsonTree.bytes(response))));
                return;
            }
            candidates.take(response);
            if (candidates.over()) {
                return;
            }
        }
        candidates.end();
        if (!candidates.over()) {
            failed(question, "its answer has no candidate, or one without a finish reason", events);
        }
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }
}
