package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// Arguments of a call as a model wrote them, for providers that want an object. Stateless; any thread.
public final class Arguments {
    private Arguments() {}

    /// The object in the text; an empty one for no text. What is no object is wrapped as `{"_raw": …}`: a
    /// conversation must not fail because a model once wrote broken JSON.
    public static ObjectNode object(String text) {
        if (text.isBlank()) {
            return JsonTree.object();
        }
        JsonNode value = JsonTree.readOrNull(text);
        return value instanceof ObjectNode object ? object : JsonTree.object().put("_raw", text);
    }
}
