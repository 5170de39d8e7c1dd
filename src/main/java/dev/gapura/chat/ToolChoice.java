package dev.gapura.chat;

import java.util.List;

/// Whether the model may, must or must not call a tool. Immutable; any thread.
public sealed interface ToolChoice {
    /// As the model likes.
    record Auto() implements ToolChoice {}

    /// No tool.
    record None() implements ToolChoice {}

    /// At least one, whichever.
    record Required() implements ToolChoice {}

    /// This one.
    record Named(String name, boolean custom) implements ToolChoice {}

    /// One of these.
    ///
    /// @param required whether one must be called
    record Allowed(List<String> names, boolean required) implements ToolChoice {
        public Allowed {
            names = List.copyOf(names);
        }
    }
}
