package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.telemetry.Notes;
import org.jspecify.annotations.Nullable;

/// What is known of a client request when it has been let in; made by `server`, kept for the exchange's
/// record.
///
/// @param requestId value of `x-request-id`
/// @param startMillis arrival, milliseconds since the Unix epoch
/// @param startNanos arrival, `System.nanoTime()`
/// @param method request method
/// @param route template of the matched route
/// @param principal whose request it is, null where no key was accepted
/// @param clientAddress numeric address, after trusted proxies
/// @param userAgent `user-agent` as sent
/// @param acceptsGzip whether the answer may be compressed
/// @param notes what the request says of itself for the record
public record Arrival(
        String requestId,
        long startMillis,
        long startNanos,
        String method,
        String route,
        @Nullable Principal principal,
        String clientAddress,
        @Nullable String userAgent,
        boolean acceptsGzip,
        Notes notes) {

    /// Name of the virtual key.
    @Nullable
    String keyName() {
        return principal == null ? null : principal.name();
    }

    /// Whose key it is.
    Principal.@Nullable Holder holder() {
        return principal == null ? null : principal.holder();
    }
}
