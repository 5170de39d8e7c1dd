package bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Bytes known in advance, but for holes of a fixed width that take a decimal number. Requests, answers and events are
/// all scripts: the mock writes them, the load generator compares what arrives with them byte for byte, so that a lost,
/// doubled, reordered or altered event cannot go unseen.
///
/// Immutable, shared by threads.
final class Script {
    /// What a hole holds: the number of the request, or the moment (nanoseconds of the monotonic clock, which all
    /// processes of a machine share) at which this piece was due.
    enum Hole {
        ID,
        AT,
        /// Seconds since 1970: read and not looked at.
        CLOCK
    }

    /// Digits in a hole: enough for the monotonic clock of a machine that runs for a hundred days.
    static final int WIDTH = 16;

    /// Put where a text shall have a hole.
    static final String ID = "\u0001".repeat(WIDTH);

    /// Put where a text shall have a hole for a moment.
    static final String AT = "\u0002".repeat(WIDTH);

    /// Put where a text shall have any time in whole seconds.
    static final String CLOCK = "\u0003".repeat(10);

    private final byte[] bytes;
    private final int[] positions;
    private final Hole[] kinds;

    private Script(byte[] bytes, int[] positions, Hole[] kinds) {
        this.bytes = bytes;
        this.positions = positions;
        this.kinds = kinds;
    }

    /// @param text ASCII with [#ID] and [#AT] where the holes are
    static Script of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        List<Integer> positions = new ArrayList<>();
        List<Hole> kinds = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] >= 1 && bytes[i] <= 3) {
                Hole kind = Hole.values()[bytes[i] - 1];
                positions.add(i);
                kinds.add(kind);
                i += width(kind) - 1;
            }
        }
        return new Script(bytes, positions.stream().mapToInt(Integer::intValue).toArray(), kinds.toArray(Hole[]::new));
    }

    /// Digits in a hole of this kind.
    static int width(Hole kind) {
        return kind == Hole.CLOCK ? CLOCK.length() : WIDTH;
    }

    int length() {
        return bytes.length;
    }

    int holes() {
        return positions.length;
    }

    int holePosition(int hole) {
        return positions[hole];
    }

    Hole holeKind(int hole) {
        return kinds[hole];
    }

    /// The bytes, not to be changed.
    byte[] bytes() {
        return bytes;
    }

    /// Appends the script with its holes filled.
    void writeTo(ByteBuffer target, long id, long at) {
        int base = target.position();
        target.put(bytes);
        for (int hole = 0; hole < positions.length; hole++) {
            if (kinds[hole] != Hole.CLOCK) {
                digits(target, base + positions[hole], kinds[hole] == Hole.ID ? id : at);
            }
        }
    }

    /// Writes `value` into the hole that starts at `position`.
    static void digits(ByteBuffer target, int position, long value) {
        long rest = value;
        for (int i = WIDTH - 1; i >= 0; i--) {
            target.put(position + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
