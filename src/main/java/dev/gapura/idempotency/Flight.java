package dev.gapura.idempotency;

import dev.gapura.failure.Failure;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// A request with an `Idempotency-Key` that this process knows to be under way, here or at another gateway, and those
/// that wait for it. Any thread.
final class Flight {
    /// How it ended, for those that wait.
    sealed interface Landing {
        record Answered(KeptAnswer answer) implements Landing {}

        record Refused(Failure failure) implements Landing {}

        /// Nobody was called; each may try for itself.
        record Nothing() implements Landing {}
    }

    final IdempotencyKey key;
    final String attempt = UUID.randomUUID().toString();
    /// Completed when the database has answered.
    final CompletableFuture<Void> asked = new CompletableFuture<>();

    final CompletableFuture<Landing> landed = new CompletableFuture<>();
    private final AtomicInteger waiting = new AtomicInteger();
    /// Whether the key is known to belong to this request, and to no other one.
    volatile boolean confirmed;
    /// Whether this process makes the call.
    volatile boolean ours;

    Flight(IdempotencyKey key) {
        this.key = key;
    }

    /// Takes a place among those that wait; false where there is none left.
    boolean board(int most) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        waiting.decrementAndGet();
    }
}
