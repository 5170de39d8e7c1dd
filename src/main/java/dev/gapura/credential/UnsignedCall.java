package dev.gapura.credential;

import dev.gapura.provider.Endpoint;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;

/// One upstream call just before it is sent, as far as a proof of identity covers it.
///
/// @param method HTTP method
/// @param headers all request headers, lower case, but `host` and `content-length`
/// @param body reads the body from its start, as often as it is asked
public record UnsignedCall(String method, Endpoint endpoint, Map<String, String> headers, Supplier<InputStream> body) {
    public UnsignedCall {
        headers = Map.copyOf(headers);
    }
}
