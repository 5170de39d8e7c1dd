package dev.gapura.parameter;

import static dev.gapura.parameter.Parameter.of;
import static dev.gapura.parameter.Shape.anyOf;
import static dev.gapura.parameter.Shape.listOf;
import static dev.gapura.parameter.Shape.members;
import static dev.gapura.parameter.Shape.number;
import static dev.gapura.parameter.Shape.only;
import static dev.gapura.parameter.Shape.tagged;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.usually;
import static dev.gapura.parameter.Shape.whole;
import static dev.gapura.parameter.Shape.wholeFrom;

import dev.gapura.parameter.Shape.Alphabet;
import dev.gapura.parameter.Shape.Flag;
import dev.gapura.parameter.Shape.MapOf;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.NameIndex;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The parameter table: every field of a chat completions request that the gateway knows, in one place.
/// Reading, verdicts, `/openapi.json` and the reference page all come from it.
///
/// Sources: OpenAI's `CreateChatCompletionRequest` (openapi.json 2.3.0,
/// <https://github.com/openai/openai-openapi>) for names, types and limits; the gateway's own contract for
/// the limits of sampling parameters.
///
/// How strict it is, and why: types and numeric limits are enforced, since a wrong one is a client's mistake
/// everywhere. Lists of words that providers lengthen all the time (`service_tier`, `reasoning_effort`, image
/// detail, audio formats) are [Shape.Choice]s that let unknown words pass: a new value must work on the day
/// it appears, and the provider judges it. The same holds for members that are not listed, content parts and
/// tools of other types. Only roles form a closed list, because everything that is done with a conversation
/// depends on them.
public final class ParameterTable {
    private static final Flag FLAG = new Flag();

    private static final List<Parameter> CHAT_FIELDS = List.of(
            of(
                            "model",
                            new Shape.Text(1, 512, Alphabet.PRINTABLE),
                            "Which model answers: `provider/model`, or an alias from the configuration.")
                    .asRequired()
                    .asStructural(),
            of("messages", listOf(MessageParameters.MESSAGE, 1, Integer.MAX_VALUE), "The conversation so far.")
                    .asRequired()
                    .asStructural(),
            of(
                            "audio",
                            members(
                                    of(
                                                    "voice",
                                                    anyOf(
                                                            text(),
                                                            members(of("id", text(), "Id of a custom voice.")
                                                                    .asRequired())),
                                                    "Voice that speaks, by name or as an object with an id.")
                                            .asRequired(),
                                    of(
                                                    "format",
                                                    usually("wav", "aac", "mp3", "flac", "opus", "pcm16"),
                                                    "Encoding of the audio.")
                                            .asRequired()),
                            "How spoken output sounds; goes with `modalities` that hold `audio`.")
                    .asStructural(),
            of("frequency_penalty", number(-2, 2), "Lowers the chance of tokens by how often they appeared.")
                    .withDefault("0"),
            of("presence_penalty", number(-2, 2), "Lowers the chance of tokens that appeared at all.")
                    .withDefault("0"),
            of(
                            "function_call",
                            anyOf(
                                    only("none", "auto"),
                                    members(of("name", Shape.name(), "Function to call.")
                                            .asRequired())),
                            "Older form of `tool_choice`.")
                    .asDeprecated()
                    .asStructural(),
            of("functions", listOf(ToolParameters.FUNCTION, 1, 128), "Older form of `tools`.")
                    .asDeprecated(),
            of(
                    "logit_bias",
                    new MapOf(number(-100, 100), Integer.MAX_VALUE, 64),
                    "Raises or lowers the chance of single tokens; token ids are those of the model's own tokenizer."),
            of("logprobs", FLAG, "Whether to return the log probabilities of the output tokens.")
                    .withDefault("false")
                    .asStructural(),
            of("top_logprobs", whole(0, 20), "How many likely alternatives to list per token; needs `logprobs: true`.")
                    .asStructural(),
            of(
                    "max_completion_tokens",
                    wholeFrom(1),
                    "Most tokens the answer may have, reasoning included; wins over `max_tokens`."),
            of("max_tokens", wholeFrom(1), "Most tokens the answer may have; older name of `max_completion_tokens`.")
                    .asDeprecated(),
            of("metadata", new MapOf(text(0, 512), 16, 64), "Labels stored with the completion."),
            of("modalities", listOf(usually("text", "audio", "image")), "Kinds of output wanted.")
                    .withDefault("[\"text\"]")
                    .asStructural(),
            of(
                            "moderation",
                            members(
                                    of("model", text(), "Model that moderates."),
                                    of(
                                            "policy",
                                            members(
                                                    of("input", moderationMode(), "What happens to the input."),
                                                    of("output", moderationMode(), "What happens to the output.")),
                                            "What the moderation does with either side.")),
                            "Has input and output moderated by the provider and reported in the answer.")
                    .asStructural(),
            of("n", whole(1, 128), "How many answers to give.").withDefault("1").asStructural(),
            of("parallel_tool_calls", FLAG, "Whether one turn may call several tools.")
                    .withDefault("true"),
            of(
                    "prediction",
                    Shape.orOthers(tagged(
                            "type",
                            Map.of(
                                    "content",
                                    members(of(
                                                    "content",
                                                    anyOf(text(), listOf(MessageParameters.PART)),
                                                    "Text that the answer is expected to repeat.")
                                            .asRequired())))),
                    "Text known in advance, to speed up small edits of it."),
            of("prompt_cache_key", text(), "Keeps requests with a common prefix near each other's cache."),
            of(
                    "prompt_cache_options",
                    members(
                            of("mode", usually("implicit", "explicit"), "Whether breakpoints are set automatically.")
                                    .withDefault("\"implicit\""),
                            of("ttl", usually("30m"), "How long a cached prefix lives.")
                                    .withDefault("\"30m\"")),
                    "How the prompt is cached."),
            of("prompt_cache_retention", usually("in_memory", "24h"), "Longest time a cached prefix is kept.")
                    .asDeprecated(),
            of(
                    "reasoning_effort",
                    usually("none", "minimal", "low", "medium", "high", "xhigh", "max"),
                    "How much the model thinks before it answers."),
            of("response_format", ToolParameters.RESPONSE_FORMAT, "Form that the answer must have.")
                    .withDefault("{\"type\":\"text\"}")
                    .asStructural(),
            of("safety_identifier", text(0, 64), "Stable id of the end user, for the provider's abuse detection."),
            of("seed", whole(), "Asks for repeatable sampling; best effort.").asDeprecated(),
            of(
                            "service_tier",
                            usually("auto", "default", "flex", "scale", "priority", "fast"),
                            "Processing class, which decides price and waiting time.")
                    .withDefault("\"auto\""),
            of("stop", anyOf(text(), listOf(text(), 0, 4)), "Up to four texts at which the answer ends."),
            of("store", FLAG, "Whether the provider keeps the completion.").withDefault("false"),
            of("stream", FLAG, "Whether the answer comes as server-sent events.")
                    .withDefault("false")
                    .asStructural(),
            of(
                    "stream_options",
                    members(
                            of("include_usage", FLAG, "Whether a last chunk carries the token counts.")
                                    .withDefault("false"),
                            of("include_obfuscation", FLAG, "Whether events are padded against traffic analysis.")),
                    "Details of a stream; only with `stream: true`."),
            of("temperature", number(0, 2), "How freely tokens are drawn; 0 is nearly deterministic.")
                    .withDefault("1"),
            of(
                            "tool_choice",
                            ToolParameters.TOOL_CHOICE,
                            "Whether the model may, must or must not call a tool, or which.")
                    .asStructural(),
            of("tools", listOf(ToolParameters.TOOL, 0, 128), "Functions that the model may call."),
            of("top_p", number(0, 1), "Draws only from the most likely tokens that add up to this probability.")
                    .withDefault("1"),
            of("user", text(), "Id of the end user; `safety_identifier` and `prompt_cache_key` took its place.")
                    .asDeprecated(),
            of("verbosity", usually("low", "medium", "high"), "How wordy the answer is.")
                    .withDefault("\"medium\""),
            of(
                    "web_search_options",
                    members(
                            of("search_context_size", usually("low", "medium", "high"), "How much search text is read.")
                                    .withDefault("\"medium\""),
                            of(
                                    "user_location",
                                    members(
                                            of("type", usually("approximate"), "Kind of location."),
                                            of(
                                                    "approximate",
                                                    members(
                                                            of("country", text(), "Two-letter country code."),
                                                            of("region", text(), "Region or state."),
                                                            of("city", text(), "City."),
                                                            of("timezone", text(), "IANA name of the time zone.")),
                                                    "Where the user is, roughly.")),
                                    "Place to which search results are fitted.")),
                    "Web search by search models."));

    private static final List<Parameter> CHAT = Stream.concat(CHAT_FIELDS.stream(), ExtensionParameters.FIELDS.stream())
            .toList();

    private static final Map<String, Parameter> BY_NAME = byName(CHAT);

    private static final NameIndex<Parameter> CHAT_INDEX = new NameIndex<>(BY_NAME);

    private ParameterTable() {}

    /// Every known top-level field of a chat completions request, OpenAI's first, then extensions.
    public static List<Parameter> chat() {
        return CHAT;
    }

    /// The row for the member name on which the scanner stands, or null for a field not known.
    public static @Nullable Parameter chatField(JsonScanner json) {
        return CHAT_INDEX.find(json);
    }

    /// The row of that name, or null for a field not known.
    public static @Nullable Parameter chatFieldOrNull(String name) {
        return BY_NAME.get(name);
    }

    /// The row of that name.
    ///
    /// @throws IllegalArgumentException when the table has none
    public static Parameter chatField(String name) {
        return CHAT.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    private static Shape.Members moderationMode() {
        return members(of("mode", usually("score", "block"), "Whether flagged text is only scored or blocked."));
    }

    private static Map<String, Parameter> byName(List<Parameter> parameters) {
        Map<String, Parameter> rows = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            if (rows.put(parameter.name(), parameter) != null) {
                throw new IllegalArgumentException("listed twice: " + parameter.name());
            }
        }
        return rows;
    }
}
