package dev.gapura.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// A page as it goes out, of which all but the head is the same in every answer and is compressed once: an answer costs
/// the compression of its head alone, some kilobytes. Immutable; any thread.
final class PreparedPage {
    /// Magic, deflate, no flags, no time, no extra flags, unknown system
    /// ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).
    private static final byte[] MEMBER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /// For the head: level at which zlib is neither slow nor large.
    private static final int LEVEL = 6;

    private final byte[] rest;
    private final byte[] deflated;

    private PreparedPage(byte[] rest, byte[] deflated) {
        this.rest = rest;
        this.deflated = deflated;
    }

    /// Takes some ten milliseconds for a large page.
    ///
    /// @param rest what follows the head in every answer
    static PreparedPage of(String rest) {
        byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
        return new PreparedPage(bytes, deflate(bytes, Deflater.BEST_COMPRESSION, true));
    }

    /// The page with this head.
    byte[] plain(String head) {
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        byte[] page = new byte[first.length + rest.length];
        System.arraycopy(first, 0, page, 0, first.length);
        System.arraycopy(rest, 0, page, first.length, rest.length);
        return page;
    }

    /// The same as one gzip member: in it a deflated text may follow another that ended at a byte and was not
    /// the last.
    byte[] gzip(String head) {
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(first.length / 2 + deflated.length + 64);
        out.writeBytes(MEMBER);
        out.writeBytes(deflate(first, LEVEL, false));
        out.writeBytes(deflated);
        CRC32 sum = new CRC32();
        sum.update(first);
        sum.update(rest);
        littleEndian(out, (int) sum.getValue());
        littleEndian(out, first.length + rest.length);
        return out.toByteArray();
    }

    /// @param last whether the text ends here, rather than at a byte after which more follows
    private static byte[] deflate(byte[] bytes, int level, boolean last) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(bytes);
            if (last) {
                deflater.finish();
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3 + 64);
            byte[] window = new byte[8192];
            int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
            // A flush is over when it leaves room in the window.
            for (int count = window.length; count == window.length; ) {
                count = deflater.deflate(window, 0, window.length, flush);
                out.write(window, 0, count);
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void littleEndian(ByteArrayOutputStream out, int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
    }
}
