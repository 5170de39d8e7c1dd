package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tools in the pages of a list. What is broken is left out alone, with a line in the log. One instance a list,
/// one thread.
final class ToolDefinitions {
    private static final Logger LOG = LoggerFactory.getLogger(ToolDefinitions.class);
    /// The specification asks for at most 128 letters, digits, `_`, `-` and `.`; names that patterns and
    /// lists of names cannot hold are refused, others are taken.
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s,*]{1,128}");

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final int MOST_DESCRIPTION = 16_384;
    /// More than any model can choose from.
    private static final int MOST_TOOLS = 1000;

    private final String label;
    private final List<McpTool> tools = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    ToolDefinitions(String label) {
        this.label = label;
    }

    void add(JsonNode page) {
        for (JsonNode definition : page) {
            if (full()) {
                LOG.warn("tools {}: only the first {} are taken", label, MOST_TOOLS);
                return;
            }
            String name = JsonTree.string(definition, "name");
            if (name == null || !NAME.matcher(name).matches()) {
                leaveOut(name == null ? "without a name" : name, "its name cannot be used");
                continue;
            }
            if (!(definition.get("inputSchema") instanceof ObjectNode given)) {
                leaveOut(name, "it has no `inputSchema`");
                continue;
            }
            String type = JsonTree.string(given, "type");
            if (given.has("type") && !"object".equals(type)) {
                leaveOut(name, "its `inputSchema` is not that of an object");
                continue;
            }
            Map<List<String>, String> headers = new HashMap<>();
            String fault = headers(given, List.of(), headers, new HashSet<>());
            if (fault != null) {
                leaveOut(name, fault);
                continue;
            }
            if (!names.add(name)) {
                leaveOut(name, "another one has the same name");
                continue;
            }
            ObjectNode schema = given.deepCopy().put("type", "object");
            tools.add(new McpTool(name, description(definition), schema, idempotent(definition), headers));
        }
    }

    boolean full() {
        return tools.size() >= MOST_TOOLS;
    }

    List<McpTool> tools() {
        return List.copyOf(tools);
    }

    private void leaveOut(String name, String why) {
        String shown = name.length() > 128 ? name.substring(0, 128) + "…" : name;
        LOG.warn("tools {}: '{}' is left out: {}", label, shown.replaceAll("\\p{Cntrl}", "?"), why);
    }

    private static String description(JsonNode definition) {
        String text = JsonTree.string(definition, "description");
        if (text == null || text.isBlank()) {
            text = JsonTree.string(definition, "title");
        }
        text = text == null ? "" : text;
        return text.length() > MOST_DESCRIPTION ? text.substring(0, MOST_DESCRIPTION) : text;
    }

    private static boolean idempotent(JsonNode definition) {
        JsonNode hints = definition.path("annotations");
        return hints.path("readOnlyHint").asBoolean(false)
                || hints.path("idempotentHint").asBoolean(false);
    }

    /// Gathers `x-mcp-header` of properties that are reached by `properties` alone; anywhere else, or of
    /// another type, it makes the whole definition invalid.
    ///
    /// @param taken names of headers so far, lower case
    /// @return what is wrong, null where nothing is
    private static @Nullable String headers(
            JsonNode schema, List<String> path, Map<List<String>, String> found, Set<String> taken) {
        String fault = misplaced(schema);
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            List<String> here = new ArrayList<>(path);
            here.add(property.getKey());
            JsonNode header = property.getValue().get("x-mcp-header");
            if (header != null) {
                String name = header.asText();
                String type = JsonTree.string(property.getValue(), "type");
                boolean primitive =
                        type != null && List.of("string", "integer", "boolean").contains(type);
                if (!primitive || !TOKEN.matcher(name).matches() || !taken.add(name.toLowerCase(Locale.ROOT))) {
                    return "its `x-mcp-header` of '" + property.getKey() + "' is not valid";
                }
                found.put(List.copyOf(here), "mcp-param-" + name.toLowerCase(Locale.ROOT));
            }
            String below = headers(property.getValue(), here, found, taken);
            fault = fault == null ? below : fault;
        }
        return fault;
    }

    private static @Nullable String misplaced(JsonNode schema) {
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            if (!member.getKey().equals("properties")
                    && member.getValue().isContainerNode()
                    && member.getValue().findValue("x-mcp-header") != null) {
                return "its `x-mcp-header` stands where it cannot be followed";
            }
        }
        return null;
    }
}
