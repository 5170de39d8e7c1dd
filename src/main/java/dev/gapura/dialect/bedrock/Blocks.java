package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Content blocks that requests, plain answers and streams share. A block is an object with one member that tells what
/// it is; some carry a `type` besides. Stateless.
final class Blocks {
    /// `type` of a tool call that the provider ran itself.
    static final String SERVER_TOOL = "server_tool_use";

    private Blocks() {}

    static Part.Reasoning thought(String text, @Nullable String signature) {
        return new Part.Reasoning(text, signature, null, null, ReasoningFormat.BEDROCK);
    }

    static Part.Reasoning redacted(String base64) {
        return new Part.Reasoning("", null, base64, null, ReasoningFormat.BEDROCK);
    }

    /// Whether a tool call is one for the client.
    static boolean isForClient(JsonNode toolUse) {
        return !SERVER_TOOL.equals(JsonTree.string(toolUse, "type"));
    }

    /// A citation as an annotation over the text from `start` to `end`, in characters; null for those that
    /// point into documents of the request, for which Chat Completions has no word.
    static @Nullable JsonNode annotation(JsonNode citation, int start, int end) {
        JsonNode web = citation.path("location").path("web");
        String source = JsonTree.string(citation, "source");
        String url = web.has("url")
                ? JsonTree.string(web, "url")
                : source != null && source.startsWith("http") ? source : null;
        if (url == null) {
            return null;
        }
        String title = JsonTree.string(citation, "title");
        ObjectNode out = JsonTree.object().put("type", "url_citation");
        out.putObject("url_citation")
                .put("start_index", start)
                .put("end_index", end)
                .put("url", url)
                .put("title", title == null ? string(web, "domain") : title);
        return out;
    }

    /// A picture that the model made as an element of `message.images`; null for one that is no bytes.
    static @Nullable JsonNode picture(JsonNode image) {
        String bytes = JsonTree.string(image.path("source"), "bytes");
        if (bytes == null) {
            return null;
        }
        String format = JsonTree.string(image, "format");
        ObjectNode out = JsonTree.object().put("type", "image_url");
        out.putObject("image_url").put("url", "data:image/" + (format == null ? "png" : format) + ";base64," + bytes);
        return out;
    }

    /// Arguments as compact JSON text.
    static String arguments(@Nullable JsonNode input) {
        return input == null || input.isNull() ? "{}" : JsonTree.text(input);
    }

    static String string(JsonNode node, String name) {
        String text = JsonTree.string(node, name);
        return text == null ? "" : text;
    }
}
