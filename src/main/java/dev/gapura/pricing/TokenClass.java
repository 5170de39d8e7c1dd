package dev.gapura.pricing;

import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Kinds of tokens that may have a price of their own. Every token of an answer is in exactly one of them. Names in
/// lower case are those of the catalogue's files and, with `_usd_per_million` behind, of the configuration.
public enum TokenClass {
    /// The prompt, but for what follows.
    INPUT(null),
    /// Read from a cache.
    CACHED(INPUT),
    /// Written to a cache that lives for minutes.
    CACHE_WRITE(INPUT),
    /// Written to a cache that lives for an hour.
    CACHE_WRITE_HOUR(CACHE_WRITE),
    /// Sound in the prompt.
    AUDIO_INPUT(INPUT),
    /// Sound read from a cache.
    CACHED_AUDIO(CACHED),
    /// Pictures in the prompt.
    IMAGE_INPUT(INPUT),
    /// Pictures read from a cache.
    CACHED_IMAGE(CACHED),
    /// Moving pictures in the prompt.
    VIDEO_INPUT(INPUT),
    /// The completion, but for what follows.
    OUTPUT(null),
    /// Thought.
    REASONING(OUTPUT),
    /// Sound that the model made. Nobody bills it like text: without a price of its own its cost is not known.
    AUDIO_OUTPUT(null),
    /// Pictures that the model made; the same.
    IMAGE_OUTPUT(null);

    private final @Nullable TokenClass belongsTo;

    TokenClass(@Nullable TokenClass belongsTo) {
        this.belongsTo = belongsTo;
    }

    /// The class whose price counts where this one has none; null where no other price stands for it.
    @Nullable
    TokenClass belongsTo() {
        return belongsTo;
    }

    /// Whether it is a part of the prompt.
    boolean isInput() {
        return this == INPUT || (belongsTo != null && belongsTo.isInput());
    }

    /// Name in the catalogue's files.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The tokens of an answer by class. Together they are prompt and completion, unless the provider says that a
    /// part is larger than its whole: then the part counts. Where it does not say which of the cached tokens are
    /// sound or pictures, they are taken for text.
    static Map<TokenClass, Long> split(Usage usage) {
        Map<TokenClass, Long> split = new EnumMap<>(TokenClass.class);
        long cached = Math.max(0, usage.cachedTokens());
        long cachedAudio = Math.min(usage.part(Part.CACHED_AUDIO), cached);
        long cachedImage = Math.min(usage.part(Part.CACHED_IMAGE), cached - cachedAudio);
        split.put(CACHED_AUDIO, cachedAudio);
        split.put(CACHED_IMAGE, cachedImage);
        split.put(CACHED, cached - cachedAudio - cachedImage);
        long written = Math.max(0, usage.cacheWriteTokens());
        long hour = Math.min(usage.part(Part.CACHE_WRITE_HOUR), written);
        split.put(CACHE_WRITE_HOUR, hour);
        split.put(CACHE_WRITE, written - hour);
        long fresh = Math.max(0, usage.promptTokens() - Math.addExact(cached, written));
        fresh -= take(split, AUDIO_INPUT, usage.part(Part.AUDIO_INPUT) - cachedAudio, fresh);
        fresh -= take(split, IMAGE_INPUT, usage.part(Part.IMAGE_INPUT) - cachedImage, fresh);
        fresh -= take(split, VIDEO_INPUT, usage.part(Part.VIDEO_INPUT), fresh);
        split.put(INPUT, fresh);
        long reasoning = Math.max(0, usage.reasoningTokens());
        split.put(REASONING, reasoning);
        long said = Math.max(0, usage.completionTokens() - reasoning);
        said -= take(split, AUDIO_OUTPUT, usage.part(Part.AUDIO_OUTPUT), said);
        said -= take(split, IMAGE_OUTPUT, usage.part(Part.IMAGE_OUTPUT), said);
        split.put(OUTPUT, said);
        return split;
    }

    private static long take(Map<TokenClass, Long> split, TokenClass kind, long counted, long left) {
        long taken = Math.clamp(counted, 0, left);
        split.put(kind, taken);
        return taken;
    }
}
