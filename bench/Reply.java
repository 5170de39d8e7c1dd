package bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads the answers of one connection, one after the other, as their bytes come, and compares every byte of the body
/// with the [Script] it must be. Framing may differ from what the mock sent (a proxy may cut chunks as it likes), the
/// body may not.
final class Reply {
    /// Told of every hole that was read and of nothing else.
    interface Listener {
        /// @param value what stood in the hole
        void piece(Script.Hole hole, long value);
    }

    /// The answer is not what it must be; ends the measurement.
    static final class Damaged extends Exception {
        private static final long serialVersionUID = 1;

        Damaged(String message) {
            super(message);
        }
    }

    private enum State {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        LAST_LINE
    }

    private static final int MAX_HEAD = 16_384;

    private final Script expected;
    private final byte[] expectedBytes;
    private final ByteBuffer expectedBuffer;
    private final Listener listener;
    private final byte[] head = new byte[MAX_HEAD];

    private State state = State.HEAD;
    private int headLength;
    private int rest;
    private int sizeDigits;
    private int position;
    private int hole;
    private long number;

    Reply(Script expected, Listener listener) {
        this.expected = expected;
        this.expectedBytes = expected.bytes();
        this.expectedBuffer = ByteBuffer.wrap(expectedBytes);
        this.listener = listener;
    }

    /// Takes all bytes of `in`.
    ///
    /// @return whether the answer is complete; the next call begins the next answer
    boolean feed(ByteBuffer in) throws Damaged {
        while (in.hasRemaining()) {
            switch (state) {
                case HEAD -> head(in);
                case BODY -> body(in);
                case CHUNK_SIZE -> chunkSize(in.get());
                case CHUNK -> {
                    body(in);
                    if (rest == 0) {
                        state = State.CHUNK_END;
                    }
                }
                case CHUNK_END -> {
                    if (in.get() == '\n') {
                        state = State.CHUNK_SIZE;
                    }
                }
                case LAST_LINE -> {
                    if (in.get() == '\n') {
                        return complete(in);
                    }
                }
            }
            if (state == State.BODY && rest == 0) {
                return complete(in);
            }
        }
        return false;
    }

    private boolean complete(ByteBuffer in) throws Damaged {
        if (position != expected.length()) {
            throw new Damaged("body ended after " + position + " of " + expected.length() + " bytes");
        }
        if (in.hasRemaining()) {
            throw new Damaged(in.remaining() + " bytes after the answer");
        }
        state = State.HEAD;
        headLength = 0;
        position = 0;
        hole = 0;
        number = 0;
        return true;
    }

    private void head(ByteBuffer in) throws Damaged {
        while (in.hasRemaining()) {
            if (headLength == MAX_HEAD) {
                throw new Damaged("head without end");
            }
            byte next = in.get();
            head[headLength++] = next;
            if (next == '\n' && headLength >= 4 && head[headLength - 2] == '\r' && head[headLength - 3] == '\n') {
                endOfHead(in);
                return;
            }
        }
    }

    private void endOfHead(ByteBuffer in) throws Damaged {
        // "HTTP/1.1 200": the first digit of the status is byte 9.
        if (head[9] != '2' || head[10] != '0' || head[11] != '0') {
            byte[] body = new byte[Math.min(in.remaining(), 300)];
            in.get(body);
            throw new Damaged(
                    new String(head, 0, headLength, StandardCharsets.ISO_8859_1)
                                    .lines()
                                    .findFirst()
                                    .orElse("") + " " + new String(body, StandardCharsets.ISO_8859_1));
        }
        int length = Bytes.contentLength(head, headLength);
        if (length >= 0) {
            if (length != expected.length()) {
                throw new Damaged("content length " + length + ", not " + expected.length());
            }
            rest = length;
            state = State.BODY;
        } else if ("chunked".equals(Bytes.header(head, headLength, "transfer-encoding"))) {
            rest = 0;
            sizeDigits = 0;
            state = State.CHUNK_SIZE;
        } else {
            throw new Damaged("neither content length nor chunks");
        }
    }

    private void chunkSize(byte next) throws Damaged {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            rest = rest * 16 + digit;
            sizeDigits++;
        } else if (next == '\n') {
            if (sizeDigits == 0) {
                throw new Damaged("chunk without size");
            }
            sizeDigits = 0;
            state = rest == 0 ? State.LAST_LINE : State.CHUNK;
        } else if (next != '\r') {
            throw new Damaged("chunk size with byte " + next);
        }
    }

    /// Compares as much of the body as is there, run by run between holes.
    private void body(ByteBuffer in) throws Damaged {
        int available = Math.min(in.remaining(), rest);
        rest -= available;
        if (position + available > expected.length()) {
            throw new Damaged("body longer than " + expected.length() + " bytes");
        }
        int limit = in.limit();
        while (available > 0) {
            int holeStart = hole < expected.holes() ? expected.holePosition(hole) : expected.length();
            if (position < holeStart) {
                int run = Math.min(available, holeStart - position);
                compare(in, run);
                in.limit(limit);
                available -= run;
            } else {
                digit(in.get(), holeStart);
                available--;
            }
        }
    }

    private void compare(ByteBuffer in, int run) throws Damaged {
        expectedBuffer.limit(position + run).position(position);
        in.limit(in.position() + run);
        int difference = in.mismatch(expectedBuffer);
        if (difference >= 0) {
            throw new Damaged("body differs at byte " + (position + difference));
        }
        in.position(in.position() + run);
        position += run;
    }

    private void digit(byte next, int holeStart) throws Damaged {
        int digit = next - '0';
        if (digit < 0 || digit > 9) {
            throw new Damaged("body differs at byte " + position);
        }
        number = number * 10 + digit;
        position++;
        if (position == holeStart + Script.width(expected.holeKind(hole))) {
            listener.piece(expected.holeKind(hole), number);
            hole++;
            number = 0;
        }
    }
}
