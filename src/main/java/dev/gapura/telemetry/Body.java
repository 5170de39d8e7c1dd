package dev.gapura.telemetry;

/// One body, perhaps only its beginning. The array is nobody else's.
///
/// @param beginning its first bytes
/// @param bytes its whole length
public record Body(byte[] beginning, long bytes) {}
