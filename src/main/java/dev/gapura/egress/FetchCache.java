package dev.gapura.egress;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What was fetched lately, by address: conversations send their pictures again with every turn. An entry is
/// good for a minute, or less if its server says so; then it is asked for again with its `ETag`. It is good
/// only under the rules under which it was fetched. Bounded in bytes and entries, the longest unused goes
/// first. Any thread.
final class FetchCache {
    /// Larger files are not kept.
    static final int LARGEST_BYTES = 4 << 20;
    static final int MAX_BYTES = 32 << 20;
    private static final int MAX_ENTRIES = 256;
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    /// After this long an entry is forgotten even if its server would know it again.
    private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

    /// @param source address that answered, after redirects
    /// @param etag its server's name for this content, null where there is none
    /// @param freshUntil until when it is good without asking, in the clock's nanoseconds
    /// @param keptUntil until when it is good if its server says so
    record Entry(
            EgressRules rules,
            Fetched fetched,
            WebAddress source,
            @Nullable String etag,
            long freshUntil,
            long keptUntil) {}

    private final LongSupplier nanoTime;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    FetchCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// What is kept of an address, fresh or not.
    synchronized @Nullable Entry get(String url, EgressRules rules) {
        Entry entry = entries.get(url);
        if (entry == null) {
            return null;
        }
        if (nanoTime.getAsLong() - entry.keptUntil >= 0 || !entry.rules.equals(rules)) {
            remove(url);
            return null;
        }
        return entry;
    }

    boolean isFresh(Entry entry) {
        return nanoTime.getAsLong() - entry.freshUntil < 0;
    }

    /// Keeps an answer, if its server allows.
    ///
    /// @param cacheControl its `Cache-Control`, empty where there is none
    void put(
            String url,
            EgressRules rules,
            Fetched fetched,
            WebAddress source,
            @Nullable String etag,
            String cacheControl) {
        CacheControl control = CacheControl.read(cacheControl);
        long freshNanos = Math.min(FRESH_NANOS, control.maxAgeNanos());
        if (control.mayKeep() && fetched.bytes().length <= LARGEST_BYTES && (freshNanos > 0 || etag != null)) {
            long now = nanoTime.getAsLong();
            long kept = etag == null ? freshNanos : KEPT_NANOS;
            store(url, new Entry(rules, fetched, source, etag, now + freshNanos, now + kept));
        } else {
            remove(url);
        }
    }

    private synchronized void store(String url, Entry entry) {
        remove(url);
        entries.put(url, entry);
        bytes += entry.fetched.bytes().length;
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > MAX_BYTES || entries.size() > MAX_ENTRIES) {
            bytes -= oldest.next().fetched.bytes().length;
            oldest.remove();
        }
    }

    private synchronized void remove(String url) {
        Entry old = entries.remove(url);
        if (old != null) {
            bytes -= old.fetched.bytes().length;
        }
    }

    synchronized long bytes() {
        return bytes;
    }
}
