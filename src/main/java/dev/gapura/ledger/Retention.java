package dev.gapura.ledger;

import dev.gapura.config.Config;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.store.Lease;
import dev.gapura.store.Sql;
import dev.gapura.store.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets exchanges that are too old, and the oldest where there are too many: a few hundred in a transaction, so that
/// what is written meanwhile waits for milliseconds. Of several gateways one does it at a time. Runs on a virtual
/// thread of its own, from when it is started until it is closed.
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /// Rows of one transaction.
    static final int CHUNK = 500;
    /// 16 MB of SQLite's pages.
    private static final int SPARE_PAGES = 4_096;

    private static final Duration TERM = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Database history;
    private final Lease lease;
    private final Supplier<Config.History> settings;
    private final InstantSource clock;
    private final Thread thread;

    /// @param settings what holds now
    public Retention(Database history, Supplier<Config.History> settings, InstantSource clock) {
        this.history = history;
        this.settings = settings;
        this.clock = clock;
        lease = new Lease(history, "retention", TERM);
        thread = Thread.ofVirtual().name("ledger-retention").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(PAUSE);
                sweep();
            } catch (InterruptedException ended) {
                return;
            } catch (StoreException away) {
                LOG.debug("nothing was forgotten: {}", away.toString());
            } catch (RuntimeException fault) {
                LOG.warn("old exchanges could not be forgotten", fault);
            }
        }
    }

    /// Forgets everything that is due, where this gateway holds the claim to do so. Blocks.
    ///
    /// @return exchanges that were forgotten
    long sweep() {
        long forgotten = 0;
        while (!Thread.currentThread().isInterrupted() && Database.now(lease.claim())) {
            Config.History limits = settings.get();
            int count = Database.now(history.commit(sql -> forget(sql, limits)));
            if (count == 0) {
                Database.now(history.commit(this::forgetSums));
                Database.now(history.commit(Retention::giveBack));
                return forgotten;
            }
            forgotten += count;
        }
        return forgotten;
    }

    /// @return rows that were forgotten; zero when nothing more is due
    private int forget(Sql sql, Config.History limits) throws SQLException {
        long now = clock.millis();
        int bodies = forgetBodies(sql, Ids.first(now - limits.keepBodies().toMillis()));
        int old = forgetOldest(sql, Ids.first(now - limits.keep().toMillis()));
        if (bodies + old > 0) {
            return bodies + old;
        }
        long surplus = sql.number("SELECT sum(bytes) FROM stored") - limits.maxBytes();
        return surplus <= 0 ? 0 : forgetOldest(sql, Long.MAX_VALUE);
    }

    /// The words of a body are forgotten with it, and the arguments of tools.
    private static int forgetBodies(Sql sql, long beforeId) throws SQLException {
        List<Entry> entries = sql.list(
                "SELECT " + Columns.NAMES + " FROM exchange WHERE id IN"
                        + " (SELECT id FROM exchange_body WHERE id < ? ORDER BY id LIMIT ?)",
                Columns::read,
                beforeId,
                CHUNK);
        Map<Long, long[]> days = new TreeMap<>();
        for (Entry entry : entries) {
            long bytes =
                    sql.number("SELECT " + StoredBodies.DISK_BYTES + " FROM exchange_body WHERE id = ?", entry.id());
            sql.update("DELETE FROM exchange_body WHERE id = ?", entry.id());
            Entry left = entry.withoutBodies(bytes);
            sql.update(
                    "UPDATE exchange SET bodies = 0, tools = ?, stored_bytes = ? WHERE id = ?",
                    left.tools(),
                    left.storedBytes(),
                    entry.id());
            SearchText.replace(sql, left);
            Stored.add(days, entry.timeMillis(), 0, left.storedBytes() - entry.storedBytes());
        }
        Stored.write(sql, days);
        return entries.size();
    }

    private static int forgetOldest(Sql sql, long beforeId) throws SQLException {
        Long last = sql.first(
                "SELECT max(id), count(*) FROM"
                        + " (SELECT id FROM exchange WHERE id < ? ORDER BY id LIMIT ?) AS oldest",
                row -> row.getLong(2) == 0 ? -1 : row.getLong(1),
                beforeId,
                CHUNK);
        if (last == null || last < 0) {
            return 0;
        }
        sql.update("DELETE FROM exchange_body WHERE id <= ?", last);
        SearchText.deleteUpTo(sql, last);
        Map<Long, long[]> days = new TreeMap<>();
        List<Long> gone = sql.list(
                "DELETE FROM exchange WHERE id <= ? RETURNING time_ms, stored_bytes",
                row -> {
                    Stored.add(days, row.getLong(1), -1, -row.getLong(2));
                    return row.getLong(1);
                },
                last);
        Stored.write(sql, days);
        return gone.size();
    }

    private Integer forgetSums(Sql sql) throws SQLException {
        int rows = 0;
        for (Period period : Period.values()) {
            rows += sql.update(
                    "DELETE FROM rollup WHERE period_ms = ? AND start_ms < ?",
                    period.millis(),
                    clock.millis() - period.keepMillis());
        }
        return rows + sql.update("DELETE FROM stored WHERE exchanges <= 0");
    }

    /// SQLite keeps the pages of what was deleted; some are enough for what comes next.
    private static Integer giveBack(Sql sql) throws SQLException {
        if (sql.kind() == Kind.SQLITE && sql.number("PRAGMA freelist_count") > SPARE_PAGES) {
            sql.finish("PRAGMA incremental_vacuum(" + SPARE_PAGES + ")");
        }
        return 0;
    }
}
