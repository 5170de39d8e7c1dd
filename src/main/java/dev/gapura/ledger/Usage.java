package dev.gapura.ledger;

import org.jspecify.annotations.Nullable;

/// What the exchanges of one step of time come to. Immutable, but for its arrays, which are the caller's.
///
/// @param startMillis begin of the step
/// @param keyName the key, where keys are told apart; empty: of no key
/// @param provider the provider, where those are told apart; empty: none was called
/// @param model the model, where those are told apart; empty: none was called
/// @param failed exchanges that ended badly
/// @param attempts calls to providers
/// @param costNanoUsd billionths of a US dollar, of those whose cost is known
/// @param unpriced exchanges whose cost is not known
/// @param estimated exchanges whose tokens the gateway counted itself
/// @param durations exchanges by duration, for [Latency]
/// @param firstBytes exchanges by time to the first byte, for [Latency]
public record Usage(
        long startMillis,
        @Nullable String keyName,
        @Nullable String provider,
        @Nullable String model,
        long requests,
        long failed,
        long streamed,
        long attempts,
        Tokens tokens,
        long costNanoUsd,
        long unpriced,
        long estimated,
        long toolRuns,
        long bytesIn,
        long bytesOut,
        long durationMillis,
        long firstByteMillis,
        long[] durations,
        long[] firstBytes) {}
