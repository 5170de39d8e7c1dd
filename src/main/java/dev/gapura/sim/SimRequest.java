package dev.gapura.sim;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request as the simulator received it.
///
/// @param method HTTP method
/// @param path request target as sent, query included
/// @param headers names in lower case; values of a repeated header joined by `, `
/// @param body the bytes received, after transfer coding; not to be changed
/// @param arrivedNanos when the head had been read, on the clock of [System#nanoTime()]
public record SimRequest(String method, String path, Map<String, String> headers, byte[] body, long arrivedNanos) {
    /// Copies the headers.
    public SimRequest {
        headers = Map.copyOf(headers);
    }

    /// Value of a header by its lower-case name, null when it was not sent.
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /// The body read as UTF-8.
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
