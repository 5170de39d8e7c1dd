package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.Arrays;
import java.util.function.Consumer;

/// Reads one plain response. Stateless; any thread.
final class AnswerReader {
    private AnswerReader() {}

    static void read(Question question, ErrorReader errors, byte[] body, int length, Consumer<ChatEvent> events) {
        JsonNode response;
        try {
            response = JsonTree.read(body, 0, length);
        } catch (JsonException malformed) {
            failed(question, "its answer is not valid JSON", events);
            return;
        }
        if (!response.path("output").isArray()) {
            if (response.hasNonNull("error") && !response.has("status")) {
                events.accept(
                        new ChatEvent.Failed(errors.readInStream(question.provider(), Arrays.copyOf(body, length))));
                return;
            }
            if (!response.has("status")) {
                failed(question, "its answer has no output", events);
                return;
            }
        }
        Gate gate = new Gate(events);
        new OutputReader(question, errors, gate).ended(response, null);
    }

    private static void failed(Question question, String what, Consumer<ChatEvent> events) {
        events.accept(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }

    /// Lets nothing pass behind the end.
    private static final class Gate implements Consumer<ChatEvent> {
        private final Consumer<ChatEvent> events;
        private boolean over;

        Gate(Consumer<ChatEvent> events) {
            this.events = events;
        }

        @Override
        public void accept(ChatEvent event) {
            if (!over) {
                over = event instanceof ChatEvent.Failed || event instanceof ChatEvent.Ended;
                events.accept(event);
            }
        }
    }
}
