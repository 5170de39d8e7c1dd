package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.wire.JsonTree;

/// Anthropic's `stop_reason` as finish reasons.
final class StopReasons {
    private StopReasons() {}

    /// @param holder what tells the reason, and the text at which the model stopped
    static ChatEvent.Finished finished(String reason, JsonNode holder) {
        FinishReason known =
                switch (reason) {
                    case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                    case "tool_use" -> FinishReason.TOOL_CALLS;
                    case "refusal" -> FinishReason.CONTENT_FILTER;
                    default -> FinishReason.STOP;
                };
        boolean plain = reason.equals("end_turn") || reason.equals("tool_use") || reason.equals("max_tokens");
        return new ChatEvent.Finished(0, known, plain ? null : reason, JsonTree.string(holder, "stop_sequence"));
    }
}
