package dev.gapura.store;

/// A sealed secret could not be opened. Its message is for the operator and holds no secret.
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SealException(String message) {
        super(message);
    }
}
