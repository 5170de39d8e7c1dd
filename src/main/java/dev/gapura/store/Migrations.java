package dev.gapura.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// Brings the tables of a database to the version that this program writes. Flyway costs most of a second when it is
/// first used, so a database that is up to date, which is nearly every start, is recognised by one query.
final class Migrations {
    private static final String TABLE = "flyway_schema_history";

    private Migrations() {}

    /// Blocks until the tables are as they should be. Several gateways may do this at once.
    ///
    /// @throws SQLException when the database cannot be used now
    /// @throws StoreException when a newer program has changed the tables, or a migration does not succeed
    static void bringUp(Half half, Engine engine) throws SQLException {
        Integer version = version(half, engine);
        if (version != null && version > half.version()) {
            throw new StoreException(
                    StoreException.Reason.FAULT,
                    engine.place(half) + " has tables of a newer version of Gapura (" + version + ", this one knows "
                            + half.version() + "); run that version, or restore a backup from before it",
                    null);
        }
        if (version != null && version == half.version()) {
            return;
        }
        try {
            Flyway.configure()
                    .dataSource(engine.migrating(half))
                    .locations("classpath:" + half.migrations(engine.kind()))
                    .table(TABLE)
                    .defaultSchema(engine.kind() == Kind.POSTGRESQL ? half.schema() : null)
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException failed) {
            if (failed.getCause() instanceof SQLException cause && engine.trouble(cause) == Trouble.OUTAGE) {
                throw cause;
            }
            throw new StoreException(
                    StoreException.Reason.FAULT,
                    "the tables of " + engine.place(half) + " could not be brought up to date: " + failed.getMessage(),
                    failed);
        }
    }

    /// Version of the tables; null where there are none.
    private static @Nullable Integer version(Half half, Engine engine) throws SQLException {
        try (Connection connection = engine.reading(half)) {
            try (PreparedStatement there = connection.prepareStatement(
                            engine.kind() == Kind.SQLITE
                                    ? "SELECT name FROM sqlite_master WHERE name = '" + TABLE + "'"
                                    : "SELECT to_regclass('" + half.schema() + "." + TABLE + "')");
                    ResultSet row = there.executeQuery()) {
                if (!row.next() || row.getString(1) == null) {
                    return null;
                }
            }
            try (PreparedStatement newest = connection.prepareStatement("SELECT version FROM " + TABLE
                            + " WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC");
                    ResultSet row = newest.executeQuery()) {
                return row.next() ? Integer.valueOf(row.getString(1)) : null;
            }
        }
    }
}
