package dev.gapura.admin;

import java.util.concurrent.CompletableFuture;

/// Answers the requests to one route. Called on event loops; it must not block.
@FunctionalInterface
public interface Handler {
    /// @return fails with a [dev.gapura.failure.GatewayException] where the request is refused; a failure
    ///     of the store is answered with 503
    CompletableFuture<Answer> handle(Ask ask);
}
