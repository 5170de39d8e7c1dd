package dev.gapura.access;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Appender;
import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every key of the database in memory. Event loops look one up without waiting for anything; a quarter of a second
/// after a change anywhere, every gateway knows it, because each asks for the number of the last change and reads what
/// is newer. While the database is away, what is known goes on working.
///
/// Whoever presents a key that is not known waits for one more such question, which all that come meanwhile share: a
/// key that was made elsewhere a moment ago works at once, and guessing costs the database a hundred short queries a
/// second at the most.
public final class KeyRing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    /// How often the database is asked for changes.
    private static final long POLL_MILLIS = 250;
    /// Time between two questions, whoever wants them.
    private static final long SPACING_MILLIS = 10;
    /// A database that takes longer is away, as far as callers are concerned. The question itself goes on:
    /// an answer with very many keys takes its time.
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(1_500);

    private static final long USE_MILLIS = TimeUnit.MINUTES.toMillis(1);
    private static final long USE_QUEUE_BYTES = 8 << 20;
    private static final int USE_BYTES = 64;

    /// SHA-256 of a secret. Equality takes the same time wherever two differ.
    private static final class Hash {
        private final byte[] bytes;

        Hash(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Hash hash && MessageDigest.isEqual(bytes, hash.bytes);
        }

        @Override
        public int hashCode() {
            return ByteBuffer.wrap(bytes).getInt();
        }
    }

    /// One secret of a key.
    private record KeySecret(byte[] hash, String keyId, String prefix, long untilMillis) {}

    /// A key; only when it was used last changes.
    private static final class Held {
        private final Principal principal;
        private final long expiresMillis;
        private final long revokedMillis;
        private volatile long usedMillis;

        Held(Principal principal, long expiresMillis, long revokedMillis) {
            this.principal = principal;
            this.expiresMillis = expiresMillis;
            this.revokedMillis = revokedMillis;
        }
    }

    private record Use(String keyId, long millis) {}

    /// @param why of [#barred], null: it may call
    private record Bar(String id, @Nullable String why) {}

    /// What is newer than a revision.
    private record News(long revision, List<KeySecret> secrets, Map<String, Held> keys, List<Bar> holders) {}

    /// What [#principal] reads, of every key.
    static final String KEYS = "SELECT id, organization, team, person, name, expires_ms, revoked_ms, policy,"
            + " (SELECT prefix FROM key_secret WHERE api_key = api_key.id AND until_ms IS NULL) FROM api_key";

    private static final String ORGANIZATION = "organization";
    private static final String TEAM = "team";
    private static final String PERSON = "person";
    private static final String VIEWER = "viewer";
    private static final KeyCheck UNKNOWN = new KeyCheck.Unknown();
    private static final long NEVER = Long.MAX_VALUE;
    private static final GatewayException AWAY = new GatewayException(Failure.of(
                    FailureKind.UNAVAILABLE,
                    "This gateway cannot tell now whether it knows this credential: its database does not answer. Try"
                            + " again in a moment.")
            .withCode("storage_unavailable")
            .withRetryAfter(Duration.ofSeconds(1))
            .withRetryable(true));

    private final Database database;
    private final InstantSource clock;
    private final Appender<Use> uses;
    private final Map<Hash, KeySecret> secrets = new ConcurrentHashMap<>();
    private final Map<String, Held> keys = new ConcurrentHashMap<>();
    private final Map<String, String> barred = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("key-ring").daemon().factory());

    private final Object turn = new Object();
    private @Nullable CompletableFuture<Void> running;
    private @Nullable CompletableFuture<Void> next;
    private volatile long begunNanos = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);
    private volatile long revision = -1;
    private volatile boolean closed;

    /// @param database the configuration's, not yet started
    /// @param clock tells when keys expire
    public KeyRing(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        uses = database.appender(KeyRing::writeUses, USE_QUEUE_BYTES);
    }

    /// Begins to ask for changes. Once, after the store was started.
    public void start() {
        timer.scheduleWithFixedDelay(this::poll, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Ends it.
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        synchronized (turn) {
            for (CompletableFuture<Void> waiting : Arrays.asList(running, next)) {
                if (waiting != null) {
                    waiting.completeExceptionally(AWAY);
                }
            }
        }
    }

    /// What a key is, as known here and now. Called on event loops: no I/O, no lock.
    ///
    /// @param hash SHA-256 of what was presented
    KeyCheck check(byte[] hash) {
        KeySecret secret = secrets.get(new Hash(hash));
        Held held = secret == null ? null : keys.get(secret.keyId());
        if (secret == null || held == null) {
            return UNKNOWN;
        }
        long now = clock.millis();
        Principal principal = held.principal;
        if (held.revokedMillis <= now) {
            return new KeyCheck.Revoked(principal, Instant.ofEpochMilli(held.revokedMillis));
        }
        if (secret.untilMillis() <= now) {
            return new KeyCheck.Revoked(principal, Instant.ofEpochMilli(secret.untilMillis()));
        }
        if (held.expiresMillis <= now) {
            return new KeyCheck.Expired(principal, Instant.ofEpochMilli(held.expiresMillis));
        }
        Principal.Holder holder = principal.holder();
        String what = barred(holder);
        if (VIEWER.equals(what)) {
            return new KeyCheck.Viewers(principal);
        }
        if (what != null) {
            return new KeyCheck.Disabled(principal, what);
        }
        if (now - held.usedMillis >= USE_MILLIS) {
            held.usedMillis = now;
            uses.add(new Use(holder.keyId(), now), USE_BYTES);
        }
        return new KeyCheck.Accepted(principal);
    }

    /// `organization`, `team` or `person` where that is disabled, `viewer` where the person is one, or
    /// null.
    private @Nullable String barred(Principal.Holder holder) {
        if (barred.isEmpty()) {
            return null;
        }
        String what = holder.organization() == null ? null : barred.get(holder.organization());
        if (what == null && holder.team() != null) {
            what = barred.get(holder.team());
        }
        return what == null && holder.person() != null ? barred.get(holder.person()) : what;
    }

    /// Asks the database for what has changed, beginning after this call. The future fails with a
    /// [GatewayException], 503, while the database is away.
    public CompletableFuture<Void> refresh() {
        return soon(asked().copy());
    }

    private CompletableFuture<Void> asked() {
        synchronized (turn) {
            if (running == null) {
                CompletableFuture<Void> begun = new CompletableFuture<>();
                running = begun;
                begin(begun);
                return begun;
            }
            if (next == null) {
                next = new CompletableFuture<>();
            }
            return next;
        }
    }

    /// The same answer, or a [GatewayException], 503, where it does not come in time.
    <T> CompletableFuture<T> soon(CompletableFuture<T> answer) {
        return answer.orTimeout(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS).exceptionallyCompose(failed -> {
            LOG.debug("the database could not be asked for who this is", failed);
            return CompletableFuture.failedFuture(AWAY);
        });
    }

    /// Number of keys in memory.
    public int size() {
        return keys.size();
    }

    private void poll() {
        boolean idle;
        synchronized (turn) {
            idle = running == null;
        }
        if (idle) {
            // Whether it succeeds concerns only those who wait for it.
            asked();
        }
    }

    /// In its turn, and not at once after the one before.
    private void begin(CompletableFuture<Void> waiting) {
        long early = SPACING_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
        if (early <= 0) {
            ask(waiting);
            return;
        }
        try {
            timer.schedule(() -> ask(waiting), early, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException over) {
            waiting.completeExceptionally(AWAY);
        }
    }

    private void ask(CompletableFuture<Void> waiting) {
        long known = revision;
        begunNanos = System.nanoTime();
        database.read(sql -> news(sql, known)).whenComplete((news, failed) -> {
            if (news != null) {
                take(news);
            }
            done(waiting, failed);
        });
    }

    private void done(CompletableFuture<Void> waiting, @Nullable Throwable failed) {
        synchronized (turn) {
            CompletableFuture<Void> after = next;
            next = null;
            running = after;
            if (after != null && !closed) {
                begin(after);
            }
        }
        if (failed == null) {
            waiting.complete(null);
        } else {
            LOG.debug("keys could not be asked for", failed);
            waiting.completeExceptionally(AWAY);
        }
    }

    private void take(News news) {
        if (news.revision() <= revision) {
            return;
        }
        keys.putAll(news.keys());
        news.secrets().forEach(secret -> secrets.put(new Hash(secret.hash()), secret));
        news.holders().forEach(holder -> {
            if (holder.why() == null) {
                barred.remove(holder.id());
            } else {
                barred.put(holder.id(), holder.why());
            }
        });
        if (revision < 0 && !news.keys().isEmpty()) {
            LOG.debug("{} keys of the database", news.keys().size());
        }
        revision = news.revision();
    }

    private static News news(Sql sql, long known) throws SQLException {
        long current = sql.number("SELECT value FROM revision WHERE name = 'access'");
        if (current <= known) {
            return new News(known, List.of(), Map.of(), List.of());
        }
        Map<String, Held> keys = new HashMap<>();
        for (Held held : sql.list(KEYS + " WHERE revision > ?", KeyRing::held, known)) {
            keys.put(held.principal.holder().keyId(), held);
        }
        List<KeySecret> secrets = sql.list(
                "SELECT hash, api_key, prefix, until_ms FROM key_secret WHERE revision > ?",
                row -> new KeySecret(row.getBytes(1), row.getString(2), row.getString(3), moment(row, 4)),
                known);
        List<Bar> holders = new ArrayList<>(holders(sql, ORGANIZATION, "0 = 1", known));
        holders.addAll(holders(sql, TEAM, "0 = 1", known));
        holders.addAll(holders(sql, PERSON, "role = '" + Role.VIEWER.text() + "'", known));
        return new News(current, secrets, keys, holders);
    }

    /// @param viewer condition in SQL
    private static List<Bar> holders(Sql sql, String table, String viewer, long known) throws SQLException {
        // Those that always could call need not be known.
        return sql.list(
                "SELECT id, CASE WHEN disabled_ms IS NOT NULL THEN '" + table + "' WHEN " + viewer + " THEN '" + VIEWER
                        + "' END FROM " + table + " WHERE revision > ?"
                        + (known < 0 ? " AND (disabled_ms IS NOT NULL OR " + viewer + ")" : ""),
                row -> new Bar(row.getString(1), row.getString(2)),
                known);
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(principal(row), moment(row, 6), moment(row, 7));
    }

    /// Whose a row of [#KEYS] is.
    static Principal principal(ResultSet row) throws SQLException {
        Principal.Holder holder =
                new Principal.Holder(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        String prefix = row.getString(9);
        return new Principal(holder, row.getString(5), prefix == null ? "" : prefix, Policy.stored(row.getString(8)));
    }

    private static long moment(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? NEVER : millis;
    }

    private static void writeUses(Sql sql, List<Use> items) throws SQLException {
        for (Use use : items) {
            sql.update(
                    "INSERT INTO key_use (api_key, last_ms) VALUES (?, ?) ON CONFLICT (api_key)"
                            + " DO UPDATE SET last_ms = excluded.last_ms WHERE excluded.last_ms > key_use.last_ms",
                    use.keyId(),
                    use.millis());
        }
    }
}
