package dev.gapura.telemetry;

import java.util.Arrays;

/// The first bytes of a body that comes in pieces, and its whole length. Not for several threads at once.
public final class Beginning {
    private static final int FIRST_BYTES = 1024;

    private final int most;
    private byte[] bytes = {};
    private int taken;
    private long length;

    /// @param most bytes that are kept
    Beginning(int most) {
        this.most = most;
    }

    /// Takes the next piece.
    public void add(byte[] piece, int from, int to) {
        int count = room(to - from);
        System.arraycopy(piece, from, bytes, taken, count);
        taken += count;
        length += to - from;
    }

    /// Makes room.
    ///
    /// @return how many of so many bytes are kept
    private int room(int more) {
        int count = Math.min(more, most - taken);
        if (taken + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(taken + count, FIRST_BYTES + 2 * bytes.length)));
        }
        return count;
    }

    Body body() {
        return new Body(Arrays.copyOf(bytes, taken), length);
    }
}
