package dev.gapura.dialect.gemini;

import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.StreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Tells the two framings of a stream apart by its first character: server-sent events, or one JSON array that grows
/// (without `alt=sse`, and for some errors). Elements of an array are handed on as if each were an event, byte by
/// byte, so that nothing is held here. One instance a stream.
final class FramedReader implements StreamReader {
    private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final StreamReader events;
    private Framing framing = Framing.UNKNOWN;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /// @param events reads server-sent events
    FramedReader(StreamReader events) {
        this.events = events;
    }

    @Override
    public void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> out) {
        int start = from;
        while (framing == Framing.UNKNOWN && start < to) {
            byte first = bytes[start];
            if (first == '[' || first == '{') {
                framing = Framing.ARRAY;
            } else if (!blank(first)) {
                framing = Framing.EVENTS;
            } else {
                start++;
            }
        }
        if (framing == Framing.EVENTS) {
            events.feed(bytes, start, to, out);
        } else if (framing == Framing.ARRAY) {
            elements(bytes, start, to, out);
        }
    }

    @Override
    public void end(Consumer<ChatEvent> out) {
        events.end(out);
    }

    private void elements(byte[] bytes, int from, int to, Consumer<ChatEvent> out) {
        int begun = from;
        for (int at = from; at < to; at++) {
            byte one = bytes[at];
            if (depth == 0) {
                if (one == '{') {
                    depth = 1;
                    begun = at;
                    events.feed(BEFORE, 0, BEFORE.length, out);
                }
                continue;
            }
            if (one == '\n' || one == '\r') {
                // White space of the document; inside an event it would end a line.
                events.feed(bytes, begun, at, out);
                begun = at + 1;
            } else if (closes(one)) {
                events.feed(bytes, begun, at + 1, out);
                events.feed(AFTER, 0, AFTER.length, out);
                begun = at + 1;
            }
        }
        if (depth > 0 && begun < to) {
            events.feed(bytes, begun, to, out);
        }
    }

    /// Whether the element ends with this byte.
    private boolean closes(byte one) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (one == '\\') {
                escaped = true;
            } else if (one == '"') {
                inString = false;
            }
            return false;
        }
        switch (one) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> depth--;
            default -> {}
        }
        return depth == 0;
    }

    private static boolean blank(byte one) {
        return one == ' ' || one == '\t' || one == '\r' || one == '\n';
    }

    private enum Framing {
        UNKNOWN,
        EVENTS,
        ARRAY
    }
}
