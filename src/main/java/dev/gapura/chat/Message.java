package dev.gapura.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a conversation. Immutable; any thread.
///
/// @param parts in the order in which they were said; may be empty
/// @param name tells participants of one role apart, null where none was given
public record Message(Role role, List<Part> parts, @Nullable String name) {

    public Message {
        parts = List.copyOf(parts);
    }

    public static Message of(Role role, Part... parts) {
        return new Message(role, List.of(parts), null);
    }

    public Message withParts(List<Part> other) {
        return new Message(role, other, name);
    }

    /// The text of all text parts, one after the other.
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text words) {
                text.append(words.text());
            }
        }
        return text.toString();
    }

    /// Who speaks.
    public enum Role {
        SYSTEM,
        /// Of the same rank as [#SYSTEM] where a provider does not tell them apart.
        DEVELOPER,
        USER,
        ASSISTANT,
        /// Holds [Part.ToolResult]s and nothing else.
        TOOL;

        /// Whether it instructs the model rather than talks to it.
        public boolean instructs() {
            return this == SYSTEM || this == DEVELOPER;
        }
    }
}
