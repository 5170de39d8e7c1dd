package dev.gapura.wire;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// Numbers of a JSON document, as bytes.
final class JsonNumber {
    /// Longest number taken, in characters. Far above what a double or a 64-bit integer needs (25), far below
    /// what makes exact parsers slow.
    static final int MAX_LENGTH = 64;

    /// Beyond this an exponent names no double, whatever stands before it.
    private static final int MAX_EXPONENT = 400;

    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /// Set in the result of [#scan] when the number has a fraction or an exponent.
    static final long DECIMAL = 1L << 32;

    private JsonNumber() {}

    /// Checks the number at `start` and returns the offset after it, with [#DECIMAL] added when it is not an
    /// integer.
    static long scan(byte[] bytes, int document, int start, int to) {
        int at = start;
        if (bytes[at] == '-') {
            at++;
        }
        int digits = at;
        at = digits(bytes, at, to);
        if (at == digits) {
            throw JsonException.syntax(bytes, document, at, "a digit must follow the minus sign");
        }
        if (bytes[digits] == '0' && at - digits > 1) {
            throw JsonException.syntax(bytes, document, digits, "a number must not begin with a zero");
        }
        long decimal = 0;
        if (at < to && bytes[at] == '.') {
            int fraction = at + 1;
            at = digits(bytes, fraction, to);
            if (at == fraction) {
                throw JsonException.syntax(bytes, document, at, "a digit must follow the decimal point");
            }
            decimal = DECIMAL;
        }
        int mark = at;
        if (at < to && (bytes[at] | 0x20) == 'e') {
            at++;
            if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            int power = at;
            at = digits(bytes, power, to);
            if (at == power) {
                throw JsonException.syntax(bytes, document, at, "a digit must follow the exponent sign");
            }
            decimal = DECIMAL;
        }
        if (at - start > MAX_LENGTH) {
            throw new JsonException(
                    JsonException.Kind.NUMBER,
                    bytes,
                    document,
                    start,
                    "a number must not be longer than 64 characters");
        }
        if (at > mark && !representable(bytes, start, mark, at)) {
            throw new JsonException(
                    JsonException.Kind.NUMBER, bytes, document, start, "this number is outside the range of a double");
        }
        return at | decimal;
    }

    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    private static boolean representable(byte[] bytes, int start, int mark, int end) {
        int exponent = 0;
        boolean negative = false;
        for (int at = mark + 1; at < end; at++) {
            byte value = bytes[at];
            if (value == '-') {
                negative = true;
            } else if (value != '+') {
                exponent = Math.min(exponent * 10 + value - '0', MAX_EXPONENT);
            }
        }
        if (exponent == MAX_EXPONENT) {
            return false;
        }
        // A number has at most 64 characters, so only exponents near the edge of a double can cross it.
        return negative || exponent < 308 - MAX_LENGTH || Double.isFinite(parse(bytes, start, end));
    }

    /// Value of a checked integer; one that does not fit becomes the nearest `long`.
    static long integer(byte[] bytes, int start, int end) {
        boolean negative = bytes[start] == '-';
        long value = 0;
        for (int at = negative ? start + 1 : start; at < end; at++) {
            int digit = bytes[at] - '0';
            // Counted downwards, since the lowest long has no positive twin.
            if (value < (Long.MIN_VALUE + digit) / 10) {
                return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
            value = value * 10 - digit;
        }
        if (negative) {
            return value;
        }
        return value == Long.MIN_VALUE ? Long.MAX_VALUE : -value;
    }

    /// Whether a checked integer is one of 64 bits.
    static boolean fitsLong(byte[] bytes, int start, int end) {
        if (end - start < 19) {
            return true;
        }
        return new BigInteger(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1)).bitLength() < 64;
    }

    /// Value of a checked number, correctly rounded.
    static double decimal(byte[] bytes, int start, int end) {
        long digits = 0;
        int point = 0;
        int count = 0;
        int first = bytes[start] == '-' ? start + 1 : start;
        for (int at = first; at < end; at++) {
            byte value = bytes[at];
            if (value == '.') {
                point = end - at - 1;
            } else if (value < '0') {
                return parse(bytes, start, end);
            } else if (value > '9' || ++count > 15) {
                return parse(bytes, start, end);
            } else {
                digits = digits * 10 + value - '0';
            }
        }
        // Both operands are exact doubles, so one division rounds once and correctly.
        double value = digits / TENS[point];
        return first == start ? value : -value;
    }

    private static double parse(byte[] bytes, int start, int end) {
        return Double.parseDouble(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
    }
}
