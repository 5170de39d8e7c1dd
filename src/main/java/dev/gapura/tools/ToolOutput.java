package dev.gapura.tools;

/// What a run of a tool gives the model. Immutable.
///
/// @param text for the model; longer than the tool's limit it is cut
/// @param failed whether it says what went wrong instead of a result
public record ToolOutput(String text, boolean failed) {
    /// A result.
    public static ToolOutput of(String text) {
        return new ToolOutput(text, false);
    }

    /// Something that went wrong, in words that the model may read: no addresses, no secrets.
    public static ToolOutput failed(String text) {
        return new ToolOutput(text, true);
    }
}
