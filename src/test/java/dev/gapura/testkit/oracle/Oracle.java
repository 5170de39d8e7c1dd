package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Reads recorded exchanges in one provider's language in the plainest way, with nothing of the gateway's code: what a
/// client has to read of an answer through the gateway, and what the provider has to get back of it. Stateless.
public interface Oracle {
    /// What an answer of a good status says: one for each of its choices, or a single one that failed.
    List<AnswerSaid> said(Recording recording);

    /// The first choice of an answer of a good status as a turn of the model.
    Turn turn(Recording recording);

    /// The turns of the model in the conversation of a request.
    List<Turn> turns(JsonNode request);

    /// The messages of role `assistant` in a list, each a turn.
    static List<Turn> ofAssistant(JsonNode messages, Function<JsonNode, Turn> turn) {
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            String role = message.path("role").asText();
            if (role.equals("assistant") || role.equals("model")) {
                turns.add(turn.apply(message));
            }
        }
        return turns;
    }
}
