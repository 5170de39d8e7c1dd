package dev.gapura.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection that is opened when it is wanted and opened anew after it was lost. Used by one thread, which owns
/// it: with as many threads as connections there is nothing for a pool to do.
final class Session {
    /// So that a server that was moved, or its memory, is let go of in time.
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(30);

    /// Opens a connection.
    @FunctionalInterface
    interface Opening {
        Connection open() throws SQLException;
    }

    private final Opening opening;
    private final Kind kind;
    private @Nullable Connection connection;
    private @Nullable Sql sql;
    private long openedNanos;

    Session(Kind kind, Opening opening) {
        this.kind = kind;
        this.opening = opening;
    }

    /// Statements on the connection, which is opened where there is none.
    Sql sql() throws SQLException {
        if (sql != null && System.nanoTime() - openedNanos > MOST_NANOS) {
            discard();
        }
        Sql current = sql;
        if (current == null) {
            Connection opened = opening.open();
            current = new Sql(opened, kind);
            connection = opened;
            sql = current;
            openedNanos = System.nanoTime();
        }
        return current;
    }

    /// Begins a transaction. SQLite's takes the lock at once: a later upgrade could find that another process was
    /// faster. Its driver would hold the lock between transactions too, so it is told in SQL.
    Sql begin() throws SQLException {
        Sql current = sql();
        if (kind == Kind.SQLITE) {
            current.run("BEGIN IMMEDIATE");
        }
        return current;
    }

    boolean isOpen() {
        return sql != null;
    }

    /// Whether the other side answers within the time.
    boolean answers(int seconds) throws SQLException {
        Connection current = connection;
        return current != null && current.isValid(seconds);
    }

    void commit() throws SQLException {
        Connection current = connection;
        Sql statements = sql;
        if (current == null || statements == null) {
            return;
        }
        switch (kind) {
            case SQLITE -> statements.run("COMMIT");
            case POSTGRESQL -> current.commit();
        }
    }

    /// Undoes what was not committed; a connection that cannot is given up.
    void rollBack() {
        Connection current = connection;
        Sql statements = sql;
        if (current == null || statements == null) {
            return;
        }
        try {
            switch (kind) {
                case SQLITE -> statements.run("ROLLBACK");
                case POSTGRESQL -> current.rollback();
            }
        } catch (SQLException lost) {
            discard();
        }
    }

    /// Closes the connection; the next use opens another one.
    void discard() {
        Connection current = connection;
        connection = null;
        sql = null;
        if (current == null) {
            return;
        }
        try {
            current.close();
        } catch (SQLException alreadyGone) {
            // It was to be closed.
        }
    }
}
