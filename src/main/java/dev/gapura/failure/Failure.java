package dev.gapura.failure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why an exchange ended badly: everything the caller is told about it, and nothing else.
///
/// `message` is public text: whoever builds a failure from a provider's words has cleaned them first.
/// Immutable; any thread.
///
/// @param kind status, type, source and label
/// @param message one or two sentences: what is wrong and what to do
/// @param code `error.code`, for programs; null on the wire when absent
/// @param param `error.param`, path of the field at fault (`messages[2].content`)
/// @param provider name of the provider concerned
/// @param retryAfter how long to wait before trying again, where it is known
/// @param retryable whether an SDK should try again by itself; absent: the SDK decides by the status
public record Failure(
        FailureKind kind,
        String message,
        @Nullable String code,
        @Nullable String param,
        @Nullable String provider,
        @Nullable Duration retryAfter,
        @Nullable Boolean retryable) {

    public static Failure of(FailureKind kind, String message) {
        return new Failure(kind, message, null, null, null, null, null);
    }

    /// A fault in one field of the request; `param` is its path.
    public static Failure invalid(String param, String message) {
        return new Failure(FailureKind.INVALID_REQUEST, message, "invalid_value", param, null, null, null);
    }

    public Failure withCode(String newCode) {
        return new Failure(kind, message, newCode, param, provider, retryAfter, retryable);
    }

    public Failure withProvider(String newProvider) {
        return new Failure(kind, message, code, param, newProvider, retryAfter, retryable);
    }

    public Failure withRetryAfter(@Nullable Duration newRetryAfter) {
        return new Failure(kind, message, code, param, provider, newRetryAfter, retryable);
    }

    public Failure withRetryable(boolean newRetryable) {
        return new Failure(kind, message, code, param, provider, retryAfter, newRetryable);
    }

    public int status() {
        return kind.status();
    }
}
