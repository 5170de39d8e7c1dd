package dev.gapura.store;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// A claim that one gateway of several holds for a while, for work that only one of them should do at a time. It
/// is a row of the database, so it costs nothing while it is held and ends by itself when its holder is gone. Clocks of
/// the gateways may differ by less than a term. Any thread.
public final class Lease {
    private static final String CLAIM = "INSERT INTO lease (name, holder, until_ms) VALUES (?, ?, ?)"
            + " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
            + " WHERE lease.holder = excluded.holder OR lease.until_ms < ?";

    private final Database database;
    private final String name;
    private final Duration term;
    private final String holder = UUID.randomUUID().toString();

    /// @param name of the work
    /// @param term how long a claim holds when it is not renewed
    public Lease(Database database, String name, Duration term) {
        this.database = database;
        this.name = name;
        this.term = term;
    }

    /// Claims the work, or claims it again.
    ///
    /// @return whether it is ours for a term from now on
    public CompletableFuture<Boolean> claim() {
        return database.commit(sql -> {
            long now = System.currentTimeMillis();
            return sql.update(CLAIM, name, holder, now + term.toMillis(), now) == 1;
        });
    }

    /// Gives it back, so that another one need not wait.
    public CompletableFuture<Integer> release() {
        return database.commit(sql -> sql.update("DELETE FROM lease WHERE name = ? AND holder = ?", name, holder));
    }
}
