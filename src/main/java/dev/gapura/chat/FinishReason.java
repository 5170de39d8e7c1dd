package dev.gapura.chat;

/// Why a choice ended well. What is no end but a failure is a [ChatEvent.Failed]. The four values that
/// clients with closed enums know.
public enum FinishReason {
    STOP("stop"),
    LENGTH("length"),
    TOOL_CALLS("tool_calls"),
    CONTENT_FILTER("content_filter");

    private final String text;

    FinishReason(String text) {
        this.text = text;
    }

    /// As Chat Completions writes it.
    public String text() {
        return text;
    }
}
