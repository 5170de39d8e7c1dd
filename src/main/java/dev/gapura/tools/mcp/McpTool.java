package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// One tool of an MCP server. Immutable but for the schema, which is not to be changed.
///
/// @param name as the server calls it
/// @param description for the model; empty where the server has none
/// @param schema JSON Schema of an object
/// @param idempotent whether the server says that it only reads, or that repeating it changes nothing more
/// @param parameterHeaders arguments that are sent as headers too: name of the header by the path of the argument
public record McpTool(
        String name,
        String description,
        ObjectNode schema,
        boolean idempotent,
        Map<List<String>, String> parameterHeaders) {
    public McpTool {
        parameterHeaders = Map.copyOf(parameterHeaders);
    }
}
