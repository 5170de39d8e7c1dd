package dev.gapura.testkit;

import dev.gapura.config.Config;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import java.nio.file.Path;

/// An empty storage of either kind, for tests that hold for both.
public final class Storages {
    private static final Config.History HISTORY = new Config.History(
            java.time.Duration.ofDays(30), 10L << 30, Config.Bodies.OFF, 64 * 1024, java.time.Duration.ofDays(7));

    private Storages() {}

    /// Settings of an empty storage; skips the test where there is no such database.
    public static Config.Storage empty(Kind kind, Path folder) {
        return switch (kind) {
            case SQLITE -> new Config.Storage(new Config.Sqlite(folder.resolve("gapura.db")), null, HISTORY);
            case POSTGRESQL -> Postgres.shared().storage();
        };
    }

    /// A store that is not started.
    public static Store store(Config.Storage settings) {
        return new Store(settings, Path.of("unused"));
    }
}
