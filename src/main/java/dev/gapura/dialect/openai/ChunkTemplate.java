package dev.gapura.dialect.openai;

import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonScanner;
import java.util.Arrays;

/// Knows an event that differs from an earlier one in nothing but the text of its delta, which is what nearly
/// all events of a stream do. The earlier one was read in full; so one comparison of the bytes around the
/// text and one check of the text itself tell as much about this one, at a fifth of the cost of reading it.
/// One instance a stream.
final class ChunkTemplate {
    private static final byte[] NOTHING = {};

    /// The event's data without its text: what stands before it, then what stands after it.
    private byte[] around = NOTHING;
    private int before;
    private int length;

    /// Takes an event as the pattern for those that follow.
    ///
    /// @param textStart offset of the opening quote of its text
    /// @param textEnd offset after the closing quote
    void learn(byte[] data, int from, int to, int textStart, int textEnd) {
        before = textStart - from;
        length = before + (to - textEnd);
        if (around.length < length) {
            around = new byte[length];
        }
        System.arraycopy(data, from, around, 0, before);
        System.arraycopy(data, textEnd, around, before, to - textEnd);
    }

    /// Whether these bytes are the learned event with another text that is not empty.
    boolean matches(byte[] data, int from, int to) {
        int text = from + before;
        // Two quotes and at least one character between them.
        if (length == 0 || to - from < length + 3) {
            return false;
        }
        int after = to - (length - before);
        if (data[text] != '"'
                || !Arrays.equals(data, from, text, around, 0, before)
                || !Arrays.equals(data, after, to, around, before, length)) {
            return false;
        }
        try {
            return JsonScanner.textEnd(data, text, after) == after;
        } catch (JsonException malformed) {
            return false;
        }
    }

    /// Offset of the opening quote of the text in an event that matches.
    int textStart(int from) {
        return from + before;
    }

    /// Offset after its closing quote.
    int textEnd(int to) {
        return to - (length - before);
    }
}
