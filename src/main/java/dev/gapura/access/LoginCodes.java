package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Codes that log a person in once: at the first start, for who is invited, for who lost a password. Kept as hashes.
/// A new one of a person ends the others.
final class LoginCodes {
    private LoginCodes() {}

    static void insert(Change change, String person, String code, Duration life) throws SQLException {
        change.sql().update("DELETE FROM login_code WHERE person = ?", person);
        change.sql()
                .update(
                        "INSERT INTO login_code (hash, person, expires_ms) VALUES (?, ?, ?)",
                        KeyHash.of(code),
                        person,
                        change.now().plus(life).toEpochMilli());
    }

    /// Uses a code up.
    ///
    /// @return id of its person, null where there is no such code any more
    static @Nullable String take(Sql sql, String code, long nowMillis) throws SQLException {
        String person = sql.first(
                "DELETE FROM login_code WHERE hash = ? AND expires_ms > ? RETURNING person",
                row -> row.getString(1),
                KeyHash.of(code),
                nowMillis);
        sql.update("DELETE FROM login_code WHERE expires_ms <= ?", nowMillis);
        return person;
    }
}
