package dev.gapura.ledger;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Bodies on disk: raw DEFLATE (RFC 1951), where a body is much like another one with that as dictionary. Stateless;
/// any thread.
final class Compression {
    private static final int CHUNK_BYTES = 8 * 1024;
    /// The window of DEFLATE, less what it looks ahead.
    private static final int DICTIONARY_BYTES = 32 * 1024 - 300;

    private static final byte[] NOTHING = {};

    private Compression() {}

    static byte[] compress(byte[] bytes) {
        return compress(bytes, NOTHING);
    }

    /// @param like what the bytes are much like; needed again to get them back
    static byte[] compress(byte[] bytes, byte[] like) {
        try (Deflater deflater = new Deflater(Deflater.BEST_SPEED, true)) {
            deflater.setDictionary(like, 0, Math.min(like.length, DICTIONARY_BYTES));
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3 + 16);
            byte[] chunk = new byte[CHUNK_BYTES];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        }
    }

    static byte[] expand(byte[] compressed) {
        return expand(compressed, NOTHING);
    }

    /// @param like as of [#compress(byte[], byte[])]
    static byte[] expand(byte[] compressed, byte[] like) {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setDictionary(like, 0, Math.min(like.length, DICTIONARY_BYTES));
            inflater.setInput(compressed);
            ByteArrayOutputStream out = new ByteArrayOutputStream(compressed.length * 3);
            byte[] chunk = new byte[CHUNK_BYTES];
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                if (count == 0) {
                    throw new IllegalStateException("a body that was kept is damaged");
                }
                out.write(chunk, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException damaged) {
            throw new IllegalStateException("a body that was kept is damaged", damaged);
        }
    }
}
