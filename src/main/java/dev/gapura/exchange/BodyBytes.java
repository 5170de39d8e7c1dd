package dev.gapura.exchange;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Bytes of an answer that is collected whole, up to a limit.
final class BodyBytes {
    private static final int FIRST_BYTES = 2048;

    private final int limit;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    BodyBytes(int limit) {
        this.limit = limit;
    }

    /// Takes the readable bytes; what goes over the limit is left out.
    ///
    /// @return false when the limit is passed
    boolean add(ByteBuf more) {
        int count = Math.min(more.readableBytes(), limit - length);
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(length + count, bytes.length * 2)));
        }
        boolean fits = count == more.readableBytes();
        more.getBytes(more.readerIndex(), bytes, length, count);
        length += count;
        return fits;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
