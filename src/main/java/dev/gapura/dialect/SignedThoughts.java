package dev.gapura.dialect;

import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import java.util.List;

/// Thoughts that only the provider which signed or sealed them takes back. Stateless; any thread.
public final class SignedThoughts {
    private SignedThoughts() {}

    /// Whether a thought goes back to the provider whose [dev.gapura.chat.ReasoningFormat] this is.
    public static boolean returns(Part.Reasoning reasoning, String format) {
        return format.equals(reasoning.format()) && reasoning.sealed();
    }

    /// Whether the assistant's last turn called tools and came back without the signed thoughts that it began with.
    /// Later steps of the same run of calls need not begin with any.
    public static boolean lost(List<Message> messages, String format) {
        int at = messages.size() - 1;
        while (at >= 0 && messages.get(at).role() != Message.Role.ASSISTANT) {
            at--;
        }
        if (at < 0 || messages.get(at).parts().stream().noneMatch(Part.ToolCall.class::isInstance)) {
            return false;
        }
        boolean thought = false;
        for (; at >= 0; at--) {
            Message message = messages.get(at);
            switch (message.role()) {
                case ASSISTANT ->
                    thought |= message.parts().stream()
                            .anyMatch(part -> part instanceof Part.Reasoning reasoning && returns(reasoning, format));
                case TOOL -> {}
                case SYSTEM, DEVELOPER, USER -> {
                    return !thought;
                }
            }
        }
        return !thought;
    }
}
