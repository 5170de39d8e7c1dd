package dev.gapura.provider;

/// How a provider's answers depart from the dialect, as data. Sources: the provider tables of the wire
/// reference.
///
/// @param usageExcludesReasoning `completion_tokens` leaves reasoning out and must be raised by it (xAI)
/// @param streamUsage accepts `stream_options.include_usage`; otherwise that field is never sent
/// @param padding sends `obfuscation` members; `include_obfuscation: false` is asked for, and what comes is
///     cut out
public record Quirks(boolean usageExcludesReasoning, boolean streamUsage, boolean padding) {}
