package dev.gapura.server.edge;

import dev.gapura.failure.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Follows the chunked framing of one request body ([RFC 9112
/// 7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.1)), however the bytes are cut; the data between is
/// skipped by its announced length. Used by [EdgeHandler], one per connection, on its event loop. What it
/// passes has one reading: size in hexadecimal, CR LF where it must stand, and no control bytes in
/// extensions.
final class ChunkParser {
    static final int REFUSED = -1;

    /// Longest line of size and extensions; real clients send no extensions at all.
    private static final int LINE_BYTES = 256;

    private static final int TRAILER_BYTES = 4096;

    /// Framing may weigh as much as the data and this much more: a million chunks of one byte are an attack
    /// on whoever handles each chunk.
    private static final long FREE_OVERHEAD_BYTES = 16 * 1024;

    private enum Step {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        DONE
    }

    private Step step = Step.DONE;
    private long size;
    private int line;
    private int trailerBytes;
    private long dataBytes;
    private long framingBytes;
    private @Nullable Failure failure;

    void reset() {
        step = Step.SIZE;
        size = 0;
        line = 0;
        trailerBytes = 0;
        dataBytes = 0;
        framingBytes = 0;
        failure = null;
    }

    boolean done() {
        return step == Step.DONE;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    /// Reads `[from, to)` of the buffer by absolute index; gives where it stopped: `to`, or right behind the
    /// body when it is [#done], or [#REFUSED].
    int scan(ByteBuf bytes, int from, int to) {
        int i = from;
        while (i < to && step != Step.DONE) {
            if (step == Step.DATA) {
                int here = (int) Math.min(size, to - i);
                i += here;
                size -= here;
                dataBytes += here;
                if (size == 0) {
                    step = Step.DATA_CR;
                }
                continue;
            }
            Failure refused = framing(bytes.getByte(i++));
            if (refused != null) {
                failure = refused;
                return REFUSED;
            }
        }
        return i;
    }

    private @Nullable Failure framing(byte b) {
        if (++framingBytes > FREE_OVERHEAD_BYTES + dataBytes) {
            return Refusals.CHUNK_OVERHEAD;
        }
        return switch (step) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> expect(b, '\n', size == 0 ? Step.TRAILER_START : Step.DATA, Refusals.CHUNK_SIZE);
            case DATA_CR -> expect(b, '\r', Step.DATA_LF, Refusals.CHUNK_END);
            case DATA_LF -> {
                line = 0;
                yield expect(b, '\n', Step.SIZE, Refusals.CHUNK_END);
            }
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE -> trailer(b);
            case TRAILER_LF -> expect(b, '\n', Step.TRAILER_START, Refusals.TRAILER);
            case END_LF -> expect(b, '\n', Step.DONE, Refusals.TRAILER);
            case DATA, DONE -> throw new IllegalStateException();
        };
    }

    private @Nullable Failure expect(byte b, char wanted, Step next, Failure otherwise) {
        if (b != wanted) {
            return otherwise;
        }
        step = next;
        return null;
    }

    private @Nullable Failure size(byte b) {
        int digit = HttpBytes.hex(b);
        if (digit >= 0) {
            size = size << 4 | digit;
            // Netty's decoder counts chunk bytes in an int.
            return ++line > 16 || size > Integer.MAX_VALUE ? Refusals.CHUNK_SIZE : null;
        }
        if (line == 0) {
            return Refusals.CHUNK_SIZE;
        }
        if (b == ';') {
            step = Step.EXTENSION;
            return null;
        }
        return expect(b, '\r', Step.SIZE_LF, Refusals.CHUNK_SIZE);
    }

    private @Nullable Failure extension(byte b) {
        if (b == '\r') {
            step = Step.SIZE_LF;
            return null;
        }
        boolean plain = b >= 0x20 && b != 0x7f || b == '\t';
        return !plain || ++line > LINE_BYTES ? Refusals.CHUNK_EXTENSION : null;
    }

    /// Trailers are checked for form and otherwise ignored; nothing behind the guard reads them.
    private @Nullable Failure trailer(byte b) {
        if (++trailerBytes > TRAILER_BYTES) {
            return Refusals.TRAILER;
        }
        if (step == Step.TRAILER_START) {
            step = b == '\r' ? Step.END_LF : Step.TRAILER_NAME;
            return b == '\r' || HttpBytes.isToken(b) ? null : Refusals.TRAILER;
        }
        if (step == Step.TRAILER_NAME) {
            if (b == ':') {
                step = Step.TRAILER_VALUE;
                return null;
            }
            return HttpBytes.isToken(b) ? null : Refusals.TRAILER;
        }
        if (b == '\r') {
            step = Step.TRAILER_LF;
            return null;
        }
        return b >= 0x20 && b != 0x7f || b == '\t' ? null : Refusals.TRAILER;
    }
}
