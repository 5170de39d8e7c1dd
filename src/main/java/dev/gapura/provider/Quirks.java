package dev.gapura.provider;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a provider's answers depart from the dialect, as data. Sources: the provider tables of the wire
/// reference.
///
/// @param usageExcludesReasoning `completion_tokens` leaves reasoning out and must be raised by it (xAI)
/// @param streamUsage accepts `stream_options.include_usage`; otherwise that field is never sent
/// @param padding sends `obfuscation` members; `include_obfuscation: false` is asked for, and what comes is
///     cut out
/// @param exact speaks the dialect to the letter, since it is its own: nothing of its answers is mended
/// @param filterChunks sends chunks that hold nothing but findings of a content filter (Azure)
/// @param thinkTags models that think between `<think>` and `</think>` inside their text, null: none
/// @param citations names its sources beside the choices (Perplexity, xAI)
/// @param flatLogprobs gives log probabilities as lists side by side (Together)
public record Quirks(
        boolean usageExcludesReasoning,
        boolean streamUsage,
        boolean padding,
        boolean exact,
        boolean filterChunks,
        @Nullable Pattern thinkTags,
        boolean citations,
        boolean flatLogprobs) {

    /// Usage on request, no padding, inclusive counts.
    static final Quirks PLAIN = new Quirks(false, true, false);

    /// A provider without further quirks.
    public Quirks(boolean usageExcludesReasoning, boolean streamUsage, boolean padding) {
        this(usageExcludesReasoning, streamUsage, padding, false, false, null, false, false);
    }

    /// Whether this model thinks between tags inside its text.
    ///
    /// @param upstreamModel name as the provider knows it
    public boolean thinksInTags(String upstreamModel) {
        return thinkTags != null
                && thinkTags.matcher(upstreamModel.toLowerCase(Locale.ROOT)).find();
    }

    Quirks exactly() {
        return new Quirks(
                usageExcludesReasoning, streamUsage, padding, true, filterChunks, thinkTags, citations, flatLogprobs);
    }

    Quirks withFilterChunks() {
        return new Quirks(
                usageExcludesReasoning, streamUsage, padding, exact, true, thinkTags, citations, flatLogprobs);
    }

    Quirks withThinkTags(String models) {
        return new Quirks(
                usageExcludesReasoning,
                streamUsage,
                padding,
                exact,
                filterChunks,
                Pattern.compile(models),
                citations,
                flatLogprobs);
    }

    Quirks withCitations() {
        return new Quirks(
                usageExcludesReasoning, streamUsage, padding, exact, filterChunks, thinkTags, true, flatLogprobs);
    }

    Quirks withFlatLogprobs() {
        return new Quirks(
                usageExcludesReasoning, streamUsage, padding, exact, filterChunks, thinkTags, citations, true);
    }

    Quirks withoutStreamUsage() {
        return new Quirks(
                usageExcludesReasoning, false, padding, exact, filterChunks, thinkTags, citations, flatLogprobs);
    }
}
