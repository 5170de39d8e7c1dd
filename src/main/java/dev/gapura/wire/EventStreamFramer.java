package dev.gapura.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Finds the messages of an `application/vnd.amazon.eventstream` in bytes that arrive in arbitrary pieces, and shows
/// each one with its headers and the range of its payload. Knows the framing of [AWS event
/// streams](https://smithy.io/2.0/aws/amazon-eventstream.html) and nothing of what the messages say. One instance a
/// stream, used by one thread at a time; never throws for what it is fed.
///
/// A message, in big endian: total length (4 bytes), length of the headers (4), CRC-32 of these eight bytes (4),
/// headers, payload, CRC-32 of everything before (4). Lengths count only once their checksum is right, so that a
/// flipped bit never makes it wait for bytes that do not come. Complete messages are shown in the array they came in;
/// only the incomplete rest of a piece is copied and waits for the next one.
public final class EventStreamFramer {
    private static final byte[] NOTHING = {};
    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;

    /// Most bytes of headers, as AWS's own readers have it (`boto/botocore` `eventstream.py`).
    private static final int MAX_HEADER_BYTES = 128 * 1024;

    /// Receives messages in order. Ranges are valid only during the call.
    public interface Messages {
        /// One message whose checksums are right.
        ///
        /// @param headers those that are text, by name (`:event-type`); other types are checked and left out
        /// @param bytes array that holds the payload
        /// @param from first byte of the payload
        /// @param to after its last byte
        void message(Map<String, String> headers, byte[] bytes, int from, int to);
    }

    private final Messages messages;
    private final int maxMessageBytes;
    private final CRC32 checksum = new CRC32();

    private byte[] rest = NOTHING;
    private int restLength;
    /// Length of the message that is not complete yet, 0 while its prelude is not.
    private int expected;
    private @Nullable String fault;

    /// @param messages told of each message
    /// @param maxMessageBytes a message that says it is longer is a [#fault]
    public EventStreamFramer(Messages messages, int maxMessageBytes) {
        this.messages = messages;
        this.maxMessageBytes = maxMessageBytes;
    }

    /// Takes the next bytes of the stream. Nothing is read any more after a [#fault].
    public void feed(byte[] bytes, int from, int to) {
        if (restLength == 0) {
            keep(bytes, scan(bytes, from, to), to);
            return;
        }
        int at = from;
        while (at < to && fault == null) {
            // Only the begun message is completed from the rest, so that those behind it are not copied.
            int missing = (expected == 0 ? PRELUDE_BYTES : expected) - restLength;
            int taken = Math.min(missing, to - at);
            append(bytes, at, at + taken);
            at += taken;
            if (taken == missing && scan(rest, 0, restLength) == restLength) {
                restLength = 0;
                keep(bytes, scan(bytes, at, to), to);
                return;
            }
        }
    }

    /// What is wrong with the stream, in words that continue "cannot be read:"; null while nothing is.
    public @Nullable String fault() {
        return fault;
    }

    /// Whether a message has begun that is not complete: at the end of the bytes, the stream was cut.
    public boolean incomplete() {
        return restLength > 0;
    }

    private void append(byte[] bytes, int from, int to) {
        int length = restLength + (to - from);
        if (length > rest.length) {
            int grown = Math.max(length, Math.min(rest.length * 2, Math.max(expected, PRELUDE_BYTES)));
            rest = Arrays.copyOf(rest, grown);
        }
        System.arraycopy(bytes, from, rest, restLength, to - from);
        restLength = length;
    }

    private void keep(byte[] bytes, int from, int to) {
        if (fault == null) {
            rest = from == to ? NOTHING : Arrays.copyOfRange(bytes, from, to);
            restLength = to - from;
        }
    }

    /// Shows every complete message in `[from, to)` and returns where the incomplete one begins.
    private int scan(byte[] bytes, int from, int to) {
        int start = from;
        while (fault == null && to - start >= PRELUDE_BYTES) {
            if (expected == 0) {
                expected = length(bytes, start);
            }
            if (fault != null || to - start < expected) {
                break;
            }
            message(bytes, start, start + expected);
            start += expected;
            expected = 0;
        }
        return start;
    }

    /// The length that a prelude tells.
    private int length(byte[] bytes, int start) {
        if (!holds(bytes, start, start + 8)) {
            fault = "the checksum of a message's lengths in its stream is wrong";
            return 0;
        }
        long total = whole(bytes, start) & 0xFFFFFFFFL;
        long headers = whole(bytes, start + 4) & 0xFFFFFFFFL;
        if (total > maxMessageBytes) {
            fault = "a message of its stream is larger than " + maxMessageBytes + " bytes";
        } else if (headers > MAX_HEADER_BYTES || total < PRELUDE_BYTES + headers + CHECKSUM_BYTES) {
            fault = "a message of its stream tells lengths that cannot be";
        }
        return (int) total;
    }

    private void message(byte[] bytes, int start, int end) {
        int payloadEnd = end - CHECKSUM_BYTES;
        if (!holds(bytes, start, payloadEnd)) {
            fault = "the checksum of a message in its stream is wrong";
            return;
        }
        int headersEnd = start + PRELUDE_BYTES + whole(bytes, start + 4);
        Map<String, String> headers = headers(bytes, start + PRELUDE_BYTES, headersEnd);
        if (headers == null) {
            fault = "the headers of a message in its stream are broken";
            return;
        }
        messages.message(headers, bytes, headersEnd, payloadEnd);
    }

    /// Whether the checksum of `[start, end)` stands behind it.
    private boolean holds(byte[] bytes, int start, int end) {
        checksum.reset();
        checksum.update(bytes, start, end - start);
        return (int) checksum.getValue() == whole(bytes, end);
    }

    /// The headers that are text; null where they are malformed.
    private static @Nullable Map<String, String> headers(byte[] bytes, int from, int to) {
        Map<String, String> headers = new HashMap<>();
        int at = from;
        while (at < to) {
            int nameLength = bytes[at] & 0xFF;
            int type = at + 1 + nameLength;
            if (nameLength == 0 || type >= to) {
                return null;
            }
            int value = type + 1;
            boolean sized = bytes[type] == 6 || bytes[type] == 7;
            if (sized && value + 2 > to) {
                return null;
            }
            int length = length(bytes[type], bytes, value);
            if (length < 0 || value + length > to) {
                return null;
            }
            if (bytes[type] == 7) {
                String name = new String(bytes, at + 1, nameLength, StandardCharsets.UTF_8);
                headers.put(name, new String(bytes, value + 2, length - 2, StandardCharsets.UTF_8));
            }
            at = value + length;
        }
        return headers;
    }

    /// Bytes of a value of that type, its own length included; negative for a type that does not exist.
    private static int length(byte type, byte[] bytes, int value) {
        return switch (type) {
            // True and false.
            case 0, 1 -> 0;
            case 2 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            // A long, a moment.
            case 5, 8 -> 8;
            // Bytes, text.
            case 6, 7 -> 2 + ((bytes[value] & 0xFF) << 8 | bytes[value + 1] & 0xFF);
            // A UUID.
            case 9 -> 16;
            default -> -1;
        };
    }

    private static int whole(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | bytes[at + 3] & 0xFF;
    }
}
