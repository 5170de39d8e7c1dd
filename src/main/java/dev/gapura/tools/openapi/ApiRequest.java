package dev.gapura.tools.openapi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call of an operation, ready to be sent. Immutable.
///
/// @param headers lower case
/// @param body null: none
public record ApiRequest(String method, String url, Map<String, String> headers, byte @Nullable [] body) {
    public ApiRequest {
        headers = Map.copyOf(headers);
    }
}
