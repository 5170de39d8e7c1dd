package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What was kept of the reasoning of earlier answers, for requests that come back without it. Asked by
/// [ConversationEditor] on the thread that writes the request.
@FunctionalInterface
public interface KeptReasoning {
    /// Nothing was kept.
    KeptReasoning NOTHING = callId -> null;

    /// An object with the members of the assistant's message that made this call, null where nothing is
    /// there.
    @Nullable
    JsonNode besideCall(String callId);
}
