package dev.gapura.idempotency;

import dev.gapura.failure.Failure;

/// What becomes of a request with an `Idempotency-Key`.
public sealed interface Entered {
    /// It is the first: it may call the provider, and has to end the hold.
    record First(Hold hold) implements Entered {}

    /// It was answered already.
    ///
    /// @param body of the answer
    record Replayed(KeptAnswer answer, byte[] body) implements Entered {}

    /// It is refused, and nobody was called for it now.
    record Refused(Failure failure) implements Entered {}
}
