package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// What content chunks of requests and answers share. Stateless.
final class Chunks {
    private Chunks() {}

    static String string(JsonNode node, String name) {
        String text = JsonTree.string(node, name);
        return text == null ? "" : text;
    }

    /// The words of a `thinking` chunk, whose member of that name is a list of chunks or, in older answers,
    /// plain text.
    static String thought(JsonNode chunk) {
        JsonNode thinking = chunk.path("thinking");
        if (thinking.isTextual()) {
            return thinking.textValue();
        }
        StringBuilder text = new StringBuilder();
        thinking.forEach(piece -> text.append(piece.isTextual() ? piece.textValue() : string(piece, "text")));
        return text.toString();
    }

    /// Arguments as text: some models give them as an object.
    static String arguments(@Nullable JsonNode arguments) {
        return arguments == null || arguments.isNull()
                ? ""
                : arguments.isTextual() ? arguments.textValue() : JsonTree.text(arguments);
    }

    /// A source as an annotation. Sources of tool results and documents have no address but an id, which
    /// stands in its place.
    static ObjectNode annotation(String url, String title, int place) {
        ObjectNode out = JsonTree.object().put("type", "url_citation");
        out.putObject("url_citation")
                .put("start_index", place)
                .put("end_index", place)
                .put("url", url)
                .put("title", title);
        return out;
    }
}
