package dev.gapura.dialect.bedrock;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;

/// Converse's `stopReason` as finish reasons. Recorded: end_turn, max_tokens, tool_use, guardrail_intervened; the
/// others
/// are documented only.
final class StopReasons {
    private StopReasons() {}

    /// How the answer ends: well, or with what the model made of it being broken.
    static ChatEvent end(Question question, String reason) {
        return switch (reason) {
            case "end_turn" -> new ChatEvent.Finished(0, FinishReason.STOP, null);
            case "max_tokens" -> new ChatEvent.Finished(0, FinishReason.LENGTH, null);
            case "model_context_window_exceeded" -> new ChatEvent.Finished(0, FinishReason.LENGTH, reason);
            case "tool_use" -> new ChatEvent.Finished(0, FinishReason.TOOL_CALLS, null);
            case "guardrail_intervened", "content_filtered" ->
                new ChatEvent.Finished(0, FinishReason.CONTENT_FILTER, reason);
            case "malformed_model_output", "malformed_tool_use" ->
                new ChatEvent.Failed(Failures.broken(question.providerName(), reason));
            default -> new ChatEvent.Finished(0, FinishReason.STOP, reason);
        };
    }
}
