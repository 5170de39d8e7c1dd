package dev.gapura.dialect.openai;

import dev.gapura.wire.JsonScanner;
import java.util.Arrays;

/// Where a value stands in the array that was scanned. Reusable; not thread-safe.
final class JsonRange {
    private static final byte[] NOTHING = {};

    private int start = -1;
    private int end = -1;

    void clear() {
        start = -1;
        end = -1;
    }

    /// Takes the value behind the name that the scanner stands on, and leaves the scanner on its end.
    void set(JsonScanner json) {
        json.skip();
        start = json.start();
        end = json.end();
    }

    /// Whether there is a value, and more of it than two quotes.
    boolean holds() {
        return end - start > 2;
    }

    byte[] copy(byte[] data) {
        return start < 0 ? NOTHING : Arrays.copyOfRange(data, start, end);
    }

    boolean equals(byte[] data, byte[] other) {
        return start >= 0 && Arrays.equals(data, start, end, other, 0, other.length);
    }
}
