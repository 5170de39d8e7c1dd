package dev.gapura.admin;

import dev.gapura.server.Surface;
import java.util.concurrent.CompletableFuture;

/// Tells who calls the admin API. Asked on event loops; it must not block.
public interface Gate {
    /// Whose credential the request carries; [Caller#NOBODY] where it carries none.
    ///
    /// @param route that it leads to
    /// @return fails with a [dev.gapura.failure.GatewayException] where the credential is none, or where
    ///     who that is cannot be found out now
    CompletableFuture<Caller> admit(Surface.Visit visit, Route route);
}
