package dev.gapura.admin;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/// Where the pieces of a streamed answer go. Any thread may write, one piece at a time: the next one when the future of
/// the one before has completed, so that a slow client holds up the source and nothing piles up.
public final class Outlet {
    private final Context context;
    private final HttpServerResponse response;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile long bytes;

    Outlet(Context context, HttpServerResponse response) {
        this.context = context;
        this.response = response;
        response.closeHandler(nothing -> gone.complete(null));
        response.exceptionHandler(fault -> gone.complete(null));
    }

    /// Writes a piece.
    ///
    /// @return completes when the connection takes more; fails with a [CancellationException] when the
    ///     client left
    public CompletableFuture<Void> write(byte[] piece) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            if (response.closed() || response.ended()) {
                taken.completeExceptionally(new CancellationException("the client left"));
                return;
            }
            bytes += piece.length;
            response.write(Buffer.buffer(piece))
                    .onFailure(left -> taken.completeExceptionally(new CancellationException("the client left")));
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> taken.complete(null));
                gone.thenRun(() -> taken.completeExceptionally(new CancellationException("the client left")));
            } else {
                taken.complete(null);
            }
        });
        return taken;
    }

    /// Asks a source that has no end of its own to end.
    void leave() {
        gone.complete(null);
    }

    /// Completes when the client leaves, or the gateway stops.
    public CompletableFuture<Void> gone() {
        return gone;
    }

    long bytes() {
        return bytes;
    }
}
