package dev.gapura.conformance;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A row of the tables: something that callers use and that providers say in different ways. In the order in which they
/// are shown.
public enum Feature {
    TEXT("text", "the text of an answer"),
    SYSTEM("system", "instructions, by role `system` or `developer`"),
    TOOLS("tools", "functions are offered, and one is called with its arguments"),
    PARALLEL_CALLS("parallel calls", "several calls in one answer"),
    TOOL_RESULTS("tool results", "results of tools in the conversation"),
    FORCED_TOOL("forced tool", "`tool_choice`: `required`, or a tool by its name"),
    ONE_CALL("one call only", "`parallel_tool_calls: false`"),
    STRUCTURED_OUTPUT("structured output", "`response_format` with a schema"),
    JSON_OBJECT("json object", "`response_format` without a schema"),
    REASONING_WISH("reasoning wish", "`reasoning_effort` or `reasoning`"),
    REASONING("reasoning", "thought in the answer: `reasoning_content`"),
    SIGNATURES("signatures", "what signs or seals thought: `reasoning_details`, `extra_content`"),
    IMAGES("images", "pictures in the conversation"),
    PDF("pdf", "documents in the conversation"),
    AUDIO("audio", "sound in the conversation"),
    SPOKEN_ANSWER("spoken answer", "`modalities` with audio"),
    PROMPT_CACHING("prompt caching", "usage tells tokens that were read from a cache or written to it"),
    CACHE_MARKS("cache marks", "`cache_control` on parts, messages or tools"),
    LOG_PROBABILITIES("log probabilities", "`logprobs`"),
    N("n", "several choices"),
    STOP("stop", "words at which the answer ends"),
    REFUSAL("refusal", "the model or a filter refuses: `refusal`, `content_filter`"),
    LIMIT("cut at the limit", "`finish_reason: length`"),
    SOURCES("sources", "where the answer's text comes from: `annotations`"),
    WEB_SEARCH("web search", "`web_search_options`, or the provider's own tool"),
    USAGE("usage", "tokens, inclusive as OpenAI counts them"),
    ERRORS("errors", "the provider's refusals, with the status of their class"),
    BROKEN_STREAMS("broken streams", "an error inside a stream that had begun");

    private final String title;
    private final String meaning;

    Feature(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    /// Name in tables and on the command line.
    public String title() {
        return title;
    }

    /// What the row shows, in Markdown.
    public String meaning() {
        return meaning;
    }

    /// The feature of that title, whatever the case and with `-` or `_` for a space; empty where there is none.
    public static Optional<Feature> of(String title) {
        String plain = title.strip().toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' ');
        return Stream.of(values())
                .filter(feature -> feature.title.equals(plain))
                .findFirst();
    }
}
