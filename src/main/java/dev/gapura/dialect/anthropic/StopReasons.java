package dev.gapura.dialect.anthropic;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;

/// Anthropic's `stop_reason` as finish reasons.
final class StopReasons {
    private StopReasons() {}

    static ChatEvent.Finished finished(String reason) {
        FinishReason known =
                switch (reason) {
                    case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                    case "tool_use" -> FinishReason.TOOL_CALLS;
                    case "refusal" -> FinishReason.CONTENT_FILTER;
                    default -> FinishReason.STOP;
                };
        boolean plain = reason.equals("end_turn") || reason.equals("tool_use") || reason.equals("max_tokens");
        return new ChatEvent.Finished(0, known, plain ? null : reason);
    }
}
