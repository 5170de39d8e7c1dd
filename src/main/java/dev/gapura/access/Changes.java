package dev.gapura.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import dev.gapura.store.Work;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Carries changes of who may call into the database: one transaction each with its number and its audit row, after
/// which this gateway knows it before whoever asked is answered.
final class Changes {
    /// A change under way.
    ///
    /// @param sql in whose transaction it is
    /// @param revision to be written on every row that changes
    /// @param who makes it
    /// @param now when
    record Change(Sql sql, long revision, Authority who, Instant now) {
        long millis() {
            return now.toEpochMilli();
        }

        /// Writes it into the audit; after everything else.
        void audited(
                String action,
                String kind,
                String object,
                @Nullable String organization,
                @Nullable JsonNode before,
                @Nullable JsonNode after)
                throws SQLException {
            Audit.write(sql, now, who, action, kind, object, organization, before, after);
        }
    }

    /// What is to be done.
    @FunctionalInterface
    interface Doing<T> {
        T run(Change change) throws SQLException;
    }

    private final Database database;
    private final KeyRing ring;
    private final InstantSource clock;

    Changes(Database database, KeyRing ring, InstantSource clock) {
        this.database = database;
        this.ring = ring;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    <T> CompletableFuture<T> read(Work<T> work) {
        return database.read(work);
    }

    /// Writes what no other gateway need be told: sessions, failed logins.
    <T> CompletableFuture<T> commitQuietly(Work<T> work) {
        return database.commit(work);
    }

    <T> CompletableFuture<T> commit(Authority who, Doing<T> doing) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return database.commit(sql -> {
                    // Holds the row until the end of the transaction: numbers are in the order of commits.
                    long revision =
                            sql.number("UPDATE revision SET value = value + 1 WHERE name = 'access' RETURNING value");
                    return doing.run(new Change(sql, revision, who, now));
                })
                .thenCompose(result -> ring.refresh().handle((known, away) -> result));
    }
}
