package dev.gapura.dialect;

import dev.gapura.chat.ResponseFormat;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// How a form of answer that a provider lacks is had all the same.
///
/// @param tool name of the tool whose arguments are the answer, null where none is used
/// @param inText whether the model was asked in words, so that the JSON is taken out of its text
public record JsonWish(@Nullable String tool, boolean inText) {
    /// Name of the tool that stands in for a response format.
    public static final String TOOL = "json_output";

    /// Nothing has to be emulated.
    public static final JsonWish NONE = new JsonWish(null, false);

    public static JsonWish byTool() {
        return new JsonWish(TOOL, false);
    }

    public static JsonWish inWords() {
        return new JsonWish(null, true);
    }

    /// The instruction that asks for the form in words. The same for the same request, so that caches of the prompt
    /// keep fitting.
    public static String instruction(ResponseFormat format) {
        return switch (format) {
            case ResponseFormat.JsonObject object ->
                "Answer with one JSON object and nothing else: no explanation and no code fence around it.";
            case ResponseFormat.JsonSchema schema ->
                "Answer with one JSON value that follows this JSON Schema, and nothing else: no explanation and no code"
                        + " fence around it.\n"
                        + (schema.schema() == null ? "{}" : JsonTree.text(schema.schema()));
        };
    }
}
