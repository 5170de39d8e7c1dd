package dev.gapura.dialect;

import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.provider.Judge;
import dev.gapura.provider.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Thoughts that only the provider which signed or sealed them takes back. Stateless; any thread.
public final class SignedThoughts {
    private static final Pattern DATE = Pattern.compile("([-@]\\d{8}|-latest)$");

    private SignedThoughts() {}

    /// Whether a thought goes back to the provider whose [dev.gapura.chat.ReasoningFormat] this is.
    public static boolean returns(Part.Reasoning reasoning, String format) {
        return format.equals(reasoning.format()) && reasoning.sealed();
    }

    /// The conversation without thoughts that another model signed: its provider refuses them, or they say
    /// nothing to this one. Those that do not tell their model stay.
    ///
    /// @param model upstream model that is asked
    public static List<Message> ofModel(List<Message> messages, String model, String format, Judge judge) {
        List<Message> out = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        for (Message message : messages) {
            List<Part> parts = new ArrayList<>(message.parts());
            parts.removeIf(part -> {
                boolean foreign = part instanceof Part.Reasoning thought
                        && returns(thought, format)
                        && thought.model() != null
                        && !undated(thought.model()).equals(undated(model));
                if (foreign) {
                    others.add(String.valueOf(((Part.Reasoning) part).model()));
                }
                return foreign;
            });
            out.add(parts.size() == message.parts().size() ? message : message.withParts(parts));
        }
        if (!others.isEmpty()) {
            judge.report(
                    "messages",
                    Outcome.STRIPPED,
                    "thoughts of " + String.join(", ", others),
                    "signed thoughts are bound to the model that had them");
        }
        return out;
    }

    /// A model's name without the date of its snapshot.
    private static String undated(String model) {
        return DATE.matcher(model).replaceFirst("");
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
