package dev.gapura.tools.spi;

import java.util.Objects;

/// What a run of a plug-in gives the model. Immutable.
///
/// @param text for the model; longer than `max_result_bytes` it is cut
/// @param failed whether it says what went wrong instead of a result
public record PluginResult(String text, boolean failed) {
    public PluginResult {
        Objects.requireNonNull(text);
    }

    /// A result.
    public static PluginResult of(String text) {
        return new PluginResult(text, false);
    }

    /// Something that went wrong, in words for the model.
    public static PluginResult failed(String text) {
        return new PluginResult(text, true);
    }
}
