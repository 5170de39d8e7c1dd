package dev.gapura.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// Reads one HTTP/1.1 response body off a socket, strictly: chunked, by length or to the end of the connection.
final class Body {
    private static final int PART_BYTES = 16 * 1024;
    private static final byte[] END = {};

    private final boolean chunked;
    private final boolean untilClose;
    private long left;
    private boolean ended;
    private boolean insideChunks;

    Body(long left, boolean chunked, boolean untilClose) {
        this.left = left;
        this.chunked = chunked;
        this.untilClose = untilClose;
        this.ended = !chunked && !untilClose && left == 0;
    }

    static Body of(RawClient.Head head) {
        Map<String, String> headers = head.headers();
        if (head.status() == 204 || head.status() == 304) {
            return new Body(0, false, false);
        }
        String coding = headers.get("transfer-encoding");
        if (coding != null) {
            if (!coding.toLowerCase(Locale.ROOT).equals("chunked")) {
                throw new IllegalStateException("transfer-encoding: " + coding);
            }
            return new Body(0, true, false);
        }
        String length = headers.get("content-length");
        return length == null ? new Body(0, false, true) : new Body(Long.parseLong(length), false, false);
    }

    /// The next bytes, at least one; none at the end.
    byte[] read(InputStream in) throws IOException {
        if (ended) {
            return END;
        }
        if (untilClose) {
            byte[] part = some(in, PART_BYTES);
            ended = part.length == 0;
            return part;
        }
        if (chunked && left == 0) {
            openChunk(in);
            if (ended) {
                return END;
            }
        }
        byte[] part = some(in, (int) Math.min(left, PART_BYTES));
        if (part.length == 0) {
            throw new EOFException("connection ended inside the body, " + left + " bytes missing");
        }
        left -= part.length;
        ended = !chunked && left == 0;
        return part;
    }

    private void openChunk(InputStream in) throws IOException {
        if (insideChunks && !line(in).isEmpty()) {
            throw new IOException("no line end behind a chunk");
        }
        insideChunks = true;
        String size = line(in).split(";", 2)[0].strip();
        left = Long.parseLong(size, 16);
        if (left == 0) {
            while (!line(in).isEmpty()) {
                // trailers
            }
            ended = true;
        }
    }

    private static byte[] some(InputStream in, int most) throws IOException {
        byte[] bytes = new byte[most];
        int read = in.read(bytes);
        return read <= 0 ? END : Arrays.copyOf(bytes, read);
    }

    /// A line without its CR LF, as ISO-8859-1.
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int one = in.read();
            if (one < 0) {
                throw new EOFException("connection ended inside the line '" + line + "'");
            }
            if (one == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new IOException("bare LF behind '" + line + "'");
                }
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append((char) one);
        }
    }
}
