package dev.gapura.idempotency;

import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The table `idempotency`. Every change names the attempt that it is about, so that none touches what came after it,
/// and doing one twice does no harm. Any thread.
final class IdempotencyTable {
    private static final int STARTED = 0;
    private static final int ANSWERED = 1;
    private static final int FAILED = 2;

    private static final String BEGIN = "INSERT INTO idempotency"
            + " (id, owner, request, state, attempt, lease_ms, until_ms, sealed) VALUES (?, ?, ?, 0, ?, ?, ?, NULL)"
            + " ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, request = excluded.request, state = 0,"
            + " attempt = excluded.attempt, lease_ms = excluded.lease_ms, until_ms = excluded.until_ms, sealed = NULL"
            + " WHERE idempotency.until_ms <= ?"
            + " OR (idempotency.state = 2 AND idempotency.request = excluded.request)"
            + " OR (idempotency.state = 0 AND idempotency.attempt = excluded.attempt)";

    /// Answers beyond the measure that the newest fill.
    private static final String BEYOND = "SELECT id FROM (SELECT id, SUM(octet_length(sealed)) OVER"
            + " (ORDER BY until_ms DESC, id) AS total FROM idempotency WHERE sealed IS NOT NULL) AS newest"
            + " WHERE total > ?";

    /// Of them in one transaction, which reservations of budgets wait behind.
    private static final int TRIMMED_AT_ONCE = 200;

    private final Database database;

    /// What the table has of a key.
    sealed interface Found {
        /// Nothing.
        record Absent() implements Found {}

        /// It was written just now.
        record Begun() implements Found {}

        /// Another request.
        record Other() implements Found {}

        /// This request, which is under way somewhere, or was.
        record UnderWay(long leaseMillis) implements Found {}

        /// The answer, null where it was too long to be kept, or too many came after it.
        record Answered(@Nullable String sealed) implements Found {}
    }

    private record Row(
            String request,
            int state,
            long leaseMillis,
            @Nullable String sealed) {}

    IdempotencyTable(Database database) {
        this.database = database;
    }

    /// Writes that a request has started, unless it is there already.
    CompletableFuture<Found> begin(
            IdempotencyKey key, String attempt, long nowMillis, long leaseMillis, long untilMillis) {
        return database.commit(sql ->
                sql.update(BEGIN, key.id(), key.owner(), key.request(), attempt, leaseMillis, untilMillis, nowMillis)
                                == 1
                        ? new Found.Begun()
                        : found(sql, key, nowMillis));
    }

    /// What there is of a request.
    CompletableFuture<Found> look(IdempotencyKey key, long nowMillis) {
        return database.read(sql -> found(sql, key, nowMillis));
    }

    private static Found found(Sql sql, IdempotencyKey key, long nowMillis) throws SQLException {
        Row row = sql.first(
                "SELECT request, state, lease_ms, sealed FROM idempotency WHERE id = ? AND until_ms > ?",
                one -> new Row(one.getString(1), one.getInt(2), one.getLong(3), one.getString(4)),
                key.id(),
                nowMillis);
        if (row == null) {
            return new Found.Absent();
        }
        if (!row.request().equals(key.request())) {
            return new Found.Other();
        }
        return row.state() == STARTED ? new Found.UnderWay(row.leaseMillis()) : new Found.Answered(row.sealed());
    }

    /// Says that gateways still work on these.
    ///
    /// @param attempts pairs of id and attempt
    CompletableFuture<Integer> renew(List<String[]> attempts, long leaseMillis) {
        return database.commit(sql -> {
            int renewed = 0;
            for (String[] one : attempts) {
                renewed += sql.update(
                        "UPDATE idempotency SET lease_ms = ? WHERE id = ? AND attempt = ? AND state = " + STARTED,
                        leaseMillis,
                        one[0],
                        one[1]);
            }
            return renewed;
        });
    }

    /// Writes an answer.
    ///
    /// @param again whether the next request with the key may call the provider again
    CompletableFuture<Integer> answer(String id, String attempt, @Nullable String sealed, boolean again) {
        return database.commit(sql -> sql.update(
                "UPDATE idempotency SET state = ?, sealed = ? WHERE id = ? AND attempt = ? AND state = " + STARTED,
                again ? FAILED : ANSWERED,
                sealed,
                id,
                attempt));
    }

    /// Forgets an attempt that called nobody.
    CompletableFuture<Integer> release(String id, String attempt) {
        return database.commit(sql ->
                sql.update("DELETE FROM idempotency WHERE id = ? AND attempt = ? AND state = " + STARTED, id, attempt));
    }

    /// Forgets what is past its time, and the oldest answers beyond a measure. Their rows stay, so that nobody is
    /// called again for them.
    ///
    /// @param mostBytes of all answers together
    CompletableFuture<Integer> forget(long nowMillis, long mostBytes) {
        return database.commit(sql -> sql.update("DELETE FROM idempotency WHERE until_ms <= ?", nowMillis))
                .thenCompose(gone -> database.read(sql -> sql.list(BEYOND, row -> row.getString(1), mostBytes))
                        .thenCompose(beyond -> trim(beyond, gone)));
    }

    private CompletableFuture<Integer> trim(List<String> ids, int before) {
        if (ids.isEmpty()) {
            return CompletableFuture.completedFuture(before);
        }
        int count = Math.min(ids.size(), TRIMMED_AT_ONCE);
        return database.commit(sql -> {
                    int trimmed = 0;
                    for (String id : ids.subList(0, count)) {
                        trimmed += sql.update("UPDATE idempotency SET sealed = NULL WHERE id = ?", id);
                    }
                    return trimmed;
                })
                .thenCompose(trimmed -> trim(ids.subList(count, ids.size()), before + trimmed));
    }
}
