package dev.gapura.store;

import java.sql.SQLException;

/// A piece of work on one database, in one transaction. It may be run again from its beginning after a failure, so it
/// touches nothing but the database. Runs on a thread of the store and must not wait for anything else.
@FunctionalInterface
public interface Work<T> {
    /// @return what the caller gets when the transaction is committed
    T run(Sql sql) throws SQLException;
}
