package dev.gapura.wire;

import java.util.List;

/// A document in pieces: ranges of the original and what was put between them. It is copied once, to where it
/// is sent from. Immutable as long as nobody writes to the original; any thread.
public final class Spliced {
    /// Takes the pieces in order.
    @FunctionalInterface
    public interface Target {
        void write(byte[] bytes, int from, int length);
    }

    private final List<Piece> pieces;
    private final int length;

    Spliced(List<Piece> pieces, int length) {
        this.pieces = pieces;
        this.length = length;
    }

    /// A document in one piece.
    public static Spliced of(byte[] whole) {
        return new Spliced(List.of(new Piece(whole, 0, whole.length)), whole.length);
    }

    /// Bytes of the whole document.
    public int length() {
        return length;
    }

    /// Writes the document to `target`, piece by piece.
    public void writeTo(Target target) {
        for (Piece piece : pieces) {
            target.write(piece.bytes(), piece.from(), piece.to() - piece.from());
        }
    }

    /// The first bytes of the document as one new array.
    ///
    /// @param most how many at most
    public byte[] beginning(int most) {
        byte[] first = new byte[Math.min(most, length)];
        int at = 0;
        for (Piece piece : pieces) {
            int count = Math.min(piece.to() - piece.from(), first.length - at);
            System.arraycopy(piece.bytes(), piece.from(), first, at, count);
            at += count;
        }
        return first;
    }

    /// The document as one new array.
    public byte[] toBytes() {
        byte[] all = new byte[length];
        int at = 0;
        for (Piece piece : pieces) {
            System.arraycopy(piece.bytes(), piece.from(), all, at, piece.to() - piece.from());
            at += piece.to() - piece.from();
        }
        return all;
    }
}
