package dev.gapura.access;

import dev.gapura.config.Config;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every virtual key that may call, by hash. Built at start and at each reload from the configuration and the
/// key file, swapped whole. Immutable; called on event loops: no I/O, no lock, one SHA-256 of a short text.
///
/// The presented key is hashed before anything is compared, so how long an answer takes says nothing about
/// how much of a guess was right.
public final class Keys {
    /// Longer ones are refused unread; ours have 54 characters, those of other issuers rarely more than 200.
    private static final int LONGEST_KEY = 512;

    private record Entry(byte[] hash, Principal principal) {}

    private final Map<Long, List<Entry>> byHead;

    private Keys(Map<Long, List<Entry>> byHead) {
        this.byHead = byHead;
    }

    /// Joins both sources. Where both hold the same key, the configuration decides what it may do.
    public static Keys of(List<Config.Key> configured, List<KeyStore.StoredKey> stored) {
        Map<Long, List<Entry>> byHead = new HashMap<>();
        for (Config.Key key : configured) {
            String secret = key.key().reveal();
            add(
                    byHead,
                    KeyHash.of(secret),
                    new Principal(
                            Principal.Holder.ofConfiguration(key.name()),
                            key.name(),
                            KeyHash.visiblePrefix(secret),
                            key.models(),
                            key.tools(),
                            key.offer(),
                            key.bodies()));
        }
        for (KeyStore.StoredKey key : stored) {
            Principal.Holder holder = Principal.Holder.ofFile(key.name());
            add(byHead, key.hash(), new Principal(holder, key.name(), key.prefix(), null, null, List.of(), null));
        }
        return new Keys(byHead);
    }

    private static void add(Map<Long, List<Entry>> byHead, byte[] hash, Principal principal) {
        byHead.computeIfAbsent(KeyHash.head(hash), head -> new ArrayList<>(1)).add(new Entry(hash, principal));
    }

    /// Whose key this is; null when nobody's.
    ///
    /// @param presented the key as the client sent it, without `Bearer`
    public @Nullable Principal authenticate(String presented) {
        if (presented.isEmpty() || presented.length() > LONGEST_KEY) {
            return null;
        }
        byte[] hash = KeyHash.of(presented);
        List<Entry> entries = byHead.get(KeyHash.head(hash));
        if (entries == null) {
            return null;
        }
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, hash)) {
                return entry.principal;
            }
        }
        return null;
    }

    /// Whether nobody at all can call.
    public boolean isEmpty() {
        return byHead.isEmpty();
    }
}
