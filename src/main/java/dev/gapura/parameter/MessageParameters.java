package dev.gapura.parameter;

import static dev.gapura.parameter.Parameter.of;
import static dev.gapura.parameter.Shape.anyOf;
import static dev.gapura.parameter.Shape.listOf;
import static dev.gapura.parameter.Shape.members;
import static dev.gapura.parameter.Shape.orOthers;
import static dev.gapura.parameter.Shape.tagged;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.usually;

import dev.gapura.parameter.Shape.Anything;
import dev.gapura.parameter.Shape.Members;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The messages part of the [ParameterTable]: roles, content parts, tool calls of the past.
final class MessageParameters {
    /// Anthropic's mark of a cacheable prefix; stands at many places.
    static final Parameter CACHE_CONTROL = of(
                    "cache_control",
                    members(
                            of("type", text(), "Kind of cache entry, `ephemeral`."),
                            of("ttl", text(), "How long the entry lives.")),
                    "Marks the prompt up to here as worth caching, in Anthropic's form.")
            .asExtension();

    private static final Parameter CACHE_BREAKPOINT = of(
            "prompt_cache_breakpoint",
            members(of("mode", usually("explicit"), "Kind of breakpoint.")),
            "Ends a prefix that the provider shall cache.");

    private static final Members IMAGE = members(
            of("url", text(), "Address of the image, or a data URL with its bytes.")
                    .asRequired(),
            of("detail", usually("auto", "low", "high"), "How closely it is looked at.")
                    .withDefault("\"auto\""));

    /// Content parts by `type`. Those of other providers (`file_url`, `video_url`, …) pass unchecked.
    static final Shape PART = orOthers(tagged(
            "type",
            ordered(
                    "text",
                    part(of("text", text(), "The text.").asRequired()),
                    "image_url",
                    part(of("image_url", anyOf(text(), IMAGE), "The image; also its address alone.")
                            .asRequired()
                            .asStructural()),
                    "input_audio",
                    part(of(
                                    "input_audio",
                                    members(
                                            of("data", text(), "The audio in base64.")
                                                    .asRequired(),
                                            of("format", usually("wav", "mp3"), "Its encoding.")
                                                    .asRequired()),
                                    "Spoken input.")
                            .asRequired()
                            .asStructural()),
                    "file",
                    part(of(
                                    "file",
                                    members(
                                            of("file_id", text(), "Id of a file stored at the provider."),
                                            of("file_data", text(), "The file as a data URL or in plain base64."),
                                            of("filename", text(), "Its name.")),
                                    "A document.")
                            .asRequired()
                            .asStructural()),
                    "refusal",
                    part(of("refusal", text(), "Words of an earlier refusal; in assistant messages.")
                            .asRequired()))));

    private static final Parameter NAME = of("name", text(), "Tells participants of the same role apart.");

    private static final Shape CONTENT = anyOf(text(), listOf(PART));

    /// A function call of the past. `arguments` is what a model wrote: it need not be JSON.
    private static final Members FUNCTION_CALL = members(
            of("name", text(), "Function that was called.").asRequired(),
            of("arguments", text(), "Its arguments as the model wrote them."));

    private static final Shape TOOL_CALL = Shape.assuming(
            "function",
            orOthers(tagged(
                    "type",
                    ordered(
                            "function",
                            members(
                                    of("id", text(), "Id that the tool message refers to.")
                                            .asRequired(),
                                    of("function", FUNCTION_CALL, "The call.").asRequired(),
                                    CACHE_CONTROL),
                            "custom",
                            members(
                                    of("id", text(), "Id that the tool message refers to.")
                                            .asRequired(),
                                    of(
                                                    "custom",
                                                    members(
                                                            of("name", text(), "Tool that was called.")
                                                                    .asRequired(),
                                                            of("input", text(), "Its input as the model wrote it.")
                                                                    .asRequired()),
                                                    "The call of a custom tool.")
                                            .asRequired(),
                                    CACHE_CONTROL)))));

    /// One message, by `role`.
    static final Shape MESSAGE = tagged(
            "role",
            ordered(
                    "developer",
                    plain("Instructions from the developer."),
                    "system",
                    plain("Instructions that stand above the conversation."),
                    "user",
                    plain("What the user says."),
                    "assistant",
                    Shape.membersWithOneOf(
                            List.of("content", "tool_calls", "function_call", "refusal", "audio"),
                            List.of(
                                    of("content", CONTENT, "What the model said; may be left out beside tool calls."),
                                    NAME,
                                    of("refusal", text(), "Words with which the model refused."),
                                    of(
                                            "audio",
                                            members(of("id", text(), "Id of the earlier answer.")
                                                    .asRequired()),
                                            "An earlier spoken answer."),
                                    of("tool_calls", listOf(TOOL_CALL), "Tools that the model called.")
                                            .asStructural(),
                                    of("function_call", FUNCTION_CALL, "Older form of `tool_calls`.")
                                            .asDeprecated()
                                            .asStructural(),
                                    extension("reasoning_content", text(), "Reasoning of an earlier turn."),
                                    extension("reasoning", new Anything(), "Reasoning of an earlier turn."),
                                    extension(
                                            "reasoning_details",
                                            new Anything(),
                                            "Sealed reasoning of an earlier turn."),
                                    extension(
                                            "thinking_blocks", new Anything(), "Sealed reasoning of an earlier turn."),
                                    CACHE_CONTROL)),
                    "tool",
                    members(
                            of("content", CONTENT, "What the tool answered.")
                                    .asRequired()
                                    .asStructural(),
                            of("tool_call_id", text(), "Which call this answers.")
                                    .asRequired()
                                    .asStructural(),
                            CACHE_CONTROL),
                    "function",
                    members(
                            of("content", CONTENT, "What the function answered.")
                                    .asStructural(),
                            of("name", text(), "Function that answered.")
                                    .asRequired()
                                    .asStructural())));

    private MessageParameters() {}

    private static Members plain(String description) {
        return members(of("content", CONTENT, description).asRequired().asStructural(), NAME, CACHE_CONTROL);
    }

    private static Members part(Parameter own) {
        return members(own, CACHE_BREAKPOINT, CACHE_CONTROL);
    }

    private static Parameter extension(String name, Shape shape, String description) {
        return of(name, shape, description).asExtension();
    }

    /// Variants in the order of the reference page.
    static Map<String, Members> ordered(Object... tagsAndVariants) {
        Map<String, Members> variants = new LinkedHashMap<>();
        for (int index = 0; index < tagsAndVariants.length; index += 2) {
            variants.put((String) tagsAndVariants[index], (Members) tagsAndVariants[index + 1]);
        }
        return variants;
    }
}
