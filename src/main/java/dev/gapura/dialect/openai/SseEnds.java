package dev.gapura.dialect.openai;

/// How events of a relayed stream end, and the stream itself. Stateless.
final class SseEnds {
    private SseEnds() {}

    /// Whether an event's data is the mark that ends a stream.
    static boolean isDone(byte[] data, int from, int to) {
        int end = to;
        while (end > from && data[end - 1] == ' ') {
            end--;
        }
        return end - from == 6
                && data[from] == '['
                && data[from + 1] == 'D'
                && data[from + 2] == 'O'
                && data[from + 3] == 'N'
                && data[from + 4] == 'E'
                && data[from + 5] == ']';
    }

    /// Whether the event came with the blank line that closes it: two line ends, or nothing but one.
    static boolean closed(byte[] bytes, int start, int end) {
        int at = end - 1;
        if (!isLineEnd(bytes[at])) {
            return false;
        }
        at -= bytes[at] == '\n' && at > start && bytes[at - 1] == '\r' ? 2 : 1;
        return at < start || isLineEnd(bytes[at]);
    }

    private static boolean isLineEnd(byte value) {
        return value == '\n' || value == '\r';
    }
}
