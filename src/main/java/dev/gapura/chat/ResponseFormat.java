package dev.gapura.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Form that the answer's text must have. Immutable; any thread.
public sealed interface ResponseFormat {
    /// Any JSON object.
    record JsonObject() implements ResponseFormat {}

    /// JSON that follows a schema.
    ///
    /// @param schema null where the client sent a name only
    record JsonSchema(
            String name,
            @Nullable String description,
            @Nullable JsonNode schema,
            @Nullable Boolean strict) implements ResponseFormat {}
}
