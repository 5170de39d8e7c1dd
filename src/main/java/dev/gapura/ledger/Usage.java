package dev.gapura.ledger;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the exchanges of one step of time come to. Immutable, but for its arrays, which are the caller's.
///
/// @param startMillis begin of the step
/// @param by what the sum is of, for each thing that sums are told apart by; empty: of no key, or of no provider
/// @param failed exchanges that ended badly
/// @param attempts calls to providers
/// @param costNanoUsd billionths of a US dollar, of those whose cost is known
/// @param unpriced exchanges whose cost is not known
/// @param estimated exchanges whose tokens the gateway counted itself
/// @param durations exchanges by duration, for [Latency]
/// @param firstBytes exchanges by time to the first byte, for [Latency]
public record Usage(
        long startMillis,
        Map<UsageQuery.By, String> by,
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
        long[] firstBytes) {

    /// Name of the key, where those are told apart.
    public @Nullable String keyName() {
        return by.get(UsageQuery.By.KEY);
    }

    /// The provider, where those are told apart.
    public @Nullable String provider() {
        return by.get(UsageQuery.By.PROVIDER);
    }

    /// The model, where those are told apart.
    public @Nullable String model() {
        return by.get(UsageQuery.By.MODEL);
    }
}
