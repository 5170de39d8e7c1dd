package dev.gapura.telemetry;

import org.jspecify.annotations.Nullable;

/// One attempt of an exchange, as its record keeps it: when it began, when the provider's head came, how it ended.
/// Immutable; any thread.
///
/// @param provider that was called
/// @param model name that was sent to it
/// @param atMillis from the arrival of the request to the begin of the attempt
/// @param headMillis from its begin to the status of the provider, or [ExchangeRecord#NEVER] where none came
/// @param millis from its begin to its end, or to the end of the exchange where that came first
/// @param status that the provider sent, 0 where none came
/// @param failure label of what went wrong beside the status, null where nothing did
public record ProviderCall(
        String provider,
        String model,
        long atMillis,
        long headMillis,
        long millis,
        int status,
        @Nullable String failure) {}
