package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sources that a provider names beside its choices: `citations` as addresses (Perplexity, xAI), `search_results` with
/// titles (Perplexity). They belong to no place in the text. One instance an answer.
final class Sources {
    private static final int MAX_SOURCES = 1_000;

    private final Map<String, String> titles = new LinkedHashMap<>();

    /// Takes what an answer or a chunk names.
    void note(JsonNode answer) {
        for (JsonNode citation : answer.path("citations")) {
            String url = citation.isTextual() ? citation.textValue() : JsonTree.string(citation, "url");
            if (url != null && !url.isEmpty() && titles.size() < MAX_SOURCES) {
                titles.putIfAbsent(url, "");
            }
        }
        for (JsonNode result : answer.path("search_results")) {
            String url = JsonTree.string(result, "url");
            String title = JsonTree.string(result, "title");
            if (url != null && title != null && titles.containsKey(url)) {
                titles.put(url, title);
            }
        }
    }

    /// All of them as annotations.
    ArrayNode annotations() {
        ArrayNode out = JsonTree.array();
        titles.forEach((url, title) -> {
            ObjectNode place = out.addObject().put("type", "url_citation").putObject("url_citation");
            place.put("start_index", 0).put("end_index", 0).put("url", url).put("title", title);
        });
        return out;
    }
}
