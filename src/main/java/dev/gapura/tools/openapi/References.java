package dev.gapura.tools.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Follows `$ref` within one document. Immutable.
///
/// @param document the whole of it
record References(JsonNode document) {
    /// References that lead to references.
    private static final int LONGEST = 10;

    /// What stands at the end of a reference; the node itself where it is none.
    JsonNode follow(JsonNode node) throws ApiException {
        JsonNode at = node;
        for (int steps = 0; steps < LONGEST; steps++) {
            String reference = JsonTree.string(at, "$ref");
            if (reference == null) {
                return at;
            }
            at = target(reference);
        }
        throw new ApiException("its references lead in a circle");
    }

    /// What a reference names.
    JsonNode target(String reference) throws ApiException {
        if (!reference.startsWith("#/")) {
            throw new ApiException("it refers to another document: " + cut(reference));
        }
        JsonNode target;
        try {
            String pointer = URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            target = document.at(JsonPointer.compile(pointer));
        } catch (IllegalArgumentException malformed) {
            throw new ApiException("it has a reference that cannot be read: " + cut(reference));
        }
        if (target.isMissingNode()) {
            throw new ApiException("it refers to " + cut(reference) + ", which is not there");
        }
        return target;
    }

    private static String cut(String reference) {
        return reference.length() > 100 ? reference.substring(0, 100) + "…" : reference;
    }
}
