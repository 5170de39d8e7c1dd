package dev.gapura.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A tool that the model may call. Immutable; any thread.
public sealed interface Tool {
    /// Name by which the model calls it; the type for tools that have none.
    String name();

    /// A function.
    ///
    /// @param parameters JSON Schema of its arguments, null: it takes none
    /// @param strict whether arguments must follow the schema exactly, null where nothing was said
    /// @param others an object of the members that only some providers know, null where there are none
    record Function(
            String name,
            @Nullable String description,
            @Nullable JsonNode parameters,
            @Nullable Boolean strict,
            @Nullable CacheMark cache,
            @Nullable JsonNode others)
            implements Tool {
        /// A function of which nothing else was said.
        public Function(
                String name,
                @Nullable String description,
                @Nullable JsonNode parameters,
                @Nullable Boolean strict,
                @Nullable CacheMark cache) {
            this(name, description, parameters, strict, cache, null);
        }
    }

    /// A tool that takes free text.
    ///
    /// @param format OpenAI's `format` member, null where there is none
    /// @param others as in [Function]
    record Custom(
            String name,
            @Nullable String description,
            @Nullable JsonNode format,
            @Nullable JsonNode others) implements Tool {
        /// A tool of which nothing else was said.
        public Custom(String name, @Nullable String description, @Nullable JsonNode format) {
            this(name, description, format, null);
        }
    }

    /// A tool that its provider runs itself, kept as it came.
    ///
    /// @param dialect the one that knows it; `openai_chat` for what a client wrote into a chat request
    record Native(String dialect, String name, JsonNode value) implements Tool {}
}
