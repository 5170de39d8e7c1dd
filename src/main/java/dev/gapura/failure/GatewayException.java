package dev.gapura.failure;

/// Ends an exchange with a [Failure]. The only exception that crosses package borders on purpose; it carries
/// no stack trace because it is an answer, not a bug.
public final class GatewayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public GatewayException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
