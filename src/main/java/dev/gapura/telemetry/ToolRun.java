package dev.gapura.telemetry;

/// One run of a server tool, without what was said.
///
/// @param name of the tool
/// @param status how it ended, in the words of the `gapura` object
/// @param millis how long it took
/// @param resultBytes of its result
/// @param costNanoUsd price of the run, in billionths of a dollar
public record ToolRun(String name, String status, long millis, long resultBytes, long costNanoUsd) {}
