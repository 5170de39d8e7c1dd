package dev.gapura.ledger;

import dev.gapura.chat.Usage;
import org.jspecify.annotations.Nullable;

/// Tokens of an exchange in classes that do not overlap: each token is in one of them, and their sum is what the
/// provider counted. Immutable.
///
/// @param input of the prompt, neither read from a cache nor written to one
/// @param cached of the prompt, read from a cache
/// @param cacheWrite of the prompt, written to a cache
/// @param output of the completion, without reasoning
/// @param reasoning of the completion
public record Tokens(long input, long cached, long cacheWrite, long output, long reasoning) {
    static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);

    /// The classes of a usage, whose prompt and completion include the others. Counts that contradict each
    /// other are cut so that the sums stay those of prompt and completion.
    static Tokens of(Usage usage) {
        long prompt = Math.max(0, usage.promptTokens());
        long completion = Math.max(0, usage.completionTokens());
        long cached = Math.clamp(usage.cachedTokens(), 0, prompt);
        long written = Math.clamp(usage.cacheWriteTokens(), 0, prompt - cached);
        long reasoning = Math.clamp(usage.reasoningTokens(), 0, completion);
        return new Tokens(prompt - cached - written, cached, written, completion - reasoning, reasoning);
    }

    static Tokens orNone(@Nullable Tokens tokens) {
        return tokens == null ? NONE : tokens;
    }

    /// The whole prompt.
    public long prompt() {
        return input + cached + cacheWrite;
    }

    /// The whole completion.
    public long completion() {
        return output + reasoning;
    }
}
