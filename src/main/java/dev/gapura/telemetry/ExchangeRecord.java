package dev.gapura.telemetry;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// What is remembered of one exchange when its last byte is out: the source of its access line and of its
/// meters. Made once by whoever ends the exchange. Holds no prompt, no answer, no secret and no query string.
/// Immutable; any thread.
///
/// @param requestId value of `x-request-id`
/// @param startMillis arrival, milliseconds since the Unix epoch
/// @param method request method as sent
/// @param route template of the matched route (`/v1/models/{id}`), or [#NO_ROUTE]; never the raw target
/// @param status status that was sent; 499 where the client left before one was
/// @param streamed whether the answer is an event stream
/// @param keyName name of the virtual key, null where none was accepted
/// @param clientAddress numeric address of the client, after trusted proxies
/// @param userAgent `user-agent` as sent
/// @param modelAsked `model` as the client wrote it
/// @param provider name of the provider called last, null where none was called
/// @param upstreamModel model name sent to that provider
/// @param failure why it ended badly, null where it ended well
/// @param attempts upstream calls made, 0 where none was
/// @param usage tokens reported by the provider, null where it reported none
/// @param bytesIn bytes of the request body
/// @param bytesOut bytes of the response body
/// @param firstByteNanos from arrival to the first byte of the response body, or [#NEVER]
/// @param durationNanos from arrival to the last byte, or to the end of the exchange
/// @param verdicts text of `x-gapura-params`, null where every field passed
/// @param particulars what only the history keeps
public record ExchangeRecord(
        String requestId,
        long startMillis,
        String method,
        String route,
        int status,
        boolean streamed,
        @Nullable String keyName,
        String clientAddress,
        @Nullable String userAgent,
        @Nullable String modelAsked,
        @Nullable String provider,
        @Nullable String upstreamModel,
        @Nullable FailureKind failure,
        int attempts,
        @Nullable Usage usage,
        long bytesIn,
        long bytesOut,
        long firstByteNanos,
        long durationNanos,
        @Nullable String verdicts,
        Particulars particulars) {

    /// Route of a request that matched none.
    public static final String NO_ROUTE = "none";

    /// A moment that did not come.
    public static final long NEVER = -1;

    /// The record with these particulars.
    public ExchangeRecord with(Particulars other) {
        return new ExchangeRecord(
                requestId,
                startMillis,
                method,
                route,
                status,
                streamed,
                keyName,
                clientAddress,
                userAgent,
                modelAsked,
                provider,
                upstreamModel,
                failure,
                attempts,
                usage,
                bytesIn,
                bytesOut,
                firstByteNanos,
                durationNanos,
                verdicts,
                other);
    }
}
