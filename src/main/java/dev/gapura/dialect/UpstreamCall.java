package dev.gapura.dialect;

import java.util.Map;

/// A request in the provider's language, ready to be sent.
///
/// @param path what follows the provider's base URL, with its query: `/v1/messages`
/// @param body JSON, the same bytes for the same request
/// @param headers further request headers, lower case, made from fields
/// @param question what the reader of the answer must know
public record UpstreamCall(String path, byte[] body, Map<String, String> headers, Question question) {
    public UpstreamCall {
        headers = Map.copyOf(headers);
    }
}
