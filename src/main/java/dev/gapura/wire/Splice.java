package dev.gapura.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// A new document from an old one and a list of edits, without reading the rest: how a client's body becomes
/// a provider's body. The original is never written to, since a second attempt may need it again.
///
/// Edits are given in any order, with offsets into the original. They must not overlap; insertions at one
/// place keep the order in which they were given. Removing members takes their commas along, in any
/// combination. For one thread and one use.
public final class Splice {
    private enum Kind {
        REPLACE,
        REMOVE_MEMBER,
        ADD_MEMBER
    }

    private static final class Edit {
        final Kind kind;
        int from;
        int to;
        byte[] with;

        Edit(Kind kind, int from, int to, byte[] with) {
            this.kind = kind;
            this.from = from;
            this.to = to;
            this.with = with;
        }
    }

    private static final byte[] NOTHING = {};

    private final byte[] original;
    private final int length;
    private final List<Edit> edits = new ArrayList<>();

    /// @param original a valid JSON document
    /// @param length how many bytes of it count
    public Splice(byte[] original, int length) {
        Objects.checkFromToIndex(0, length, original.length);
        this.original = original;
        this.length = length;
    }

    /// Puts `with` in place of the bytes from `from` up to, not including, `to`.
    public Splice replace(int from, int to, byte[] with) {
        Objects.checkFromToIndex(from, to, length);
        edits.add(new Edit(Kind.REPLACE, from, to, with));
        return this;
    }

    /// Puts `what` before the byte at `at`.
    public Splice insert(int at, byte[] what) {
        return replace(at, at, what);
    }

    /// Takes a member out of its object, with the comma that parted it from its neighbours.
    ///
    /// @param nameStart offset of the opening quote of its name
    /// @param valueEnd offset after its value
    public Splice removeMember(int nameStart, int valueEnd) {
        Objects.checkFromToIndex(nameStart, valueEnd, length);
        edits.add(new Edit(Kind.REMOVE_MEMBER, nameStart, valueEnd, NOTHING));
        return this;
    }

    /// Puts a member first into an object, with a comma where others follow.
    ///
    /// @param objectStart offset of the opening brace
    /// @param member name, colon and value as they shall stand there
    public Splice addMember(int objectStart, byte[] member) {
        Objects.checkIndex(objectStart, length);
        if (original[objectStart] != '{') {
            throw new IllegalArgumentException("no object begins at offset " + objectStart);
        }
        edits.add(new Edit(Kind.ADD_MEMBER, objectStart + 1, objectStart + 1, member));
        return this;
    }

    /// The new document as one array of exactly its length.
    ///
    /// @throws IllegalArgumentException when edits overlap
    public byte[] apply() {
        return spliced().toBytes();
    }

    /// The new document, not put together yet.
    ///
    /// @throws IllegalArgumentException when edits overlap
    public Spliced spliced() {
        edits.sort(Comparator.<Edit>comparingInt(edit -> edit.from).thenComparingInt(edit -> edit.to));
        for (int index = 0; index < edits.size(); index++) {
            if (edits.get(index).kind == Kind.REMOVE_MEMBER) {
                takeComma(index);
            }
        }
        int size = length;
        int reached = 0;
        for (int index = 0; index < edits.size(); index++) {
            Edit edit = edits.get(index);
            if (edit.from < reached) {
                throw new IllegalArgumentException("edits overlap at offset " + edit.from);
            }
            reached = edit.to;
            if (edit.kind == Kind.ADD_MEMBER && hasFollower(index)) {
                edit.with = Arrays.copyOf(edit.with, edit.with.length + 1);
                edit.with[edit.with.length - 1] = ',';
            }
            size += edit.with.length - (edit.to - edit.from);
        }
        List<Piece> pieces = new ArrayList<>(2 * edits.size() + 1);
        int in = 0;
        for (Edit edit : edits) {
            add(pieces, original, in, edit.from);
            add(pieces, edit.with, 0, edit.with.length);
            in = edit.to;
        }
        add(pieces, original, in, length);
        return new Spliced(pieces, size);
    }

    private static void add(List<Piece> pieces, byte[] bytes, int from, int to) {
        if (from < to) {
            pieces.add(new Piece(bytes, from, to));
        }
    }

    /// Whether another member will stand after the one added by the edit of that index.
    private boolean hasFollower(int index) {
        int at = JsonText.white(original, edits.get(index).to, length);
        for (int next = index + 1; next < edits.size(); next++) {
            Edit edit = edits.get(next);
            if (edit.kind == Kind.ADD_MEMBER && edit.to == edits.get(index).to) {
                return true;
            }
            if (edit.kind == Kind.REMOVE_MEMBER && edit.from <= at && at < edit.to) {
                at = JsonText.white(original, edit.to, length);
            }
        }
        return at < length && original[at] != '}';
    }

    /// Widens the removal of a member to the comma after it, or for a last member to the one before it. Where
    /// that one went with the member before, the one before that member goes too.
    private void takeComma(int index) {
        Edit edit = edits.get(index);
        int after = JsonText.white(original, edit.to, length);
        if (after < length && original[after] == ',') {
            edit.to = after + 1;
            return;
        }
        Edit first = edit;
        for (int before = index - 1; ; before--) {
            int comma = first.from - 1;
            while (comma >= 0 && original[comma] <= ' ') {
                comma--;
            }
            if (comma < 0 || original[comma] != ',') {
                return;
            }
            if (before < 0 || edits.get(before).to <= comma) {
                first.from = comma;
                return;
            }
            first = edits.get(before);
        }
    }
}
