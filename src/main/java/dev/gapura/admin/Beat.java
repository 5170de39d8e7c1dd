package dev.gapura.admin;

import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The beat of a live view: it ends a moment after whoever looks may no longer, and a comment now and then shows
/// proxies that the stream lives. For one answer.
final class Beat {
    /// Time between two questions whether the client may still look.
    private static final Duration PAUSE = Duration.ofMillis(1_500);
    /// A comment every fifteen seconds.
    private static final int BEATS_A_COMMENT = 10;

    private final Supplier<CompletableFuture<Boolean>> allowed;
    private final CompletableFuture<Void> done;
    private final Runnable comment;
    private int beats;

    private Beat(Supplier<CompletableFuture<Boolean>> allowed, CompletableFuture<Void> done, Runnable comment) {
        this.allowed = allowed;
        this.done = done;
        this.comment = comment;
    }

    /// Beats until the view is done. Any thread; it goes on threads of its own.
    ///
    /// @param allowed asks whether the client still may see the same; fails where it is refused or not known
    /// @param done of the view, which it completes where the client may not
    /// @param comment writes one where nothing else is being written
    static void start(Supplier<CompletableFuture<Boolean>> allowed, CompletableFuture<Void> done, Runnable comment) {
        new Beat(allowed, done, comment).later();
    }

    private void later() {
        CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::beat);
    }

    private void beat() {
        if (done.isDone()) {
            return;
        }
        allowed.get().whenComplete((may, failed) -> {
            if (failed == null ? !may : refuses(failed)) {
                done.complete(null);
                return;
            }
            beats++;
            if (beats % BEATS_A_COMMENT == 0) {
                comment.run();
            }
            later();
        });
    }

    /// Whether the caller may not look; where only the database does not answer, the view goes on.
    private static boolean refuses(Throwable failed) {
        Throwable cause =
                failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        return !(cause instanceof GatewayException known && known.failure().kind() == FailureKind.UNAVAILABLE);
    }
}
