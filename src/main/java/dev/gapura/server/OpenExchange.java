package dev.gapura.server;

import dev.gapura.access.Principal;
import dev.gapura.exchange.Relay;
import org.jspecify.annotations.Nullable;

/// An exchange that is under way, as it is told to whoever may stop it. Immutable.
///
/// @param requestId value of `x-request-id`
/// @param startMillis arrival, milliseconds since the Unix epoch
/// @param route template of the route
/// @param keyName name of the key
/// @param holder whose key it is
/// @param clientAddress numeric address of the client
/// @param userAgent `user-agent` as sent
/// @param modelAsked `model` as the client wrote it
/// @param provider name of the provider that is called
/// @param model that is called there
/// @param streamed whether the answer is an event stream
/// @param firstByteMillis from arrival to the first byte of the answer, null while there is none
/// @param bytesOut bytes of the answer so far
/// @param watchable whether its answer may be watched: a stream whose bodies are kept
public record OpenExchange(
        String requestId,
        long startMillis,
        String route,
        @Nullable String keyName,
        Principal.@Nullable Holder holder,
        String clientAddress,
        @Nullable String userAgent,
        String modelAsked,
        String provider,
        String model,
        boolean streamed,
        @Nullable Long firstByteMillis,
        long bytesOut,
        boolean watchable) {

    static OpenExchange of(Relay relay) {
        long firstByteNanos = relay.firstByteNanos();
        Principal principal = relay.arrival().principal();
        return new OpenExchange(
                relay.arrival().requestId(),
                relay.arrival().startMillis(),
                relay.arrival().route(),
                principal == null ? null : principal.name(),
                principal == null ? null : principal.holder(),
                relay.arrival().clientAddress(),
                relay.arrival().userAgent(),
                relay.terms().modelAsked(),
                relay.terms().target().provider().name(),
                relay.terms().target().upstreamModel(),
                relay.terms().stream(),
                firstByteNanos < 0 ? null : firstByteNanos / 1_000_000,
                relay.bytesOut(),
                relay.watchable() != null);
    }
}
