package dev.gapura.credential;

import org.jspecify.annotations.Nullable;

/// No credential could be had. The message is for the caller and for the operator: it names what is wrong and what to
/// do, and holds no secret, no address and no name of a file.
public final class CredentialException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message what is wrong and the remedy, without the provider's name and without a full stop at its end
    public CredentialException(String message) {
        this(message, null);
    }

    /// @param cause for the debug log
    public CredentialException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
