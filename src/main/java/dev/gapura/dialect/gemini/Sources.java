package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where one answer's text comes from: Gemini's grounding and citations as annotations. Gemini counts UTF-8 bytes,
/// annotations count characters. One instance a candidate.
final class Sources {
    private final StringBuilder text = new StringBuilder();
    private @Nullable JsonNode grounding;
    private @Nullable JsonNode citations;

    /// More of the answer's text.
    void text(String more) {
        text.append(more);
    }

    /// Takes what a candidate says about sources; the last that says something counts.
    void take(JsonNode candidate) {
        JsonNode chunks = candidate.path("groundingMetadata").path("groundingChunks");
        grounding = chunks.isEmpty() ? grounding : candidate.get("groundingMetadata");
        JsonNode metadata = candidate.path("citationMetadata");
        JsonNode list = metadata.has("citations") ? metadata.get("citations") : metadata.path("citationSources");
        citations = list.isEmpty() ? citations : list;
    }

    /// Elements of `message.annotations`.
    List<ObjectNode> annotations() {
        List<ObjectNode> all = new ArrayList<>();
        if (grounding != null) {
            grounded(grounding, all);
        }
        if (citations != null) {
            for (JsonNode citation : citations) {
                add(citation, place(citation), all);
            }
        }
        return all;
    }

    private void grounded(JsonNode metadata, List<ObjectNode> all) {
        JsonNode chunks = metadata.path("groundingChunks");
        Set<Integer> used = new HashSet<>();
        for (JsonNode support : metadata.path("groundingSupports")) {
            Place place = place(support.path("segment"));
            for (JsonNode index : support.path("groundingChunkIndices")) {
                used.add(index.asInt());
                add(source(chunks.path(index.asInt())), place, all);
            }
        }
        // What supports no place in particular supports the whole.
        for (int i = 0; i < chunks.size(); i++) {
            if (!used.contains(i)) {
                add(source(chunks.get(i)), new Place(0, text.codePointCount(0, text.length())), all);
            }
        }
    }

    private static JsonNode source(JsonNode chunk) {
        return chunk.has("web")
                ? chunk.get("web")
                : chunk.has("maps") ? chunk.get("maps") : chunk.path("retrievedContext");
    }

    private static void add(JsonNode source, Place place, List<ObjectNode> all) {
        String uri = JsonTree.string(source, "uri");
        if (uri == null) {
            return;
        }
        String title = JsonTree.string(source, "title");
        ObjectNode annotation = JsonTree.object().put("type", "url_citation");
        annotation
                .putObject("url_citation")
                .put("start_index", place.start())
                .put("end_index", place.end())
                .put("url", uri)
                .put("title", title == null ? "" : title);
        all.add(annotation);
    }

    private record Place(int start, int end) {}

    private Place place(JsonNode segment) {
        int start = characters(JsonTree.number(segment, "startIndex", 0));
        int end = characters(JsonTree.number(segment, "endIndex", 0));
        return new Place(start, Math.max(start, end));
    }

    /// Characters that begin before this offset in bytes.
    private int characters(long bytes) {
        int count = 0;
        int at = 0;
        for (long seen = 0; seen < bytes && at < text.length(); count++) {
            int character = text.codePointAt(at);
            seen += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            at += Character.charCount(character);
        }
        return count;
    }
}
