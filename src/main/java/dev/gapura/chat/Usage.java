package dev.gapura.chat;

/// Tokens of one answer, inclusive: `promptTokens` counts cached and written ones, `completionTokens` counts
/// reasoning. A counter the provider did not report is [#UNKNOWN], never zero.
///
/// @param promptTokens the whole prompt
/// @param completionTokens everything the model wrote, reasoning included
/// @param cachedTokens part of the prompt read from a cache
/// @param cacheWriteTokens part of the prompt written to a cache
/// @param reasoningTokens part of the completion that is reasoning
public record Usage(
        long promptTokens, long completionTokens, long cachedTokens, long cacheWriteTokens, long reasoningTokens) {

    /// Marks a counter that the provider did not report.
    public static final long UNKNOWN = -1;
}
