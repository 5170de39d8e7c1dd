package dev.gapura.chat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tokens of one answer, inclusive: `promptTokens` counts cached and written ones, `completionTokens` counts
/// reasoning. A counter the provider did not report is [#UNKNOWN], never zero.
///
/// @param promptTokens the whole prompt
/// @param completionTokens everything the model wrote, reasoning included
/// @param cachedTokens part of the prompt read from a cache
/// @param cacheWriteTokens part of the prompt written to a cache
/// @param reasoningTokens part of the completion that is reasoning
/// @param parts what else the provider counted apart; a part that is absent was not reported
/// @param serviceTier tier that the provider says it served with, such as `priority`; null where it does not say
public record Usage(
        long promptTokens,
        long completionTokens,
        long cachedTokens,
        long cacheWriteTokens,
        long reasoningTokens,
        Map<Part, Long> parts,
        @Nullable String serviceTier) {

    /// Marks a counter that the provider did not report.
    public static final long UNKNOWN = -1;

    /// Above this a count is a fault, not a count: no model has a window of a trillion tokens. Sums of many such counts
    /// stay whole numbers of 64 bits.
    private static final long MOST = 1_000_000_000_000L;

    /// The ordinary tier as OpenAI, Anthropic, Gemini and Groq call it in recorded answers.
    private static final Set<String> ORDINARY_TIERS = Set.of("default", "standard", "on_demand", "auto");

    /// Where one count is such that no answer can have it, none of them is known.
    public Usage {
        if (Stream.concat(
                        Stream.of(promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens),
                        parts.values().stream())
                .anyMatch(count -> count > MOST)) {
            promptTokens = UNKNOWN;
            completionTokens = UNKNOWN;
            cachedTokens = UNKNOWN;
            cacheWriteTokens = UNKNOWN;
            reasoningTokens = UNKNOWN;
            parts = Map.of();
        }
        parts = Map.copyOf(parts);
    }

    /// Usage of which nothing else is counted apart.
    public Usage(
            long promptTokens, long completionTokens, long cachedTokens, long cacheWriteTokens, long reasoningTokens) {
        this(promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens, Map.of(), null);
    }

    /// What some providers count, and bill, apart from text. The prompt's and the completion's parts are held in
    /// the counts of these.
    public enum Part {
        /// Sound in the prompt, cached sound included.
        AUDIO_INPUT,
        /// Part of the cached tokens that is sound.
        CACHED_AUDIO,
        /// Pictures in the prompt, cached ones included.
        IMAGE_INPUT,
        /// Part of the cached tokens that is pictures.
        CACHED_IMAGE,
        /// Moving pictures in the prompt.
        VIDEO_INPUT,
        /// Sound in the completion.
        AUDIO_OUTPUT,
        /// Pictures in the completion.
        IMAGE_OUTPUT,
        /// Part of the written tokens that stays in the cache for an hour.
        CACHE_WRITE_HOUR,
        /// Searches that the provider made; no tokens.
        WEB_SEARCHES
    }

    /// A part's count, zero where it was not reported.
    public long part(Part part) {
        return parts.getOrDefault(part, 0L);
    }

    /// The same counts with some counted apart. Counts that are not positive say nothing and are left out.
    public Usage with(Map<Part, Long> counted) {
        Map<Part, Long> all = new EnumMap<>(Part.class);
        all.putAll(parts);
        counted.forEach((part, count) -> {
            if (count > 0) {
                all.put(part, count);
            }
        });
        return new Usage(
                promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens, all, serviceTier);
    }

    /// The same counts, served in a tier.
    ///
    /// @param tier the provider's name of it; names of the ordinary one are taken for none
    public Usage in(@Nullable String tier) {
        String special = tier == null || ORDINARY_TIERS.contains(tier) ? null : tier;
        return new Usage(
                promptTokens, completionTokens, cachedTokens, cacheWriteTokens, reasoningTokens, parts, special);
    }

    /// What two calls used together. A counter that one of them did not report counts as what the other said.
    public Usage plus(Usage other) {
        Map<Part, Long> sum = new EnumMap<>(Part.class);
        sum.putAll(parts);
        other.parts.forEach((part, count) -> sum.merge(part, count, Long::sum));
        return new Usage(
                plus(promptTokens, other.promptTokens),
                plus(completionTokens, other.completionTokens),
                plus(cachedTokens, other.cachedTokens),
                plus(cacheWriteTokens, other.cacheWriteTokens),
                plus(reasoningTokens, other.reasoningTokens),
                sum,
                serviceTier == null ? other.serviceTier : serviceTier);
    }

    private static long plus(long one, long other) {
        return one == UNKNOWN ? other : other == UNKNOWN ? one : one + other;
    }
}
