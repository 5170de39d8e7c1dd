package dev.gapura.dialect;

import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;

/// Tells of calls and their results as text, for models that call no tools. Stateless; any thread.
public final class ToolTurns {
    private ToolTurns() {}

    /// The conversation without calls: the assistant says what it called, the user what was answered. The index
    /// of a message stays.
    public static List<Message> asText(List<Message> messages, Judge judge) {
        List<Message> out = new ArrayList<>();
        for (int index = 0; index < messages.size(); index++) {
            Message message = messages.get(index);
            List<Part> parts = new ArrayList<>();
            message.parts().forEach(part -> tell(part, parts));
            boolean same = parts.equals(message.parts());
            if (!same) {
                judge.report(
                        "messages",
                        Outcome.EMULATED,
                        "messages[" + index + "]",
                        "this model calls no tools; earlier calls and results are text");
            }
            Role role = message.role() == Role.TOOL ? Role.USER : message.role();
            out.add(same ? message : new Message(role, parts, role == Role.USER ? null : message.name()));
        }
        return out;
    }

    private static void tell(Part part, List<Part> out) {
        switch (part) {
            case Part.ToolCall call ->
                out.add(Part.Text.of("[called " + call.name() + " with " + call.arguments() + "]"));
            case Part.ToolResult result -> {
                out.add(Part.Text.of("[a tool answered]"));
                out.addAll(result.content());
            }
            case Part.Text same -> out.add(same);
            case Part.Image same -> out.add(same);
            case Part.Audio same -> out.add(same);
            case Part.File same -> out.add(same);
            case Part.Reasoning same -> out.add(same);
            case Part.Refusal same -> out.add(same);
            case Part.Opaque same -> out.add(same);
        }
    }
}
