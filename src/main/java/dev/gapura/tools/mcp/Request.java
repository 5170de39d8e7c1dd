package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message to a server. Immutable.
///
/// @param id null: a notification, which is not answered
/// @param headers that go with it over HTTP, lower case
record Request(@Nullable Long id, String method, ObjectNode params, Map<String, String> headers) {
    Request {
        headers = Map.copyOf(headers);
    }

    /// One line of JSON.
    byte[] bytes() {
        ObjectNode message = JsonTree.object().put("jsonrpc", "2.0");
        if (id != null) {
            message.put("id", id.longValue());
        }
        message.put("method", method);
        if (!params.isEmpty()) {
            message.set("params", params);
        }
        return JsonTree.wellFormed(message);
    }

    /// What is answered to a request of the server's: `ping` has an answer, all else is refused. Null
    /// where the message is no request.
    static byte @Nullable [] answerTo(JsonNode message) {
        JsonNode id = message.get("id");
        String method = JsonTree.string(message, "method");
        if (id == null || method == null) {
            return null;
        }
        ObjectNode answer = JsonTree.object().put("jsonrpc", "2.0");
        answer.set("id", id);
        if (method.equals("ping")) {
            answer.putObject("result");
        } else {
            answer.putObject("error").put("code", -32601).put("message", "Method not found");
        }
        return JsonTree.wellFormed(answer);
    }
}
