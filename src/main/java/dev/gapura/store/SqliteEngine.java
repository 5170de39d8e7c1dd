package dev.gapura.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.sqlite.JDBC;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// SQLite in a file for each half, with a write-ahead log: readers never wait for the writer. What the pragmas mean
/// stands at https://sqlite.org/pragma.html, the result codes at https://sqlite.org/rescode.html.
final class SqliteEngine implements Engine {
    /// How long to wait for another process that writes, such as a command of the operator.
    private static final int BUSY_MILLIS = 5_000;
    /// The log is cut back to this after a checkpoint.
    private static final int LOG_BYTES = 64 * 1024 * 1024;
    /// Pages of the log before they are copied into the file: pages that every batch changes are copied
    /// once.
    private static final int CHECKPOINT_PAGES = 4_000;
    /// Memory for pages of the connection that writes: the ends of all indexes.
    private static final int CACHE_KIB = 16_000;

    private final Path file;

    SqliteEngine(Path file) {
        this.file = file;
    }

    @Override
    public Kind kind() {
        return Kind.SQLITE;
    }

    @Override
    public String place(Half half) {
        return "SQLite " + file(half);
    }

    @Override
    public boolean remote() {
        return false;
    }

    /// The file of a half.
    Path file(Half half) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        int end = dot <= 0 ? name.length() : dot;
        return file.resolveSibling(name.substring(0, end) + half.fileSuffix() + name.substring(end));
    }

    @Override
    public Connection writing(Half half) throws SQLException {
        Connection connection = connect(half, new Properties());
        // FULL forces every commit to disk; NORMAL leaves the last ones to the operating system.
        boolean forced = half == Half.CONFIGURATION;
        execute(
                connection,
                "PRAGMA synchronous=" + (forced ? "FULL" : "NORMAL"),
                "PRAGMA cache_size=-" + CACHE_KIB,
                "PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES,
                "PRAGMA journal_size_limit=" + LOG_BYTES,
                "PRAGMA foreign_keys=ON");
        return connection;
    }

    @Override
    public Connection reading(Half half) throws SQLException {
        Connection connection = connect(half, new Properties());
        execute(connection, "PRAGMA query_only=ON");
        return connection;
    }

    @Override
    public DataSource migrating(Half half) throws SQLException {
        try (Connection connection = connect(half, new Properties())) {
            // Only before the first table: lets retention give pages back to the file system.
            execute(connection, "PRAGMA auto_vacuum=INCREMENTAL", "PRAGMA journal_mode=WAL");
        }
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url(half));
        return source;
    }

    private Connection connect(Half half, Properties properties) throws SQLException {
        makeFile(half);
        properties.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
        Connection connection = JDBC.createConnection(url(half), properties);
        if (connection == null) {
            throw new SQLException("not an address of SQLite: " + url(half));
        }
        return connection;
    }

    private String url(Half half) {
        return JDBC.PREFIX + file(half);
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    /// Before SQLite does, which would let everybody read it.
    private void makeFile(Half half) throws SQLException {
        Path path = file(half);
        if (Files.exists(path)) {
            return;
        }
        try {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder, OwnerOnly.folder(path));
            }
            Files.createFile(path, OwnerOnly.file(path));
        } catch (FileAlreadyExistsException faster) {
            // Another process made it.
        } catch (IOException failed) {
            throw new SQLException(
                    path + " cannot be made (" + failed.getMessage() + "); see what is in the way, or name another "
                            + "file in storage.url",
                    failed);
        }
    }

    @Override
    public Trouble trouble(SQLException failed) {
        if (!(failed instanceof SQLiteException known)) {
            return Trouble.OUTAGE;
        }
        SQLiteErrorCode code = known.getResultCode();
        return switch (code) {
            case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> Trouble.CONFLICT;
            case SQLITE_ERROR, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_MISUSE -> Trouble.FAULT;
            default -> code.name().startsWith("SQLITE_CONSTRAINT") ? Trouble.FAULT : Trouble.OUTAGE;
        };
    }
}
