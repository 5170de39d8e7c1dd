package dev.gapura.chat;

import org.jspecify.annotations.Nullable;

/// How much the caller wants the model to think.
///
/// @param effort `none` … `max`, null where a budget or nothing but its visibility was asked for
/// @param budgetTokens most tokens of thought, null where none was named
/// @param visible whether the caller wants to read the thoughts, null where nothing was said
public record ReasoningWish(
        @Nullable String effort,
        @Nullable Integer budgetTokens,
        @Nullable Boolean visible) {

    /// Whether thinking shall be off.
    public boolean off() {
        return "none".equals(effort) || (effort == null && budgetTokens != null && budgetTokens == 0);
    }

    /// Whether thinking was asked for.
    public boolean on() {
        return !off() && (effort != null || budgetTokens != null);
    }
}
