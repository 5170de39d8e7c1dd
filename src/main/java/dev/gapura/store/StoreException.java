package dev.gapura.store;

import org.jspecify.annotations.Nullable;

/// A piece of work on the database did not succeed. Its message is for logs: it may name tables and hosts, and holds
/// no password.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is in the way.
    public enum Reason {
        /// The database cannot be reached, is full, or answers too late. Nothing is known to be written; trying
        /// again may help.
        UNAVAILABLE,
        /// More work waits than may wait.
        BUSY,
        /// A row with the same key is there already.
        CONFLICT,
        /// The statement is wrong, or its values are.
        FAULT
    }

    private final Reason reason;

    StoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static StoreException of(Trouble trouble, Exception cause) {
        Reason reason =
                switch (trouble) {
                    case OUTAGE, AGAIN -> Reason.UNAVAILABLE;
                    case CONFLICT -> Reason.CONFLICT;
                    case FAULT -> Reason.FAULT;
                };
        return new StoreException(reason, String.valueOf(cause.getMessage()), cause);
    }

    /// What is in the way.
    public Reason reason() {
        return reason;
    }
}
