package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.failure.FailureKind;
import dev.gapura.tools.ServerTool;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Server tools in `tool_choice`: there, and among `allowed_tools`, they stand by their own name, as functions or as
/// tools of type `server`. Stateless; any thread.
final class ToolChoices {
    private static final String FIELD = "tool_choice";

    private ToolChoices() {}

    /// The choice with server tools by the names that the model knows.
    ///
    /// @param tools server tools of the request, by those names
    /// @param clientTools names of the client's own tools
    /// @return null where it is right as it is
    /// @throws dev.gapura.failure.GatewayException (400) where it names a server tool that the request has not
    static @Nullable JsonNode of(
            ChatCompletionRequest request, Map<String, ServerTool> tools, Set<String> clientTools) {
        ChatCompletionRequest.Member member = request.member(FIELD);
        if (member == null || request.body()[member.valueStart()] != '{') {
            return null;
        }
        JsonNode choice = JsonTree.read(request.body(), member.valueStart(), member.valueEnd());
        if (choice.path("allowed_tools").get("tools") instanceof ArrayNode allowed) {
            boolean changed = false;
            for (int index = 0; index < allowed.size(); index++) {
                String param = FIELD + ".allowed_tools.tools[" + index + "]";
                ObjectNode function = named(allowed.get(index), param, tools, clientTools);
                if (function != null) {
                    allowed.set(index, function);
                    changed = true;
                }
            }
            return changed ? choice : null;
        }
        return named(choice, FIELD, tools, clientTools);
    }

    /// @return the function that a server tool is to the model; null where no server tool is named
    private static @Nullable ObjectNode named(
            JsonNode one, String param, Map<String, ServerTool> tools, Set<String> clientTools) {
        boolean server = "server".equals(JsonTree.string(one, "type"));
        String name = JsonTree.string(server ? one : one.path("function"), "name");
        if (!server && (name == null || clientTools.contains(name))) {
            return null;
        }
        for (Map.Entry<String, ServerTool> tool : tools.entrySet()) {
            if (tool.getValue().name().equals(name)) {
                return function(tool.getKey());
            }
        }
        if (!server) {
            return null;
        }
        if (name != null && clientTools.contains(name)) {
            return function(name);
        }
        throw ServerToolOffer.refused(
                FailureKind.INVALID_REQUEST,
                "`" + param + "` names the server tool '" + name + "', which this request does not offer. Name it in "
                        + "`tools` or in `" + ServerToolOffer.HEADER + "` too.",
                "unknown_tool",
                param);
    }

    private static ObjectNode function(String name) {
        ObjectNode choice = JsonTree.object().put("type", "function");
        choice.putObject("function").put("name", name);
        return choice;
    }
}
