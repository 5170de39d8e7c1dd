package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON documents of an answer, and what oracles share about them. Stateless.
final class Documents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Documents() {}

    /// Data of the events of a stream that are JSON objects, one that the stream leaves open at its end included.
    static List<JsonNode> ofEvents(byte[] stream) {
        SseReader reader = new SseReader();
        List<SseReader.Event> events = new ArrayList<>(reader.feed(stream));
        events.addAll(reader.finish());
        List<JsonNode> documents = new ArrayList<>();
        for (SseReader.Event event : events) {
            JsonNode document = parsed(event.data());
            if (document != null && document.isObject()) {
                documents.add(document);
            }
        }
        return documents;
    }

    /// A stream of events, an array of documents, or one.
    static List<JsonNode> ofAny(byte[] body) {
        JsonNode whole = parsed(new String(body, StandardCharsets.UTF_8));
        List<JsonNode> documents = new ArrayList<>();
        if (whole == null) {
            return ofEvents(body);
        }
        if (whole.isArray()) {
            whole.forEach(documents::add);
        } else {
            documents.add(whole);
        }
        return documents;
    }

    /// JSON, null where it is none.
    static @Nullable JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// A number, null where there is none.
    static @Nullable Long number(JsonNode node) {
        return node.isNumber() ? Long.valueOf(node.longValue()) : null;
    }

    /// A text, empty where there is none.
    static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }
}
