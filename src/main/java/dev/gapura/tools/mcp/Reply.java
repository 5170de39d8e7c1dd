package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// What a server answers to a request.
sealed interface Reply {
    /// Words of a server that are repeated.
    int MOST_WORDS = 500;

    /// @param result of the method
    record Result(ObjectNode result) implements Reply {}

    /// @param code of JSON-RPC; 0 where the answer was an HTTP status and no JSON-RPC
    /// @param message of the server, bounded
    /// @param data whatever the error carries
    /// @param status of HTTP; 0 over pipes
    record Fault(long code, String message, JsonNode data, int status) implements Reply {}

    /// The reply in a JSON-RPC response.
    ///
    /// @param status of HTTP; 0 over pipes
    static Reply of(JsonNode response, int status) {
        if (response.get("result") instanceof ObjectNode result) {
            return new Result(result);
        }
        JsonNode error = response.path("error");
        String message = JsonTree.string(error, "message");
        String words = message == null ? "without a reason" : message.strip();
        return new Fault(
                JsonTree.number(error, "code", 0),
                words.length() > MOST_WORDS ? words.substring(0, MOST_WORDS) + "…" : words,
                error.path("data"),
                status);
    }
}
