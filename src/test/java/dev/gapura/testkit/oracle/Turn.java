package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A turn of the model as its provider knows it: what it said in an answer, and what it gets back in a later request.
///
/// @param text all text
/// @param thoughts in order, each with what signs or seals it
/// @param calls in order
public record Turn(String text, List<JsonNode> thoughts, List<Call> calls) {

    /// Marks a thought that its provider asks for though nothing signs or seals it.
    static final String WANTED = "wanted";

    /// Thoughts that their provider checks or asks for.
    private List<JsonNode> checked() {
        return thoughts.stream()
                .filter(thought -> thought.has("signature") || thought.has("data") || thought.has(WANTED))
                .toList();
    }

    /// The thoughts that have to come back to the provider.
    ///
    /// @param fields whether the client keeps all fields, and not only OpenAI's: then it is all of them, otherwise
    ///     those that are checked, and only where tools are called, since nothing else is there to know the turn by
    public List<JsonNode> due(boolean fields) {
        return fields ? thoughts : calls.isEmpty() ? List.of() : checked();
    }

    /// Whether some thought, or a call, is signed or sealed.
    public boolean isSealed() {
        return thoughts.stream().anyMatch(thought -> thought.has("signature") || thought.has("data"));
    }

    /// The first thing that is not as in the turn that was said, null where all is there. An id that the
    /// provider did not give may be any.
    ///
    /// @param fields as in [#due]
    public @Nullable String lossFrom(Turn said, boolean fields) {
        if (!said.text.strip().equals(text.strip())) {
            return "text " + said.text + " / " + text;
        }
        if (!said.due(fields).equals(due(fields))) {
            return "thoughts " + said.due(fields) + " / " + due(fields);
        }
        boolean same = said.calls.size() == calls.size();
        for (int i = 0; same && i < calls.size(); i++) {
            Call one = said.calls.get(i);
            Call other = calls.get(i);
            same = (one.id() == null || one.id().isBlank() || Objects.equals(one.id(), other.id()))
                    && one.name().equals(other.name())
                    && one.arguments().equals(other.arguments());
        }
        return same ? null : "calls " + said.calls + " / " + calls;
    }

    /// Gathers a turn.
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final List<JsonNode> thoughts = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();

        void text(JsonNode more) {
            text.append(Documents.text(more));
        }

        void call(JsonNode id, JsonNode name, JsonNode arguments) {
            calls.add(Call.of(
                    id.textValue(),
                    name.asText(),
                    arguments.isContainerNode() ? arguments.toString() : arguments.asText("")));
        }

        /// A thought of these members; those that are missing or empty are left out.
        void thought(Object... members) {
            ObjectNode thought = Documents.object();
            for (int i = 0; i < members.length; i += 2) {
                String value =
                        members[i + 1] instanceof JsonNode node ? Documents.text(node) : members[i + 1].toString();
                if (!value.isEmpty()) {
                    thought.put(members[i].toString(), value);
                }
            }
            if (!thought.isEmpty()) {
                thoughts.add(thought);
            }
        }

        Turn turn() {
            return new Turn(text.toString(), List.copyOf(thoughts), List.copyOf(calls));
        }
    }
}
