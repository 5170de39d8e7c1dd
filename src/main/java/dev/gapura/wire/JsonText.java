package dev.gapura.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Strings of a JSON document, as bytes: finding their end, checking them, undoing their escapes.
///
/// Nearly all of a chat request is text inside strings, so [#scan] decides what a request costs. It looks at
/// eight bytes at a time: one subtraction and one mask tell whether any of them is a control character, a
/// quote, a backslash or the start of a multi-byte character, and plain text needs no more than that.
final class JsonText {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long SPACES = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /// Set in the result of [#scan] when the string has escapes.
    static final long ESCAPED = 1L << 32;

    private JsonText() {}

    /// Offset of the first byte from `at` on that is no JSON white space; `to` when there is none.
    static int white(byte[] bytes, int at, int to) {
        int index = at;
        while (index < to) {
            byte value = bytes[index];
            if (value > ' ' || value != ' ' && value != '\n' && value != '\r' && value != '\t') {
                return index;
            }
            index++;
        }
        return to;
    }

    /// Offset of the first byte from `at` on that is no plain ASCII text; `to` when there is none.
    static int plain(byte[] bytes, int at, int to) {
        int index = at;
        for (int last = to - 8; index <= last; index += 8) {
            long word = (long) LONGS.get(bytes, index);
            // A byte's top bit ends up set when it is below 0x20, equal to a quote or a backslash, or above 0x7F.
            // Borrows can only leave a byte that is such a hit itself, so the lowest hit is always a true one.
            long hits = ((word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES) | word) & TOPS;
            if (hits != 0) {
                return index + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (index < to) {
            byte value = bytes[index];
            if (value < 0x20 || value == '"' || value == '\\') {
                return index;
            }
            index++;
        }
        return to;
    }

    /// Checks the string whose opening quote is at `start`. Returns the offset after its closing quote, with
    /// [#ESCAPED] added when it has escapes.
    ///
    /// @param document offset of the first byte of the document, for the place of a fault
    /// @param loneSurrogates whether `\ud800` without its other half is let through
    static long scan(byte[] bytes, int document, int start, int to, boolean loneSurrogates) {
        long escaped = 0;
        int at = start + 1;
        while (true) {
            at = plain(bytes, at, to);
            if (at == to) {
                throw JsonException.syntax(bytes, document, to, "the document ends inside a string");
            }
            byte value = bytes[at];
            if (value == '"') {
                return (at + 1) | escaped;
            }
            if (value == '\\') {
                escaped = ESCAPED;
                at = escape(bytes, document, at, to, loneSurrogates);
            } else if (value < 0) {
                do {
                    at = character(bytes, document, at, to);
                } while (at < to && bytes[at] < 0);
            } else {
                throw JsonException.syntax(
                        bytes, document, at, "a control character inside a string must be written as an escape");
            }
        }
    }

    /// Checks the multi-byte character at `at` against the table of well-formed UTF-8 (Unicode, table 3-7)
    /// and returns the offset after it.
    private static int character(byte[] bytes, int document, int at, int to) {
        int lead = bytes[at] & 0xFF;
        int left = to - at;
        if (lead >= 0xE1 && lead <= 0xEF && lead != 0xED) {
            if (left >= 3 && bytes[at + 1] < (byte) 0xC0 && bytes[at + 2] < (byte) 0xC0) {
                return at + 3;
            }
        } else if (lead >= 0xC2 && lead <= 0xDF) {
            if (left >= 2 && bytes[at + 1] < (byte) 0xC0) {
                return at + 2;
            }
        } else if (lead == 0xE0 || lead == 0xED) {
            // E0 with 80..9F would be overlong, ED with A0..BF a surrogate.
            if (left >= 3
                    && bytes[at + 1] < (byte) 0xC0
                    && (bytes[at + 1] < (byte) 0xA0) == (lead == 0xED)
                    && bytes[at + 2] < (byte) 0xC0) {
                return at + 3;
            }
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            // F0 with 80..8F would be overlong, F4 with 90..BF above U+10FFFF.
            if (left >= 4
                    && bytes[at + 1] < (byte) 0xC0
                    && (lead != 0xF0 || bytes[at + 1] >= (byte) 0x90)
                    && (lead != 0xF4 || bytes[at + 1] < (byte) 0x90)
                    && bytes[at + 2] < (byte) 0xC0
                    && bytes[at + 3] < (byte) 0xC0) {
                return at + 4;
            }
        }
        throw new JsonException(JsonException.Kind.ENCODING, bytes, document, at, "these bytes are not valid UTF-8");
    }

    private static int escape(byte[] bytes, int document, int at, int to, boolean loneSurrogates) {
        if (at + 1 >= to) {
            throw JsonException.syntax(bytes, document, to, "the document ends inside a string");
        }
        switch (bytes[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                int unit = unit(bytes, at, to);
                if (unit < 0) {
                    throw JsonException.syntax(bytes, document, at, "\\u must be followed by four hexadecimal digits");
                }
                if (!Character.isSurrogate((char) unit)) {
                    return at + 6;
                }
                if (Character.isHighSurrogate((char) unit)) {
                    int low = unit(bytes, at + 6, to);
                    if (low >= 0 && Character.isLowSurrogate((char) low)) {
                        return at + 12;
                    }
                }
                if (loneSurrogates) {
                    return at + 6;
                }
                throw new JsonException(
                        JsonException.Kind.ENCODING,
                        bytes,
                        document,
                        at,
                        "an escaped surrogate stands without its other half; send both or neither");
            }
            default -> throw JsonException.syntax(bytes, document, at, "unknown escape after a backslash");
        }
    }

    /// The code unit of the escape `\\uXXXX` at `at`, or -1 when there is none.
    private static int unit(byte[] bytes, int at, int to) {
        if (at + 6 > to || bytes[at] != '\\' || bytes[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int index = at + 2; index < at + 6; index++) {
            int digit = digit(bytes[index]);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static int digit(byte value) {
        if (value >= '0' && value <= '9') {
            return value - '0';
        }
        int lower = value | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// Writes the checked text between `from` and `to` into `target` as UTF-8 without escapes and returns the
    /// offset after it. Never longer than the original. A lone surrogate becomes U+FFFD.
    static int unescape(byte[] bytes, int from, int to, byte[] target, int targetFrom) {
        int in = from;
        int out = targetFrom;
        while (in < to) {
            byte value = bytes[in];
            if (value != '\\') {
                target[out++] = value;
                in++;
                continue;
            }
            byte kind = bytes[in + 1];
            if (kind != 'u') {
                target[out++] = switch (kind) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> kind;
                };
                in += 2;
                continue;
            }
            int point = unit(bytes, in, to);
            in += 6;
            if (Character.isSurrogate((char) point)) {
                int low = Character.isHighSurrogate((char) point) ? unit(bytes, in, to) : -1;
                if (low >= 0 && Character.isLowSurrogate((char) low)) {
                    point = Character.toCodePoint((char) point, (char) low);
                    in += 6;
                } else {
                    point = 0xFFFD;
                }
            }
            out = encode(point, target, out);
        }
        return out;
    }

    private static int encode(int point, byte[] target, int at) {
        if (point < 0x80) {
            target[at] = (byte) point;
            return at + 1;
        }
        if (point < 0x800) {
            target[at] = (byte) (0xC0 | point >> 6);
            target[at + 1] = (byte) (0x80 | point & 0x3F);
            return at + 2;
        }
        if (point < 0x10000) {
            target[at] = (byte) (0xE0 | point >> 12);
            target[at + 1] = (byte) (0x80 | point >> 6 & 0x3F);
            target[at + 2] = (byte) (0x80 | point & 0x3F);
            return at + 3;
        }
        target[at] = (byte) (0xF0 | point >> 18);
        target[at + 1] = (byte) (0x80 | point >> 12 & 0x3F);
        target[at + 2] = (byte) (0x80 | point >> 6 & 0x3F);
        target[at + 3] = (byte) (0x80 | point & 0x3F);
        return at + 4;
    }

    /// Characters (code points) in checked UTF-8 without escapes.
    static int characters(byte[] text, int from, int to) {
        int count = 0;
        for (int index = from; index < to; index++) {
            if ((text[index] & 0xC0) != 0x80) {
                count++;
            }
        }
        return count;
    }

    /// Eight bytes from `at`, little-endian; bytes at or after `to` read as zero.
    static long word(byte[] bytes, int at, int to) {
        int count = to - at;
        if (count >= 8) {
            return (long) LONGS.get(bytes, at);
        }
        if (at + 8 <= bytes.length) {
            return (long) LONGS.get(bytes, at) & (1L << (count << 3)) - 1;
        }
        long word = 0;
        for (int index = 0; index < count; index++) {
            word |= (bytes[at + index] & 0xFFL) << (index << 3);
        }
        return word;
    }
}
