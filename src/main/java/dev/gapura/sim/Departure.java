package dev.gapura.sim;

/// A client that closed its connection before the reply was over.
///
/// @param request what it had asked
/// @param bytesSent body bytes handed to the connection until then
/// @param atNanos when the simulator noticed, on the clock of [System#nanoTime()]
public record Departure(SimRequest request, long bytesSent, long atNanos) {}
