package dev.gapura.tools.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines of a stream, each up to a length. One thread, which blocks.
final class Lines {
    private final InputStream in;
    private final int most;
    private boolean tooLong;

    /// @param in buffered
    /// @param most bytes of a line
    Lines(InputStream in, int most) {
        this.in = in;
        this.most = most;
    }

    /// The next line without its end, null where there is none or it is too long.
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toByteArray();
            }
            if (line.size() == most) {
                tooLong = true;
                return null;
            }
            line.write(next);
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    /// Whether a line was too long.
    boolean tooLong() {
        return tooLong;
    }
}
