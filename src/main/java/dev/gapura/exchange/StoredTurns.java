package dev.gapura.exchange;

import dev.gapura.config.Secret;
import dev.gapura.store.Database;
import dev.gapura.store.SealException;
import dev.gapura.store.Sealer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The turns of [MixedTurns] in the database, sealed, so that they outlive the process and every replica finds them.
/// One instance a process; any thread; nothing here blocks.
public final class StoredTurns {
    private static final Logger LOG = LoggerFactory.getLogger(StoredTurns.class);

    private static final String PURPOSE = "mixed-turn";
    /// Longest that an answer waits for the disk. A database that takes longer counts as lost.
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// What one request may have read; no conversation has so many.
    private static final int MOST_TURNS = 1_000;
    /// Between two lines of the log that say that turns are not stored.
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Database database;
    private final Sealer sealer;
    private final LongSupplier clock;
    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    /// @param database the configuration's half
    /// @param clock milliseconds since 1970, the same on every replica
    public StoredTurns(Database database, Sealer sealer, LongSupplier clock) {
        this.database = database;
        this.sealer = sealer;
        this.clock = clock;
    }

    private record Row(String turn, String sealed) {}

    /// Writes a turn.
    ///
    /// @param keptMillis how long it is kept
    /// @return whether it is on disk; false where it cannot be brought there, which the log tells; never
    ///     fails
    CompletableFuture<Boolean> keep(String owner, String turn, byte[] content, long keptMillis) {
        return database.commit(sql -> sql.update(
                        "INSERT INTO mixed_turn (turn, owner, sealed, until_ms) VALUES (?, ?, ?, ?)"
                                + " ON CONFLICT (turn) DO NOTHING",
                        turn,
                        owner,
                        sealer.seal(PURPOSE, name(owner, turn), new String(content, StandardCharsets.UTF_8)),
                        clock.getAsLong() + keptMillis))
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((rows, failed) -> {
                    if (failed != null) {
                        tell(failed);
                    }
                    return failed == null;
                });
    }

    /// Reads turns of an owner.
    ///
    /// @return those that are there, by their names; fails where the database is away
    CompletableFuture<Map<String, byte[]>> find(String owner, Collection<String> turns) {
        List<String> names = turns.stream().limit(MOST_TURNS).toList();
        long now = clock.getAsLong();
        return database.read(sql -> {
                    List<Row> rows = new ArrayList<>();
                    for (String turn : names) {
                        rows.addAll(sql.list(
                                "SELECT sealed FROM mixed_turn WHERE turn = ? AND owner = ? AND until_ms > ?",
                                row -> new Row(turn, row.getString(1)),
                                turn,
                                owner,
                                now));
                    }
                    return rows;
                })
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(rows -> opened(owner, rows));
    }

    /// Keeps turns longer. Nobody waits for it.
    ///
    /// @param keptMillis how long from now on
    void renew(String owner, Collection<String> turns, long keptMillis) {
        long until = clock.getAsLong() + keptMillis;
        database.commit(sql -> {
                    int renewed = 0;
                    for (String turn : turns) {
                        renewed += sql.update(
                                "UPDATE mixed_turn SET until_ms = ? WHERE turn = ? AND owner = ?", until, turn, owner);
                    }
                    return renewed;
                })
                .whenComplete((renewed, failed) -> LOG.debug("{} turns are kept longer", renewed, failed));
    }

    private Map<String, byte[]> opened(String owner, List<Row> rows) {
        Map<String, byte[]> found = new HashMap<>();
        for (Row row : rows) {
            try {
                Secret content = sealer.open(PURPOSE, name(owner, row.turn()), row.sealed());
                found.put(row.turn(), content.reveal().getBytes(StandardCharsets.UTF_8));
            } catch (SealException unreadable) {
                LOG.warn("results of server tools that wait for their client are lost: {}", unreadable.getMessage());
            }
        }
        return found;
    }

    /// Forgets what is past its time. Called now and then by each gateway.
    ///
    /// @return rows that were forgotten; fails where the database is away
    public CompletableFuture<Integer> forget() {
        return database.commit(sql -> sql.update("DELETE FROM mixed_turn WHERE until_ms <= ?", clock.getAsLong()));
    }

    private void tell(Throwable why) {
        long told = toldNanos.get();
        long now = System.nanoTime();
        if (now - told >= QUIET_NANOS && toldNanos.compareAndSet(told, now)) {
            LOG.warn(
                    "results of server tools that wait for their client are kept in this process only: {}",
                    why instanceof TimeoutException ? "the database did not answer in time" : why.getMessage());
        }
    }

    private static String name(String owner, String turn) {
        return owner + '\0' + turn;
    }
}
