package dev.gapura.telemetry;

import org.jspecify.annotations.Nullable;

/// What was said in an exchange.
///
/// @param request what the client sent
/// @param answer what the client got, before compression
/// @param sent what the provider was sent, in the last attempt; null where none was made
/// @param came what the provider answered to that, where it was put into other words for the client or was an error;
///     null elsewhere
public record Bodies(
        Body request,
        Body answer,
        @Nullable Body sent,
        @Nullable Body came) {

    /// Bytes that are kept of all of them.
    public long keptBytes() {
        return kept(request) + kept(answer) + kept(sent) + kept(came);
    }

    private static long kept(@Nullable Body body) {
        return body == null ? 0 : body.beginning().length;
    }
}
