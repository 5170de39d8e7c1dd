package dev.gapura.store;

import dev.gapura.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The databases of one gateway: SQLite files in the data folder, or PostgreSQL. Opened in the background, so that
/// starting does not wait for them, and opened again whenever they were lost.
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    static final String DEFAULT_FILE = "gapura.db";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Engine engine;
    private final StoreMeters meters = new StoreMeters();
    private final Database configuration;
    private final Database history;

    /// @param data folder of the SQLite files, where the configuration names no other
    public Store(Config.Storage settings, Path data) {
        engine = engine(settings, data);
        configuration = new Database(Half.CONFIGURATION, engine, meters.batches(Half.CONFIGURATION));
        history = new Database(Half.HISTORY, engine, meters.batches(Half.HISTORY));
        meters.watch(List.of(configuration, history));
    }

    private static Engine engine(Config.Storage settings, Path data) {
        return switch (settings.place()) {
            case Config.Sqlite(Path file) -> new SqliteEngine(file == null ? data.resolve(DEFAULT_FILE) : file);
            case Config.Postgresql place -> new PostgresqlEngine(place);
        };
    }

    /// Whether opening the databases would make them, because SQLite's file is not there yet. What a server has is not
    /// asked. Blocks on the file system.
    ///
    /// @param data as for a store
    public static boolean missing(Config.Storage settings, Path data) {
        return engine(settings, data) instanceof SqliteEngine files && !Files.exists(files.file(Half.CONFIGURATION));
    }

    /// Begins to open the databases. Once, after whoever writes has made an [Appender].
    public void start() {
        configuration.writer().start();
        history.writer().start();
    }

    /// Waits until both databases were opened, or the first try to open them failed. A file that cannot be
    /// used stops the start. A server that cannot be reached does not: it is tried again for as long as the
    /// gateway runs.
    ///
    /// @param limit longest wait for a server
    /// @throws StoreException with a sentence for the operator
    public void awaitFirstTry(Duration limit) {
        CompletableFuture<Void> both = CompletableFuture.allOf(
                configuration.writer().firstTry(), history.writer().firstTry());
        try {
            if (engine.remote()) {
                both.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
            }
            both.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException told
                    && (!engine.remote() || told.reason() == StoreException.Reason.FAULT)) {
                throw told;
            }
            LOG.warn("starting without the database: {}", String.valueOf(failed.getCause()));
        }
    }

    /// Keys, teams, budgets.
    public Database configuration() {
        return configuration;
    }

    /// Exchanges.
    public Database history() {
        return history;
    }

    /// Figures for `/metrics`.
    public StoreMeters meters() {
        return meters;
    }

    /// Whether both databases answer.
    public boolean up() {
        return configuration.up() && history.up();
    }

    /// Whether both databases were open once since the start.
    public boolean opened() {
        return opened(configuration) && opened(history);
    }

    private static boolean opened(Database database) {
        return database.writer().opened();
    }

    /// Writes what waits, within five seconds, and closes.
    @Override
    public void close() {
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> configuration.close(CLOSE_LIMIT),
                command -> Thread.ofVirtual().start(command));
        history.close(CLOSE_LIMIT);
        other.join();
    }
}
