package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;

/// Reads a stream whose events are whole answers with what is new in them. It has no terminal mark of its own: it is
/// complete at its end if every candidate got its finish reason. One instance a stream.
final class EventReader extends SseReader {
    private final CandidatesReader candidates;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
        candidates = new CandidatesReader(question, this::emit);
    }

    @Override
    protected void event(JsonNode event) {
        if (event.has("error")) {
            reported(event);
        } else {
            candidates.take(event);
        }
    }

    @Override
    protected void ended() {
        candidates.end();
    }
}
