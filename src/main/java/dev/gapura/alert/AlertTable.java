package dev.gapura.alert;

import dev.gapura.budget.Purse;
import dev.gapura.budget.Span;
import dev.gapura.limit.Scope;
import dev.gapura.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The statements of alerts. Stateless; on threads of the store.
final class AlertTable {
    private static final String COLUMNS = "scope, span, start_ms, percent, id, limit_nano_usd, spent_nano_usd,"
            + " reached_ms, state, attempts, next_ms, tried_ms, outcome";
    private static final String INSERT = "INSERT INTO alert (" + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (scope, span, start_ms, percent) DO NOTHING";

    private AlertTable() {}

    /// Writes one down, unless that was done before.
    static boolean insert(Sql sql, Alert alert) throws SQLException {
        return sql.update(
                        INSERT,
                        alert.purse().scope().text(),
                        alert.purse().span().text(),
                        alert.purse().startMillis(),
                        alert.percent(),
                        alert.id(),
                        alert.limitNanoUsd(),
                        alert.spentNanoUsd(),
                        alert.reachedMillis(),
                        alert.state().text(),
                        alert.attempts(),
                        alert.nextMillis(),
                        alert.triedMillis(),
                        alert.outcome())
                == 1;
    }

    /// Those that are to be sent now, the longest waiting first.
    static List<Alert> due(Sql sql, long nowMillis, int most) throws SQLException {
        return sql.list(
                "SELECT " + COLUMNS + " FROM alert WHERE state = 'waiting' AND next_ms <= ? ORDER BY next_ms LIMIT "
                        + most,
                AlertTable::read,
                nowMillis);
    }

    /// Takes one that is due, so that no other gateway sends it before `untilMillis`.
    static boolean claim(Sql sql, Alert alert, long untilMillis) throws SQLException {
        return sql.update(
                        "UPDATE alert SET attempts = attempts + 1, next_ms = ? WHERE id = ? AND state = 'waiting'"
                                + " AND next_ms = ?",
                        untilMillis,
                        alert.id(),
                        alert.nextMillis())
                == 1;
    }

    /// Writes down what sending came to.
    static int tried(Sql sql, String id, Alert.State state, long nextMillis, long triedMillis, @Nullable String outcome)
            throws SQLException {
        return sql.update(
                "UPDATE alert SET state = ?, next_ms = ?, tried_ms = ?, outcome = ? WHERE id = ?",
                state.text(),
                nextMillis,
                triedMillis,
                outcome,
                id);
    }

    /// The newest.
    static List<Alert> newest(Sql sql, int most) throws SQLException {
        return sql.list(
                "SELECT " + COLUMNS + " FROM alert ORDER BY reached_ms DESC, percent DESC LIMIT " + most,
                AlertTable::read);
    }

    /// Forgets those of spans that are long over.
    static int forget(Sql sql, long reachedBefore) throws SQLException {
        return sql.update("DELETE FROM alert WHERE reached_ms < ? AND span <> 'total'", reachedBefore);
    }

    private static Alert read(ResultSet row) throws SQLException {
        long tried = row.getLong(12);
        return new Alert(
                new Purse(Scope.parse(row.getString(1)), Span.of(row.getString(2)), row.getLong(3)),
                row.getInt(4),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                Alert.State.of(Objects.requireNonNull(row.getString(9))),
                row.getInt(10),
                row.getLong(11),
                tried == 0 ? null : (Long) tried,
                row.getString(13));
    }
}
