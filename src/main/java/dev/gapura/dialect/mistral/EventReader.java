package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import java.util.TreeMap;

/// Reads a stream. Complete when every choice that was asked for has its finish reason; `[DONE]` before that
/// is a cut. One instance a stream.
final class EventReader extends SseReader {
    /// Choices beyond this are not read: no request asks for more.
    private static final int MAX_CHOICES = 128;

    private final Map<Integer, ChoiceReader> choices = new TreeMap<>();
    private boolean started;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
    }

    @Override
    protected void event(JsonNode event) {
        if (AnswerReader.isError(event)) {
            reported(event);
            return;
        }
        if (!started) {
            started = true;
            emit(new ChatEvent.Started(JsonTree.string(event, "id"), JsonTree.string(event, "model")));
        }
        ChatEvent.Reported usage = UsageReader.read(event.get("usage"));
        if (usage != null) {
            emit(usage);
        }
        int place = 0;
        for (JsonNode choice : event.path("choices")) {
            choice((int) JsonTree.number(choice, "index", place++), choice);
        }
    }

    private void choice(int index, JsonNode choice) {
        if (index < 0 || index >= MAX_CHOICES) {
            emit(new ChatEvent.Failed(
                    Failures.unreadable(question.providerName(), "a choice of its stream has the index " + index)));
            return;
        }
        ChoiceReader reader =
                choices.computeIfAbsent(index, fresh -> new ChoiceReader(index, question.providerName(), this::emit));
        if (reader.finished()) {
            return;
        }
        reader.take(choice.path("delta"));
        String reason = JsonTree.string(choice, "finish_reason");
        if (reason != null && !reason.isEmpty()) {
            reader.finish(reason);
        }
    }

    @Override
    protected void done() {
        ended();
        // A stream that calls itself done without a finish reason was cut all the same.
        emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
    }

    @Override
    protected void ended() {
        boolean all = choices.size() >= question.choices()
                && choices.values().stream().allMatch(ChoiceReader::finished);
        if (all) {
            emit(new ChatEvent.Ended());
        }
    }
}
