package dev.gapura.telemetry;

/// One run of a tool on the gateway.
///
/// @param name of the tool
/// @param outcome `finished` or `failed`
/// @param durationMillis from the call to its result
public record ToolRun(String name, String outcome, long durationMillis) {}
