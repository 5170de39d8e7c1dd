package dev.gapura.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Audit;
import dev.gapura.access.Authority;
import dev.gapura.config.Secret;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.SealException;
import dev.gapura.store.Sealer;
import dev.gapura.store.Sql;
import dev.gapura.store.StoreException;
import dev.gapura.store.Work;
import dev.gapura.wire.JsonTree;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys at providers that were added through the administration, sealed in the database. Every gateway asks for the
/// number of the last change twice a second. One instance a process; any thread; methods do not block.
public final class ProviderKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderKeys.class);

    private static final String PURPOSE = "provider-key";
    private static final String COLUMNS =
            "id, provider, name, hint, sealed, created_ms, created_by, changed_ms, disabled_ms";
    private static final Duration POLL = Duration.ofMillis(500);
    /// Of a key that is shown, so that people can tell keys apart; of a shorter one nothing is.
    private static final int HINT = 4;

    private static final int LONG_ENOUGH = 16;
    /// Keys of one provider.
    private static final int MOST = 100;

    private final Database database;
    private final Sealer sealer;
    private final InstantSource clock;
    private final ReentrantLock looking = new ReentrantLock();
    private final Thread thread = Thread.ofVirtual().name("provider-keys").unstarted(this::watch);
    private volatile Runnable changed = () -> {};
    private volatile Map<String, List<Secret>> usable = Map.of();
    private volatile long revision = -1;

    /// A key as it is shown.
    ///
    /// @param name for people
    /// @param hint its last characters
    /// @param createdMillis when, in milliseconds since 1970
    /// @param createdBy who, as the audit names them
    /// @param disabledMillis null where it is in use
    public record Shown(
            String id,
            String provider,
            String name,
            String hint,
            long createdMillis,
            String createdBy,
            long changedMillis,
            @Nullable Long disabledMillis) {}

    private record Row(Shown shown, String sealed) {
        static Row read(ResultSet row) throws SQLException {
            long disabled = row.getLong(9);
            return new Row(
                    new Shown(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getLong(6),
                            row.getString(7),
                            row.getLong(8),
                            disabled == 0 ? null : disabled),
                    row.getString(5));
        }
    }

    /// @param database the configuration's half
    public ProviderKeys(Database database, Sealer sealer, InstantSource clock) {
        this.database = database;
        this.sealer = sealer;
        this.clock = clock;
    }

    /// Begins to ask for changes. Once, after the store was started.
    ///
    /// @param listener called after each change that was noticed, on a virtual thread; may block
    public void start(Runnable listener) {
        changed = listener;
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /// Keys that are in use, by provider, as they were when the database last told.
    public Map<String, List<Secret>> usable() {
        return usable;
    }

    /// All keys of a provider, the oldest first.
    public CompletableFuture<List<Shown>> list(String provider) {
        return database.read(sql -> rows(sql).stream()
                .map(Row::shown)
                .filter(one -> one.provider().equals(provider))
                .toList());
    }

    /// Adds a key.
    ///
    /// @param name for people
    public CompletableFuture<Shown> add(Authority who, String provider, String name, String key) {
        long now = clock.millis();
        Shown made = new Shown("pk_" + UUID.randomUUID(), provider, name, hint(key), now, who.actor(), now, null);
        return commit(sql -> {
            if (sql.number("SELECT count(*) FROM provider_key WHERE provider = ?", provider) >= MOST) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "too_many_keys",
                        "A provider has at most " + MOST + " keys. Delete one that is not used any more.");
            }
            sql.update(
                    "INSERT INTO provider_key (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                    made.id(),
                    provider,
                    name,
                    made.hint(),
                    seal(made, key),
                    now,
                    made.createdBy(),
                    now);
            audit(sql, who, "provider_key.add", null, made);
            return made;
        });
    }

    /// Changes a key. What is null stays as it is.
    ///
    /// @param key takes the place of the former one
    /// @param disabled whether it is out of use
    /// @return fails with a [GatewayException] where there is no such key
    public CompletableFuture<Shown> change(
            Authority who,
            String provider,
            String id,
            @Nullable String name,
            @Nullable String key,
            @Nullable Boolean disabled) {
        return commit(sql -> {
            Row row = found(sql, provider, id);
            Shown before = row.shown();
            long now = clock.millis();
            Long since = before.disabledMillis();
            Shown after = new Shown(
                    id,
                    provider,
                    name == null ? before.name() : name,
                    key == null ? before.hint() : hint(key),
                    before.createdMillis(),
                    before.createdBy(),
                    now,
                    disabled == null ? since : disabled ? Long.valueOf(since == null ? now : since) : null);
            sql.update(
                    "UPDATE provider_key SET name = ?, hint = ?, sealed = ?, changed_ms = ?, disabled_ms = ?"
                            + " WHERE id = ?",
                    after.name(),
                    after.hint(),
                    key == null ? row.sealed() : seal(after, key),
                    now,
                    after.disabledMillis(),
                    id);
            audit(sql, who, key == null ? "provider_key.change" : "provider_key.rotate", before, after);
            return after;
        });
    }

    /// Forgets a key.
    ///
    /// @return fails with a [GatewayException] where there is no such key
    public CompletableFuture<Shown> delete(Authority who, String provider, String id) {
        return commit(sql -> {
            Shown before = found(sql, provider, id).shown();
            sql.update("DELETE FROM provider_key WHERE id = ?", id);
            audit(sql, who, "provider_key.delete", before, null);
            return before;
        });
    }

    /// A key itself, for a test of it.
    ///
    /// @return fails with a [GatewayException] where there is no such key, or it cannot be opened
    public CompletableFuture<Secret> reveal(String provider, String id) {
        return database.read(sql -> found(sql, provider, id)).thenApply(row -> {
            Secret key = opened(row);
            if (key == null) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "provider_key_unreadable",
                        "The key was sealed with" + " another master key. Send it anew with PATCH.");
            }
            return key;
        });
    }

    private CompletableFuture<Shown> commit(Work<Shown> work) {
        return database.commit(sql -> {
                    sql.update("UPDATE provider_key_revision SET revision = revision + 1");
                    return work.run(sql);
                })
                .thenCompose(done -> CompletableFuture.runAsync(
                                this::look, command -> Thread.ofVirtual().start(command))
                        .handle((known, away) -> done));
    }

    private void audit(Sql sql, Authority who, String action, @Nullable Shown before, @Nullable Shown after)
            throws SQLException {
        Shown one = after == null ? before : after;
        String id = one == null ? "" : one.id();
        Audit.write(sql, clock.instant(), who, action, "provider_key", id, null, json(before), json(after));
    }

    private static @Nullable ObjectNode json(@Nullable Shown one) {
        return one == null
                ? null
                : JsonTree.object()
                        .put("provider", one.provider())
                        .put("name", one.name())
                        .put("hint", one.hint())
                        .put("disabled", one.disabledMillis() != null);
    }

    private static List<Row> rows(Sql sql) throws SQLException {
        return sql.list("SELECT " + COLUMNS + " FROM provider_key ORDER BY created_ms, id", Row::read);
    }

    private static Row found(Sql sql, String provider, String id) throws SQLException {
        Row row = sql.first(
                "SELECT " + COLUMNS + " FROM provider_key WHERE id = ? AND provider = ?", Row::read, id, provider);
        if (row == null) {
            throw refused(
                    FailureKind.NOT_FOUND,
                    "unknown_provider_key",
                    "The provider '" + provider + "' has no key '" + id + "' here.");
        }
        return row;
    }

    private static GatewayException refused(FailureKind kind, String code, String message) {
        return new GatewayException(Failure.of(kind, message).withCode(code).withRetryable(false));
    }

    private static String hint(String key) {
        return key.length() < LONG_ENOUGH ? "" : key.substring(key.length() - HINT);
    }

    private String seal(Shown one, String key) {
        return sealer.seal(PURPOSE, one.provider() + " " + one.id(), key);
    }

    private @Nullable Secret opened(Row row) {
        Shown one = row.shown();
        try {
            return sealer.open(PURPOSE, one.provider() + " " + one.id(), row.sealed());
        } catch (SealException unreadable) {
            LOG.warn("a key of the provider {} cannot be used: {}", one.provider(), unreadable.getMessage());
            return null;
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look();
            } catch (StoreException away) {
                LOG.debug("keys of providers were not looked at: {}", away.toString());
            } catch (RuntimeException fault) {
                LOG.warn("keys of providers could not be taken over", fault);
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    /// Takes over what changed. Blocks.
    private void look() {
        looking.lock();
        try {
            long newest = Database.now(database.read(sql -> sql.number("SELECT revision FROM provider_key_revision")));
            if (newest == revision) {
                return;
            }
            Map<String, List<Secret>> found = new LinkedHashMap<>();
            for (Row row : Database.now(database.read(ProviderKeys::rows))) {
                Secret key = row.shown().disabledMillis() == null ? opened(row) : null;
                if (key != null) {
                    found.computeIfAbsent(row.shown().provider(), made -> new ArrayList<>())
                            .add(key);
                }
            }
            boolean same = found.equals(usable);
            usable = found;
            revision = newest;
            if (!same) {
                changed.run();
            }
        } finally {
            looking.unlock();
        }
    }
}
