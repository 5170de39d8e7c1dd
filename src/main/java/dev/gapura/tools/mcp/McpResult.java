package dev.gapura.tools.mcp;

/// What a call of a tool gave, as text for the model. Immutable.
///
/// @param failed whether it says what went wrong
public record McpResult(String text, boolean failed) {}
