package dev.gapura.sim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Errors in the shape of OpenAI's API: `{"error": {"message", "type", "param", "code"}}`, all four always
/// there.
final class OpenAiError {
    private OpenAiError() {}

    static ObjectNode body(int status, String message, @Nullable String param, @Nullable String code) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", type(status))
                .put("param", param)
                .put("code", code == null ? usualCode(status) : code);
        return body;
    }

    static Reply reply(int status, String message, @Nullable String param, @Nullable String code) {
        return Reply.json(status, body(status, message, param, code).toString())
                .withHeader(
                        "x-request-id", "req_" + UUID.randomUUID().toString().replace("-", ""));
    }

    /// Types as OpenAI sends them.
    private static String type(int status) {
        if (status == 429) {
            return "requests";
        }
        return status >= 500 ? "server_error" : "invalid_request_error";
    }

    private static @Nullable String usualCode(int status) {
        return switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
    }
}
