package dev.gapura.access;

import dev.gapura.config.Config;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Every virtual key that may call: those of the configuration and of the key file, by hash, and behind them those of
/// the database. Built at start and at each reload, swapped whole. Called on event loops: no I/O, no lock, one SHA-256
/// of a short text.
///
/// The presented key is hashed before anything is compared, so how long an answer takes says nothing about
/// how much of a guess was right.
public final class Keys {
    /// Longer ones are refused unread; ours have 54 characters, those of other issuers rarely more than
    /// 200.
    private static final int LONGEST_KEY = 512;

    private static final KeyCheck UNKNOWN = new KeyCheck.Unknown();

    private record Entry(byte[] hash, Principal principal) {}

    private final Map<Long, List<Entry>> byHead;
    private final KeyRing ring;
    private final Sessions sessions;

    private Keys(Map<Long, List<Entry>> byHead, KeyRing ring, Sessions sessions) {
        this.byHead = byHead;
        this.ring = ring;
        this.sessions = sessions;
    }

    /// Joins the sources. Where several hold the same key, the configuration decides what it may do, then
    /// the file.
    ///
    /// @param ring keys of the database
    /// @param sessions who is logged in
    public static Keys of(
            List<Config.Key> configured, List<KeyStore.StoredKey> stored, KeyRing ring, Sessions sessions) {
        Map<Long, List<Entry>> byHead = new HashMap<>();
        for (Config.Key key : configured) {
            String secret = key.key().reveal();
            Principal principal = new Principal(
                    Principal.Holder.ofConfiguration(key.name()),
                    key.name(),
                    KeyHash.visiblePrefix(secret),
                    Policy.of(key));
            add(byHead, KeyHash.of(secret), principal);
        }
        for (KeyStore.StoredKey key : stored) {
            Principal.Holder holder = Principal.Holder.ofFile(key.name());
            add(byHead, key.hash(), new Principal(holder, key.name(), key.prefix(), Policy.ANYTHING));
        }
        return new Keys(byHead, ring, sessions);
    }

    private static void add(Map<Long, List<Entry>> byHead, byte[] hash, Principal principal) {
        byHead.computeIfAbsent(KeyHash.head(hash), head -> new ArrayList<>(1)).add(new Entry(hash, principal));
    }

    /// What a presented key is. [KeyCheck.Unknown] is final only after a [#refresh].
    ///
    /// @param presented the key as the client sent it, without `Bearer`
    public KeyCheck check(String presented) {
        if (presented.isEmpty() || presented.length() > LONGEST_KEY) {
            return UNKNOWN;
        }
        byte[] hash = KeyHash.of(presented);
        Principal known = known(hash);
        return known == null ? ring.check(hash) : new KeyCheck.Accepted(known);
    }

    private @Nullable Principal known(byte[] hash) {
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

    /// The same, after a [#refresh] where that is needed: final. Fails with a
    /// [dev.gapura.failure.GatewayException], 503, for a key that is not known while the database is away.
    public CompletableFuture<KeyCheck> find(String presented) {
        KeyCheck check = check(presented);
        return check instanceof KeyCheck.Unknown
                ? refresh().thenApply(asked -> check(presented))
                : CompletableFuture.completedFuture(check);
    }

    /// The session of a token; empty where it is none any more. Fails with a
    /// [dev.gapura.failure.GatewayException], 503, while the database is away.
    public CompletableFuture<Optional<Session>> session(String token) {
        return ring.soon(sessions.find(token));
    }

    /// What the person of a key may do with it; empty where the key is nobody's. Fails as [#session] does.
    public CompletableFuture<Optional<Authority>> authority(Principal principal) {
        return ring.soon(sessions.authority(principal));
    }

    /// Asks the database for keys that were made elsewhere a moment ago. Fails with a
    /// [dev.gapura.failure.GatewayException], 503, while it is away.
    public CompletableFuture<Void> refresh() {
        return ring.refresh();
    }
}
