package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Converse's `stopReason` as finish reasons. Recorded: end_turn, max_tokens, tool_use, guardrail_intervened; the
/// others are documented only.
final class StopReasons {
    private StopReasons() {}

    /// How the answer ends: well, or with what the model made of it being broken.
    ///
    /// @param more `additionalModelResponseFields`: Claude tells there at which text it stopped, where it
    ///     was asked to
    static ChatEvent end(Question question, String reason, JsonNode more) {
        return switch (reason) {
            case "end_turn" -> new ChatEvent.Finished(0, FinishReason.STOP, null);
            case "max_tokens" -> new ChatEvent.Finished(0, FinishReason.LENGTH, null);
            case "model_context_window_exceeded" -> new ChatEvent.Finished(0, FinishReason.LENGTH, reason);
            case "tool_use" -> new ChatEvent.Finished(0, FinishReason.TOOL_CALLS, null);
            case "guardrail_intervened", "content_filtered" ->
                new ChatEvent.Finished(0, FinishReason.CONTENT_FILTER, reason);
            case "malformed_model_output", "malformed_tool_use" ->
                new ChatEvent.Failed(Failures.broken(question.providerName(), reason));
            default -> new ChatEvent.Finished(0, FinishReason.STOP, reason, sequence(more));
        };
    }

    private static @Nullable String sequence(JsonNode more) {
        String plain = JsonTree.string(more, "stop_sequence");
        return plain == null ? JsonTree.string(more.path("delta"), "stop_sequence") : plain;
    }
}
