package dev.gapura.telemetry;

import org.jspecify.annotations.Nullable;

/// One run of a server tool.
///
/// @param name of the tool
/// @param status how it ended, in the words of the `gapura` object
/// @param atMillis from the arrival of the request to its begin
/// @param millis how long it took
/// @param resultBytes of its result
/// @param costNanoUsd price of the run, in billionths of a dollar
/// @param arguments as the model wrote them; null where bodies are not kept
public record ToolRun(
        String name,
        String status,
        long atMillis,
        long millis,
        long resultBytes,
        long costNanoUsd,
        @Nullable String arguments) {}
