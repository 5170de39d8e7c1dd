package dev.gapura.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Finds the events of a server-sent event stream in bytes that arrive in arbitrary pieces, and shows each
/// one as a range of bytes. Knows the framing of the [HTML
/// standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation) and
/// nothing of what the events say. One instance a stream, used by one thread at a time.
///
/// Complete events are shown in the array they came in; only the incomplete rest of a piece is copied and
/// waits for the next one. Line ends are found eight bytes at a time, and a byte is looked at once however
/// the stream is cut.
public final class SseFramer {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';
    private static final long CARRIAGE_RETURNS = ONES * '\r';
    private static final byte[] NOTHING = {};

    /// Receives events in order. Ranges are valid only during the call.
    public interface Events {
        /// One event.
        ///
        /// @param bytes array that holds the event
        /// @param start first byte of the event
        /// @param end after its closing blank line (or after the last byte of a stream that ended without
        ///     one)
        /// @param dataStart first byte of the data in `data`
        /// @param dataEnd after the last byte of the data; equal to `dataStart` when the event has no data
        /// @param data `bytes`, or an array of its own where the data came in several lines
        /// @param error whether the event is named `error`
        void event(byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, boolean error);
    }

    private final Events events;
    private final int maxEventBytes;

    private byte[] rest = NOTHING;
    private int restLength;

    // Where the scan stands, relative to the start of the event that is not complete yet.
    private int lineStart;
    private int searched;
    private int dataLines;
    private int dataStart;
    private int dataEnd;
    private byte[] joined = NOTHING;
    private int joinedLength;
    private boolean error;
    private boolean begun;
    private boolean tooLarge;

    /// @param events told of each event
    /// @param maxEventBytes an event that grows beyond this sets [#tooLarge]
    public SseFramer(Events events, int maxEventBytes) {
        this.events = events;
        this.maxEventBytes = maxEventBytes;
    }

    /// Takes the next bytes of the stream.
    public void feed(byte[] bytes, int from, int to) {
        if (from == to || tooLarge) {
            return;
        }
        if (restLength == 0) {
            int consumed = scan(bytes, from, to);
            keep(bytes, consumed, to);
        } else {
            int length = restLength + (to - from);
            if (length > rest.length) {
                rest = Arrays.copyOf(rest, Math.max(length, Math.min(rest.length * 2, maxEventBytes)));
            }
            System.arraycopy(bytes, from, rest, restLength, to - from);
            // What was shown may still be referred to by the receiver until this call returns: never move it.
            restLength = length;
            int consumed = scan(rest, 0, length);
            if (consumed > 0) {
                keep(rest, consumed, length);
            }
        }
        if (restLength > maxEventBytes) {
            tooLarge = true;
        }
    }

    /// The stream ended: an event that lacks its closing blank line is shown as it is, with what it has.
    public void end() {
        if (restLength == 0 || tooLarge) {
            return;
        }
        int length = restLength;
        if (lineStart < length) {
            int lineEnd = length;
            if (rest[lineEnd - 1] == '\r') {
                lineEnd--;
            }
            line(rest, lineStart, lineEnd, 0);
        }
        restLength = 0;
        show(rest, 0, length);
    }

    /// Whether an event grew over the limit; nothing is read any more then.
    public boolean tooLarge() {
        return tooLarge;
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = to - from;
        byte[] kept = NOTHING;
        if (length > 0) {
            kept = new byte[Math.max(length, Math.min(512, length * 2))];
            System.arraycopy(bytes, from, kept, 0, length);
        }
        rest = kept;
        restLength = length;
    }

    /// Shows every complete event in `[from, to)` and returns where the incomplete one begins.
    private int scan(byte[] bytes, int from, int to) {
        int eventStart = from;
        if (!begun && to - from >= 3) {
            begun = true;
            if (bytes[from] == (byte) 0xEF && bytes[from + 1] == (byte) 0xBB && bytes[from + 2] == (byte) 0xBF) {
                eventStart += 3;
                searched = 0;
            }
        }
        while (true) {
            int lineEnd = lineEnd(bytes, eventStart + searched, to);
            if (lineEnd < 0) {
                searched = to - eventStart;
                return eventStart;
            }
            int next = lineEnd + 1;
            if (bytes[lineEnd] == '\r') {
                if (next == to) {
                    // Whether a line feed belongs to it shows with the next byte.
                    searched = lineEnd - eventStart;
                    return eventStart;
                }
                if (bytes[next] == '\n') {
                    next++;
                }
            }
            int start = eventStart + lineStart;
            if (lineEnd == start) {
                show(bytes, eventStart, next);
                eventStart = next;
            } else {
                line(bytes, start, lineEnd, eventStart);
                lineStart = next - eventStart;
                searched = lineStart;
            }
        }
    }

    private void line(byte[] bytes, int start, int end, int eventStart) {
        if (isField(bytes, start, end, 'd', 'a', 't', 'a')) {
            int value = start + 5;
            if (value < end && bytes[value] == ' ') {
                value++;
            }
            value = Math.min(value, end);
            if (dataLines == 0) {
                dataStart = value - eventStart;
                dataEnd = end - eventStart;
            } else {
                if (dataLines == 1) {
                    join(bytes, eventStart + dataStart, eventStart + dataEnd, false);
                }
                join(bytes, value, end, true);
            }
            dataLines++;
        } else if (bytes[start] == 'e') {
            error = isErrorName(bytes, start, end);
        }
    }

    private void join(byte[] bytes, int from, int to, boolean newLine) {
        int length = to - from + (newLine ? 1 : 0);
        if (joinedLength + length > joined.length) {
            joined = Arrays.copyOf(joined, Math.max(joinedLength + length, joined.length * 2));
        }
        if (newLine) {
            joined[joinedLength++] = '\n';
        }
        System.arraycopy(bytes, from, joined, joinedLength, to - from);
        joinedLength += to - from;
    }

    private void show(byte[] bytes, int start, int end) {
        if (dataLines > 1) {
            events.event(bytes, start, end, joined, 0, joinedLength, error);
        } else if (dataLines == 1) {
            events.event(bytes, start, end, bytes, start + dataStart, start + dataEnd, error);
        } else {
            events.event(bytes, start, end, bytes, start, start, error);
        }
        lineStart = 0;
        searched = 0;
        dataLines = 0;
        joined = NOTHING;
        joinedLength = 0;
        error = false;
    }

    private static boolean isField(byte[] bytes, int start, int end, char a, char b, char c, char d) {
        return end - start >= 4
                && bytes[start] == a
                && bytes[start + 1] == b
                && bytes[start + 2] == c
                && bytes[start + 3] == d
                && (end - start == 4 || bytes[start + 4] == ':');
    }

    private static boolean isErrorName(byte[] bytes, int start, int end) {
        String line = new String(bytes, start, end - start, java.nio.charset.StandardCharsets.UTF_8);
        return line.equals("event:error") || line.equals("event: error");
    }

    /// Index of the first line feed or carriage return in `[from, to)`, or −1.
    static int lineEnd(byte[] bytes, int from, int to) {
        int index = from;
        for (; index + 8 <= to; index += 8) {
            long word = (long) WORDS.get(bytes, index);
            long feed = word ^ LINE_FEEDS;
            long carriage = word ^ CARRIAGE_RETURNS;
            long found = (((feed - ONES) & ~feed) | ((carriage - ONES) & ~carriage)) & HIGHS;
            if (found != 0) {
                return index + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; index < to; index++) {
            byte value = bytes[index];
            if (value == '\n' || value == '\r') {
                return index;
            }
        }
        return -1;
    }
}
