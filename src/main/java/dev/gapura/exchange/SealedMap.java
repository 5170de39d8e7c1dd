package dev.gapura.exchange;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/// A map that forgets: bounded in bytes and in time, its values encrypted with a key that lives as long as the process
/// (AES-256-GCM, bound to their names). The oldest go first. Any thread; a call takes microseconds.
final class SealedMap {
    /// Bytes of an entry beside its content, roughly.
    private static final int ENTRY_BYTES = 200;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final LongSupplier clock;
    private final long keptMillis;
    private final long maxBytes;
    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long bytes;

    /// @param clock milliseconds
    /// @param keptMillis how long an entry is kept
    /// @param maxBytes of all entries together with their names
    SealedMap(LongSupplier clock, long keptMillis, long maxBytes) {
        this.clock = clock;
        this.keptMillis = keptMillis;
        this.maxBytes = maxBytes;
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES");
            generator.init(256);
            key = generator.generateKey();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private record Entry(byte[] sealed, long until) {}

    /// Keeps a value; one that would take more than a sixteenth of the whole is not kept.
    void put(String name, byte[] content) {
        Entry entry = new Entry(seal(name, content), clock.getAsLong() + keptMillis);
        long size = size(name, entry);
        if (size > maxBytes / 16) {
            return;
        }
        synchronized (entries) {
            Entry before = entries.remove(name);
            bytes += size - (before == null ? 0 : size(name, before));
            entries.put(name, entry);
            Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
            while (oldest.hasNext()) {
                Map.Entry<String, Entry> first = oldest.next();
                if (bytes <= maxBytes && first.getValue().until() > clock.getAsLong()) {
                    break;
                }
                bytes -= size(first.getKey(), first.getValue());
                oldest.remove();
            }
        }
    }

    /// The value of that name, null where there is none any more.
    byte @Nullable [] get(String name) {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(name);
        }
        return entry == null || entry.until() <= clock.getAsLong() ? null : open(name, entry.sealed());
    }

    /// Keeps a value longer, as if it had just been put, where less than so much of its time is left.
    ///
    /// @return whether that was so
    boolean renew(String name, long leftMillis) {
        long now = clock.getAsLong();
        synchronized (entries) {
            Entry entry = entries.get(name);
            if (entry == null || entry.until() <= now || entry.until() - now >= leftMillis) {
                return false;
            }
            entries.remove(name);
            entries.put(name, new Entry(entry.sealed(), now + keptMillis));
            return true;
        }
    }

    /// Bytes in use.
    long bytes() {
        synchronized (entries) {
            return bytes;
        }
    }

    private static long size(String name, Entry entry) {
        return ENTRY_BYTES + 2L * name.length() + entry.sealed().length;
    }

    private byte[] seal(String name, byte[] content) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(content);
            byte[] whole = new byte[NONCE_BYTES + sealed.length];
            System.arraycopy(nonce, 0, whole, 0, NONCE_BYTES);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return whole;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private byte[] open(String name, byte[] sealed) {
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, name, nonce).doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
