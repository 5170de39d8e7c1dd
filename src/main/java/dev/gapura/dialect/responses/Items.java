package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Items that requests and answers share. Stateless.
final class Items {
    /// Between parts of a summary, and between thoughts.
    static final String PARAGRAPH = "\n\n";

    private Items() {}

    static String string(JsonNode node, String name) {
        String text = JsonTree.string(node, name);
        return text == null ? "" : text;
    }

    /// A reasoning item. Its text is the summary, or the thoughts themselves where there is no summary.
    static Part.Reasoning reasoning(JsonNode item) {
        String summary = texts(item.path("summary"));
        return new Part.Reasoning(
                summary.isEmpty() ? texts(item.path("content")) : summary,
                null,
                JsonTree.string(item, "encrypted_content"),
                JsonTree.string(item, "id"),
                ReasoningFormat.RESPONSES);
    }

    private static String texts(JsonNode parts) {
        List<String> texts = new ArrayList<>();
        for (JsonNode part : parts) {
            String text = string(part, "text");
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        return String.join(PARAGRAPH, texts);
    }

    /// An annotation as Chat Completions writes it; null for those that point into files, for which it has no word.
    ///
    /// @param offset characters of the answer before the text that the annotation belongs to
    static @Nullable JsonNode annotation(JsonNode annotation, int offset) {
        if (!"url_citation".equals(string(annotation, "type"))) {
            return null;
        }
        ObjectNode out = JsonTree.object().put("type", "url_citation");
        ObjectNode place = out.putObject("url_citation");
        place.put("start_index", offset + JsonTree.number(annotation, "start_index", 0));
        place.put("end_index", offset + JsonTree.number(annotation, "end_index", 0));
        place.put("url", string(annotation, "url"));
        place.put("title", string(annotation, "title"));
        return out;
    }

    /// Log probabilities with the member `bytes`, which streams leave out here and Chat Completions requires.
    static ArrayNode logprobs(Iterable<JsonNode> tokens) {
        ArrayNode out = JsonTree.array();
        for (JsonNode token : tokens) {
            ObjectNode one = logprob(token);
            ArrayNode top = one.putArray("top_logprobs");
            token.path("top_logprobs").forEach(other -> top.add(logprob(other)));
            out.add(one);
        }
        return out;
    }

    private static ObjectNode logprob(JsonNode token) {
        ObjectNode one = JsonTree.object().put("token", string(token, "token"));
        one.set("logprob", token.path("logprob"));
        if (token.get("bytes") instanceof ArrayNode bytes) {
            one.set("bytes", bytes);
        } else {
            one.putNull("bytes");
        }
        return one;
    }

    /// Grammar of a custom tool: nested in Chat Completions, flat here.
    static JsonNode flatFormat(JsonNode format) {
        if (!(format.get("grammar") instanceof ObjectNode grammar)) {
            return format;
        }
        ObjectNode flat = JsonTree.object().put("type", "grammar");
        grammar.properties().forEach(member -> flat.set(member.getKey(), member.getValue()));
        return flat;
    }

    /// The same, back.
    static JsonNode nestedFormat(JsonNode format) {
        if (!"grammar".equals(string(format, "type")) || format.has("grammar")) {
            return format;
        }
        ObjectNode nested = JsonTree.object().put("type", "grammar");
        ObjectNode grammar = nested.putObject("grammar");
        format.properties().forEach(member -> {
            if (!member.getKey().equals("type")) {
                grammar.set(member.getKey(), member.getValue());
            }
        });
        return nested;
    }
}
