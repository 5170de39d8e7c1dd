package dev.gapura.tools.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Results of tools as text for a model: what is no text is named, not shown. Stateless.
final class Content {
    private Content() {}

    /// @param result of `tools/call`
    static McpResult result(ObjectNode result) {
        String type = JsonTree.string(result, "resultType");
        if ("input_required".equals(type)) {
            return new McpResult("The tool asks for input from a person, which cannot be given here.", true);
        }
        if (type != null && !type.equals("complete")) {
            return new McpResult("The tool gave a result that this gateway cannot read.", true);
        }
        List<String> texts = new ArrayList<>();
        JsonNode structured = result.get("structuredContent");
        boolean repeated = structured == null || structured.isNull();
        for (JsonNode block : result.path("content")) {
            String text = text(block);
            texts.add(text);
            repeated = repeated || structured.equals(JsonTree.readOrNull(text));
        }
        if (!repeated) {
            texts.add(JsonTree.text(structured));
        }
        return new McpResult(String.join("\n", texts), result.path("isError").asBoolean(false));
    }

    private static String text(JsonNode block) {
        String type = JsonTree.string(block, "type");
        return switch (type == null ? "" : type) {
            case "text" -> or(JsonTree.string(block, "text"), "");
            case "image", "audio" ->
                "[" + type + " of type " + or(JsonTree.string(block, "mimeType"), "unknown") + ", "
                        + bytes(JsonTree.string(block, "data")) + " bytes, not shown]";
            case "resource_link" -> link(block);
            case "resource" -> resource(block.path("resource"));
            default -> "[content of type " + or(type, "unknown") + ", not shown]";
        };
    }

    private static String link(JsonNode block) {
        String description = JsonTree.string(block, "description");
        return "[link to " + or(JsonTree.string(block, "name"), "a resource") + ": "
                + or(JsonTree.string(block, "uri"), "") + "]" + (description == null ? "" : " " + description);
    }

    private static String resource(JsonNode resource) {
        String uri = or(JsonTree.string(resource, "uri"), "without an address");
        String text = JsonTree.string(resource, "text");
        return text != null
                ? "[resource " + uri + "]\n" + text
                : "[resource " + uri + " of type " + or(JsonTree.string(resource, "mimeType"), "unknown") + ", "
                        + bytes(JsonTree.string(resource, "blob")) + " bytes, not shown]";
    }

    /// How many bytes a Base64 text stands for.
    private static long bytes(@Nullable String base64) {
        if (base64 == null) {
            return 0;
        }
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() * 3L / 4 - padding;
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
