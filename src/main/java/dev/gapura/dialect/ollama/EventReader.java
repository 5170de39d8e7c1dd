package dev.gapura.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.JsonEventReader;
import dev.gapura.dialect.Question;
import java.util.Arrays;

/// Reads a stream: one JSON object a line, each a piece of the answer. Complete with the piece that says `done`.
/// One instance a stream.
final class EventReader extends JsonEventReader {
    private final MessageReader message;
    /// The beginning of a line whose end has not come.
    private byte[] held = {};
    private int heldLength;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
        message = new MessageReader(question.providerName(), this::emit);
    }

    @Override
    protected void bytes(byte[] bytes, int from, int to) {
        int begun = from;
        for (int at = from; at < to && !over(); at++) {
            if (bytes[at] != '\n') {
                continue;
            }
            if (heldLength == 0) {
                line(bytes, begun, at, true);
            } else if (hold(bytes, begun, at)) {
                int length = heldLength;
                heldLength = 0;
                line(held, 0, length, true);
            }
            begun = at + 1;
        }
        if (!over()) {
            hold(bytes, begun, to);
        }
    }

    @Override
    protected void lastBytes() {
        line(held, 0, heldLength, false);
    }

    /// @return whether there was room for it
    private boolean hold(byte[] bytes, int from, int to) {
        if (to - from > MAX_EVENT_BYTES - heldLength) {
            tooLarge();
            return false;
        }
        int length = heldLength + to - from;
        if (length > held.length) {
            held = Arrays.copyOf(held, Math.min(MAX_EVENT_BYTES, Math.max(length, 2 * held.length)));
        }
        System.arraycopy(bytes, from, held, heldLength, to - from);
        heldLength = length;
        return true;
    }

    private void line(byte[] bytes, int from, int to, boolean closed) {
        int begin = from;
        while (begin < to && bytes[begin] <= ' ' && bytes[begin] >= 0) {
            begin++;
        }
        if (begin < to) {
            json(bytes, begin, to, closed);
        }
    }

    @Override
    protected void event(JsonNode event) {
        if (event.hasNonNull("error")) {
            reported(event);
        } else {
            message.take(event);
        }
    }
}
