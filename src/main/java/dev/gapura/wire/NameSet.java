package dev.gapura.wire;

import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The member names of every object that is open at the moment, to notice a name that comes twice.
///
/// The names of all open objects lie in one stack; an object that ends drops its names from the top. Names
/// are kept as offsets into the document, those written with escapes as offsets into a buffer of their own.
/// Up to [#LINEAR] names an object is searched from end to end, first by length and first eight bytes; beyond
/// that it gets a hash table, so that a document of a million names stays linear. The hash is keyed with
/// numbers drawn at start: nobody outside can prepare names that collide. Not thread-safe.
final class NameSet {
    private static final int LINEAR = 16;
    private static final long KEY;
    private static final long FACTOR;

    static {
        SecureRandom random = new SecureRandom();
        KEY = random.nextLong();
        FACTOR = random.nextLong() | 1;
    }

    /// Index of an object's first name, by depth.
    private final int[] bases;
    /// Hash table of an object with many names, by depth; cells hold a name's index + 1.
    private final int[] @Nullable [] tables;

    private int[] starts = new int[LINEAR * 2];
    private int[] ends = new int[LINEAR * 2];
    /// What is compared before the bytes are: a cheap mix, or the keyed hash once the object has a table.
    private long[] digests = new long[LINEAR * 2];
    private int count;
    private byte[] unescaped = new byte[0];
    private int unescapedLength;

    NameSet(int maxDepth) {
        this.bases = new int[maxDepth + 1];
        this.tables = new int[maxDepth + 1][];
    }

    void clear() {
        count = 0;
        unescapedLength = 0;
    }

    void open(int depth) {
        bases[depth] = count;
        tables[depth] = null;
    }

    void close(int depth) {
        count = bases[depth];
        if (count == 0) {
            unescapedLength = 0;
        }
    }

    int count() {
        return count;
    }

    /// Goes back to an earlier [#count()]; the names dropped will be added again in the same order.
    void rewind(int newCount) {
        count = newCount;
    }

    /// Adds a name to the object open at `depth`; false when it has that name already.
    ///
    /// @param from offset of the first byte after the opening quote
    /// @param to offset of the closing quote
    boolean add(byte[] bytes, int from, int to, boolean escaped, int depth) {
        if (count == starts.length) {
            grow();
        }
        int start = from;
        int end = to;
        byte[] source = bytes;
        if (escaped) {
            if (unescaped.length - unescapedLength < to - from) {
                unescaped = Arrays.copyOf(unescaped, Math.max(unescaped.length * 2, unescapedLength + to - from));
            }
            start = unescapedLength;
            end = JsonText.unescape(bytes, from, to, unescaped, start);
            unescapedLength = end;
            source = unescaped;
        }
        // The sign of a start tells the two sources apart.
        starts[count] = escaped ? ~start : start;
        ends[count] = end;
        int base = bases[depth];
        if (tables[depth] == null && count - base < LINEAR) {
            long digest = JsonText.word(source, start, end) + end - start;
            digests[count] = digest;
            for (int index = base; index < count; index++) {
                if (digests[index] == digest && same(bytes, index, source, start, end)) {
                    return false;
                }
            }
            count++;
            return true;
        }
        return addToTable(bytes, source, start, end, depth);
    }

    private boolean addToTable(byte[] bytes, byte[] source, int start, int end, int depth) {
        int base = bases[depth];
        int size = count - base;
        int[] table = tables[depth];
        if (table == null) {
            for (int index = base; index < count; index++) {
                int known = starts[index];
                digests[index] = known >= 0 ? hash(bytes, known, ends[index]) : hash(unescaped, ~known, ends[index]);
            }
        }
        if (table == null || size * 2 >= table.length) {
            table = new int[Integer.highestOneBit(Math.max(size, LINEAR)) * 4];
            for (int index = base; index < count; index++) {
                int cell = cell(digests[index], table);
                while (table[cell] != 0) {
                    cell = cell + 1 & table.length - 1;
                }
                table[cell] = index + 1;
            }
            tables[depth] = table;
        }
        long hash = hash(source, start, end);
        digests[count] = hash;
        int cell = cell(hash, table);
        while (table[cell] != 0) {
            int index = table[cell] - 1;
            if (index == count) {
                // Left from before a rewind: this very name.
                count++;
                return true;
            }
            if (index < count && digests[index] == hash && same(bytes, index, source, start, end)) {
                return false;
            }
            cell = cell + 1 & table.length - 1;
        }
        table[cell] = count + 1;
        count++;
        return true;
    }

    private static int cell(long hash, int[] table) {
        return (int) (hash >>> 32) & table.length - 1;
    }

    private boolean same(byte[] bytes, int index, byte[] source, int start, int end) {
        int known = starts[index];
        return known >= 0
                ? Arrays.equals(bytes, known, ends[index], source, start, end)
                : Arrays.equals(unescaped, ~known, ends[index], source, start, end);
    }

    /// Folded 64 × 64 bit multiplications over eight bytes at a time, as in wyhash, with secret start and
    /// factor.
    private static long hash(byte[] source, int start, int end) {
        long hash = KEY ^ (end - start);
        for (int at = start; at < end; at += 8) {
            hash = fold(hash ^ JsonText.word(source, at, end));
        }
        return fold(hash);
    }

    private static long fold(long value) {
        return value * FACTOR ^ Math.unsignedMultiplyHigh(value, FACTOR);
    }

    private void grow() {
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
        digests = Arrays.copyOf(digests, count * 2);
    }
}
