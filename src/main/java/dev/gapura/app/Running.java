package dev.gapura.app;

import dev.gapura.access.FirstStart;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Loaded;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// A started gateway, as the command line sees it. Its methods block.
interface Running extends AutoCloseable {
    /// TCP port that was bound.
    int port();

    /// TCP port of console and admin API, which may be the same.
    int adminPort();

    /// Names of the providers that can be called, sorted.
    List<String> providers();

    /// What was made because nobody could log in or call yet; to be shown once. Known when the gateway has started,
    /// or as soon as its database answers; completes on any thread and never fails.
    CompletableFuture<Optional<FirstStart.Made>> firstStart();

    /// Takes a new configuration into use without touching exchanges under way.
    ///
    /// @throws ConfigException when it cannot be used; the former one stays
    void reload(Loaded loaded);

    /// Says how the configuration is read again and taken into use, for whoever asks for that through the
    /// admin API.
    ///
    /// @param reload throws [ConfigException] when it cannot be used; the former one stays
    void reloadsBy(Callable<Loaded> reload);

    /// Accepts nothing more, waits for exchanges as long as `server.drain` says, and stops.
    @Override
    void close();
}
