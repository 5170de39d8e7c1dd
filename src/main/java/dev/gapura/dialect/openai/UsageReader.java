package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a `usage` object and makes its counts inclusive, as `reference/providers/common.md` section 5 gives
/// them: xAI's `completion_tokens` leaves reasoning out, DeepSeek counts cache hits under a name of its own.
/// Also says how the object has to be rewritten so that a client reads inclusive counts. Reusable; not
/// thread-safe.
final class UsageReader {
    private static final byte[] PROMPT_TOKENS = ascii("prompt_tokens");
    private static final byte[] COMPLETION_TOKENS = ascii("completion_tokens");
    private static final byte[] TOTAL_TOKENS = ascii("total_tokens");
    private static final byte[] PROMPT_DETAILS = ascii("prompt_tokens_details");
    private static final byte[] COMPLETION_DETAILS = ascii("completion_tokens_details");
    private static final byte[] CACHED_TOKENS = ascii("cached_tokens");
    private static final byte[] CACHE_WRITE_TOKENS = ascii("cache_write_tokens");
    private static final byte[] REASONING_TOKENS = ascii("reasoning_tokens");
    private static final byte[] CACHE_HIT_TOKENS = ascii("prompt_cache_hit_tokens");
    private static final byte[] AUDIO_TOKENS = ascii("audio_tokens");
    private static final byte[] IMAGE_TOKENS = ascii("image_tokens");
    private static final byte[] VIDEO_TOKENS = ascii("video_tokens");
    /// Perplexity's count of what it searched (perplexityai/perplexity-py `types/shared`).
    private static final byte[] SEARCHES = ascii("num_search_queries");
    /// Above this a count is a fault, not a count: no model has a window of a trillion tokens.
    private static final long MOST = 1_000_000_000_000L;

    private long prompt;
    private long completion;
    private long total;
    private long cached;
    private long written;
    private long reasoning;
    private final Map<Part, Long> parts = new EnumMap<>(Part.class);
    private boolean cachedBeside;
    private int completionStart;
    private int completionEnd;

    /// Reads counts that stand in a tree.
    static UsageReader of(ObjectNode counts) {
        byte[] bytes = JsonTree.bytes(counts);
        JsonScanner json = JsonScanner.lenient(bytes, 0, bytes.length, ChunkReader.MAX_DEPTH);
        json.next();
        UsageReader reader = new UsageReader();
        reader.read(json);
        return reader;
    }

    /// Reads the object the scanner stands on and leaves it on the object's end.
    void read(JsonScanner json) {
        prompt = Usage.UNKNOWN;
        completion = Usage.UNKNOWN;
        total = Usage.UNKNOWN;
        cached = Usage.UNKNOWN;
        written = Usage.UNKNOWN;
        reasoning = Usage.UNKNOWN;
        parts.clear();
        cachedBeside = false;
        completionStart = -1;
        completionEnd = -1;
        while (json.next() == JsonToken.NAME) {
            if (json.valueIs(PROMPT_TOKENS)) {
                prompt = count(json);
            } else if (json.valueIs(COMPLETION_TOKENS)) {
                completion = count(json);
                completionStart = json.start();
                completionEnd = json.end();
            } else if (json.valueIs(TOTAL_TOKENS)) {
                total = count(json);
            } else if (json.valueIs(CACHE_HIT_TOKENS)) {
                long hits = count(json);
                cachedBeside |= hits > cached;
                cached = Math.max(cached, hits);
            } else if (json.valueIs(REASONING_TOKENS)) {
                reasoning = Math.max(reasoning, count(json));
            } else if (json.valueIs(PROMPT_DETAILS)) {
                details(json, Part.AUDIO_INPUT, Part.IMAGE_INPUT);
            } else if (json.valueIs(COMPLETION_DETAILS)) {
                details(json, Part.AUDIO_OUTPUT, Part.IMAGE_OUTPUT);
            } else if (json.valueIs(SEARCHES)) {
                parts.put(Part.WEB_SEARCHES, count(json));
            } else {
                json.skip();
            }
        }
    }

    private void details(JsonScanner json, Part audio, Part image) {
        if (json.next() != JsonToken.OBJECT) {
            json.skip();
            return;
        }
        while (json.next() == JsonToken.NAME) {
            if (json.valueIs(CACHED_TOKENS)) {
                cached = Math.max(cached, count(json));
                cachedBeside = false;
            } else if (json.valueIs(CACHE_WRITE_TOKENS)) {
                written = Math.max(written, count(json));
            } else if (json.valueIs(REASONING_TOKENS)) {
                reasoning = Math.max(reasoning, count(json));
            } else if (json.valueIs(AUDIO_TOKENS)) {
                parts.put(audio, count(json));
            } else if (json.valueIs(IMAGE_TOKENS)) {
                parts.put(image, count(json));
            } else if (json.valueIs(VIDEO_TOKENS) && audio == Part.AUDIO_INPUT) {
                parts.put(Part.VIDEO_INPUT, count(json));
            } else {
                json.skip();
            }
        }
    }

    /// A count is a non-negative number; some servers write it as a float. Anything else is unknown.
    private static long count(JsonScanner json) {
        JsonToken token = json.next();
        if (token != JsonToken.NUMBER) {
            json.skip();
            return Usage.UNKNOWN;
        }
        double value = json.isInteger() ? json.longValue() : json.doubleValue();
        return value >= 0 && value <= MOST ? (long) value : Usage.UNKNOWN;
    }

    /// Whether `completion_tokens` has to be raised for it to include reasoning. The provider's own total
    /// decides, so that nothing is counted twice should it change its ways.
    boolean excludesReasoning() {
        return reasoning > 0
                && completionStart >= 0
                && completion >= 0
                && (total == Usage.UNKNOWN || prompt == Usage.UNKNOWN || total == prompt + completion + reasoning);
    }

    /// Whether the counts mislead a client as they stand, but for reasoning that is left out: more is cached
    /// than was sent, or what was cached is said under another name only.
    boolean odd() {
        return prompt >= 0 && cached > prompt || cachedBeside;
    }

    /// Corrects the counts that were read, in their tree.
    ///
    /// @param raise whether this provider leaves reasoning out of `completion_tokens`
    void correct(ObjectNode counts, boolean raise) {
        Usage right = usage(raise);
        if (right == null) {
            return;
        }
        if (right.promptTokens() != prompt || right.completionTokens() != completion) {
            counts.put("prompt_tokens", right.promptTokens());
            counts.put("completion_tokens", right.completionTokens());
            counts.put("total_tokens", right.promptTokens() + right.completionTokens());
        }
        if (cachedBeside) {
            ObjectNode details = counts.get("prompt_tokens_details") instanceof ObjectNode there
                    ? there
                    : counts.putObject("prompt_tokens_details");
            details.put("cached_tokens", cached);
        }
    }

    /// Range of the value of `completion_tokens`, in the array that was scanned.
    int completionStart() {
        return completionStart;
    }

    int completionEnd() {
        return completionEnd;
    }

    /// `completion_tokens` with reasoning added.
    long raisedCompletion() {
        return completion + reasoning;
    }

    /// The counts, inclusive.
    ///
    /// @param raise whether this provider leaves reasoning out of `completion_tokens`
    /// @return null when neither prompt nor completion was reported
    @Nullable
    Usage usage(boolean raise) {
        if (prompt == Usage.UNKNOWN && completion == Usage.UNKNOWN) {
            return null;
        }
        long completionTokens = raise && excludesReasoning() ? completion + reasoning : completion;
        // Some reports leave cached tokens out of the prompt: then more is cached than was sent.
        long promptTokens = prompt >= 0 && cached > prompt ? prompt + cached : prompt;
        Usage plain = new Usage(promptTokens, completionTokens, cached, written, reasoning);
        return parts.isEmpty() ? plain : plain.with(parts);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
