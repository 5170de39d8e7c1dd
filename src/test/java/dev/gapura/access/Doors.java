package dev.gapura.access;

import dev.gapura.config.Config;
import dev.gapura.store.Kind;
import dev.gapura.store.Store;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// What one gateway has of keys and people, on a database that others may have too.
final class Doors implements AutoCloseable {
    final Store store;
    final KeyRing ring;
    final Directory directory;

    Doors(Config.Storage settings, InstantSource clock) {
        store = Storages.store(settings);
        ring = new KeyRing(store.configuration(), clock);
        directory = new Directory(store.configuration(), ring, clock);
        store.start();
        ring.start();
        store.awaitFirstTry(Duration.ofSeconds(20));
    }

    /// On an empty database, after the first start.
    static Doors first(Kind kind, Path folder, InstantSource clock) {
        Doors doors = new Doors(Storages.empty(kind, folder), clock);
        now(doors.directory.firstStart(false));
        return doors;
    }

    /// The result, or the exception that a future failed with.
    static <T> T now(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw failed;
        }
    }

    KeyCheck check(String secret) {
        return ring.check(KeyHash.of(secret));
    }

    @Override
    public void close() {
        directory.close();
        ring.close();
        store.close();
    }
}
