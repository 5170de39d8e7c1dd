package dev.gapura.wire;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compresses whole JSON answers for clients that ask for gzip; streams are never compressed. The caller
/// decides per answer, so that nothing stands in the way of streamed chunks. One instance per event loop, not
/// thread-safe: it keeps one deflater, whose set-up costs more than compressing a small answer.
public final class Gzip {
    /// Below this an answer fits one packet anyway.
    static final int MINIMUM_BYTES = 1400;

    /// Above this compressing would hold up everything else on the event loop (1 MiB takes some 10 ms).
    static final int MAXIMUM_BYTES = 1024 * 1024;

    /// Level 1: of the levels the one that costs least; JSON still shrinks to a third.
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);

    private final CRC32 crc = new CRC32();
    private final byte[] window = new byte[8192];

    /// Whether an answer of this length is worth it.
    public static boolean pays(int length) {
        return length >= MINIMUM_BYTES && length <= MAXIMUM_BYTES;
    }

    /// Whether `Accept-Encoding` names gzip, or `*`, with a weight above 0.
    public static boolean wanted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        boolean any = false;
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", 32)) {
            String[] pieces = part.strip().split(";", 2);
            String name = pieces[0].strip();
            boolean refused = pieces.length == 2 && pieces[1].strip().matches("q=0(\\.0*)?");
            if (name.equals("gzip") || name.equals("x-gzip")) {
                return !refused;
            }
            any |= name.equals("*") && !refused;
        }
        return any;
    }

    /// A range of `body` as one gzip member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).
    public byte[] gzip(byte[] body, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, (to - from) / 2));
        // Magic, deflate, no flags, no time, fastest, unknown system.
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 0xff});
        deflater.reset();
        deflater.setInput(body, from, to - from);
        deflater.finish();
        while (!deflater.finished()) {
            out.write(window, 0, deflater.deflate(window));
        }
        crc.reset();
        crc.update(body, from, to - from);
        writeLittleEndian(out, (int) crc.getValue());
        writeLittleEndian(out, to - from);
        return out.toByteArray();
    }

    private static void writeLittleEndian(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
    }
}
