package dev.gapura.wire;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// JSON as a tree, for what is translated: the only place where Jackson's mapper is set up. Numbers keep every digit
/// they came with, members keep their order. What clients send has passed [JsonScanner] before it gets here; what
/// providers send has not, so reading is bounded in depth and in the length of numbers and names. Stateless; any
/// thread.
public final class JsonTree {
    /// Objects and arrays that may be open at once in what a provider sends.
    private static final int MAX_DEPTH = 256;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNumberLength(1_000)
                        .build());
    }

    private JsonTree() {}

    /// Reads one document.
    ///
    /// @throws JsonException when it is not exactly one
    public static JsonNode read(byte[] bytes, int from, int to) {
        try {
            JsonNode node = MAPPER.readTree(bytes, from, to - from);
            if (node == null || node.isMissingNode()) {
                throw new JsonException(JsonException.Kind.SYNTAX, bytes, from, from, "the document is empty");
            }
            return node;
        } catch (JsonProcessingException malformed) {
            JsonLocation place = malformed.getLocation();
            long offset = place == null ? 0 : Math.clamp(place.getByteOffset(), 0, to - from);
            throw new JsonException(
                    JsonException.Kind.SYNTAX, bytes, from, from + (int) offset, "it is not valid JSON");
        } catch (IOException undecodable) {
            throw new JsonException(JsonException.Kind.ENCODING, bytes, from, from, "it is not UTF-8");
        }
    }

    /// The document in a text, or null where it is none: for what models write, which need not be JSON.
    public static @Nullable JsonNode readOrNull(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }

    /// Compact text; the same tree always gives the same bytes.
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// The same for what goes to other programs. Half a character in what a model or a tool wrote becomes `?`: as an
    /// escape it makes strict readers refuse the whole document. Whole ones go as themselves, not as escapes.
    public static byte[] wellFormed(JsonNode node) {
        byte[] bytes = bytes(node);
        return holdsSurrogates(bytes) ? text(node).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    /// Whether there is an escape that is half of a character: Jackson writes what is beyond the basic plane so.
    private static boolean holdsSurrogates(byte[] json) {
        for (int at = 0; at < json.length - 3; at++) {
            if (json[at] == '\\') {
                at++;
                if (json[at] == 'u' && (json[at + 1] | 0x20) == 'd' && json[at + 2] >= '8') {
                    return true;
                }
            }
        }
        return false;
    }

    /// The same as text.
    public static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// A new object.
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// A new array.
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// A flag as a node.
    public static JsonNode flag(boolean value) {
        return JsonNodeFactory.instance.booleanNode(value);
    }

    /// A text as a node.
    public static JsonNode textNode(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }

    /// Text of a member, null where it is absent, `null` or no text.
    public static @Nullable String string(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    /// A whole number of a member; `fallback` where it is absent or none. Fractions are cut off: some providers
    /// count tokens in floats.
    public static long number(JsonNode object, String name, long fallback) {
        JsonNode value = object.get(name);
        return value != null && value.isNumber() ? value.longValue() : fallback;
    }
}
