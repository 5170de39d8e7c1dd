package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Content blocks that plain answers and streams share. Stateless.
final class Blocks {
    private Blocks() {}

    static Part.Reasoning thinking(String text, @Nullable String signature) {
        return new Part.Reasoning(text, signature, null, null, ReasoningFormat.ANTHROPIC);
    }

    static Part.Reasoning redacted(String data) {
        return new Part.Reasoning("", null, data, null, ReasoningFormat.ANTHROPIC);
    }

    /// A citation as an annotation over the text from `start` to `end`, in characters; null for those that
    /// point into documents of the request, for which Chat Completions has no word.
    static @Nullable JsonNode annotation(JsonNode citation, int start, int end) {
        String url = JsonTree.string(citation, "url");
        if (url == null) {
            return null;
        }
        ObjectNode out = JsonTree.object().put("type", "url_citation");
        ObjectNode place = out.putObject("url_citation");
        place.put("start_index", start);
        place.put("end_index", end);
        place.put("url", url);
        String title = JsonTree.string(citation, "title");
        place.put("title", title == null ? "" : title);
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
