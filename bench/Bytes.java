package bench;

import java.nio.charset.StandardCharsets;

/// Searches in received bytes, for the mock's and the load generator's few needs of HTTP.
final class Bytes {
    static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private Bytes() {}

    /// Where `wanted` begins within `from..to`, or -1.
    static int find(byte[] bytes, int from, int to, byte[] wanted) {
        byte first = wanted[0];
        int last = to - wanted.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == first && java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    /// The value of `Content-Length` in a head of `length` bytes, or -1.
    static int contentLength(byte[] head, int length) {
        String value = header(head, length, "content-length");
        return value == null ? -1 : Integer.parseInt(value);
    }

    /// The value of a header, or null.
    static String header(byte[] head, int length, String name) {
        for (int line = lineAfter(head, 0, length); line < length; line = lineAfter(head, line, length)) {
            if (line + name.length() < length && head[line + name.length()] == ':' && matches(head, line, name)) {
                int end = line;
                while (end < length && head[end] != '\r') {
                    end++;
                }
                int start = line + name.length() + 1;
                return new String(head, start, end - start, StandardCharsets.ISO_8859_1).trim();
            }
        }
        return null;
    }

    /// The number in a hole of a [Script], or -1 when other than digits stand there.
    static long number(byte[] bytes, int position) {
        long number = 0;
        for (int i = position; i < position + Script.WIDTH; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static boolean matches(byte[] head, int position, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.toLowerCase(head[position + i]) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int lineAfter(byte[] head, int from, int length) {
        int i = from;
        while (i < length && head[i] != '\n') {
            i++;
        }
        return i + 1;
    }
}
