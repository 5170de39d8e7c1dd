package dev.gapura.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What is kept of a virtual key: its SHA-256. Keys are 256 random bits, so a fast hash gives nothing away.
final class KeyHash {
    private KeyHash() {}

    static byte[] of(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /// The first eight bytes, to find a hash in a table.
    static long head(byte[] hash) {
        return ByteBuffer.wrap(hash).getLong();
    }

    /// What may be shown of a key: its fixed part and four characters, and never more than a third of it.
    static String visiblePrefix(String key) {
        int shown = key.startsWith(KeyStore.KEY_START) ? KeyStore.KEY_START.length() + 4 : 4;
        return key.substring(0, Math.min(shown, key.length() / 3));
    }
}
