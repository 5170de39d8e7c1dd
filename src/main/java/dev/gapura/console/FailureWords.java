package dev.gapura.console;

import dev.gapura.failure.FailureKind;

/// Says when each kind of failure happens, for the reference pages. Pure.
final class FailureWords {
    private FailureWords() {}

    /// One sentence, in which backticks mark code.
    static String of(FailureKind kind) {
        return switch (kind) {
            case INVALID_REQUEST ->
                "Malformed JSON, a wrong type, a value outside its limits; `param` names the field as a path.";
            case UNAUTHENTICATED -> "No key, or one that is unknown, revoked or expired. Never for a fault of ours.";
            case FORBIDDEN -> "The key may not use this model, tool or route.";
            case NOT_FOUND -> "No such route, model or provider.";
            case METHOD_NOT_ALLOWED -> "The path takes another method.";
            case SLOW_REQUEST -> "Head or body came too slowly.";
            case LENGTH_REQUIRED -> "The body came without a length.";
            case BODY_TOO_LARGE -> "The body is longer than the gateway takes.";
            case TARGET_TOO_LONG -> "The address is too long.";
            case UNSUPPORTED_MEDIA_TYPE -> "The body is no JSON, or is compressed.";
            case CONFLICT -> "A request with the same `Idempotency-Key` is under way.";
            case IDEMPOTENCY_MISMATCH -> "The same `Idempotency-Key` came with another request.";
            case EXPECTATION_FAILED -> "An `Expect` header that is not `100-continue`.";
            case HEADERS_TOO_LARGE -> "The headers are too long or too many.";
            case CLIENT_GONE -> "The client left.";
            case RATE_LIMITED -> "A rate limit of this gateway is reached; `retry-after` says how long to wait.";
            case BUDGET_EXCEEDED -> "A budget of this gateway is used up.";
            case INTERRUPTED -> "The gateway ended.";
            case INTERNAL -> "A fault of the gateway; tell its operator the `request_id`.";
            case LOOP -> "The gateway would call itself.";
            case UNAVAILABLE -> "The gateway is stopping, or a part that it needs is down.";
            case PROVIDER_REJECTED -> "The provider refused the request.";
            case PROVIDER_NOT_FOUND -> "The provider does not know the model.";
            case PROVIDER_CONFLICT -> "The provider answered 409.";
            case PROVIDER_TOO_LARGE -> "The request is too large for the provider.";
            case PROVIDER_RATE_LIMITED -> "A rate limit of the provider is reached.";
            case PROVIDER_AUTH -> "The provider refused the gateway's credentials.";
            case PROVIDER_FAILED -> "The provider failed.";
            case PROVIDER_UNREACHABLE -> "The provider could not be reached, or the connection broke.";
            case PROVIDER_UNREADABLE -> "The provider answered what cannot be read.";
            case PROVIDER_CUT -> "The provider's stream ended before the answer was complete.";
            case PROVIDER_OVERLOADED -> "The provider is overloaded.";
            case PROVIDER_QUOTA -> "The gateway's account at the provider has no quota left.";
            case TIMEOUT_CONNECT -> "No connection to the provider in time.";
            case TIMEOUT_FIRST_TOKEN -> "No first content in time.";
            case TIMEOUT_BETWEEN_CHUNKS -> "The stream stood still for too long.";
            case TIMEOUT_TOTAL -> "The answer took too long in all.";
            case PROVIDER_TIMEOUT -> "The provider itself reported a timeout.";
        };
    }
}
