package dev.gapura.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// A kind of database: how connections are made, and what its errors mean. Stateless; any thread.
sealed interface Engine permits SqliteEngine, PostgresqlEngine {
    Kind kind();

    /// What and where, for logs; without credentials.
    String place(Half half);

    /// A new connection for writing, in transactions that [Session] begins and ends.
    Connection writing(Half half) throws SQLException;

    /// A new connection for reading.
    Connection reading(Half half) throws SQLException;

    /// Connections for migrations.
    DataSource migrating(Half half) throws SQLException;

    Trouble trouble(SQLException failed);

    /// Whether it can go away while nothing is asked of it, so that somebody should ask now and then.
    boolean remote();
}
