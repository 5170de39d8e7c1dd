package dev.gapura.store;

import java.sql.SQLException;
import java.util.List;

/// Writes what an [Appender] gathered. Called on the writer's thread of the database.
public interface BatchWriter<T> {
    /// Writes all items in the transaction that is open. May be called again with the same items, also when
    /// they were written before: a commit whose answer is lost looks like one that failed. Keys must make that
    /// harmless.
    void write(Sql sql, List<T> items) throws SQLException;

    /// They are committed, now or before.
    default void written(List<T> items) {}
}
