package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;

/// Turns in the language of OpenAI's Chat Completions and those who imitate it. What answers say is judged chunk by
/// chunk elsewhere, since they are relayed.
public final class ChatOracle implements Oracle {
    private final boolean thoughtsWanted;

    /// @param thoughtsWanted whether this provider asks for thoughts in plain text (DeepSeek: documented)
    public ChatOracle(boolean thoughtsWanted) {
        this.thoughtsWanted = thoughtsWanted;
    }

    @Override
    public List<AnswerSaid> said(Recording recording) {
        throw new UnsupportedOperationException("answers of this language are relayed");
    }

    @Override
    public Turn turn(Recording recording) {
        List<JsonNode> pieces = new ArrayList<>();
        for (JsonNode document : Documents.ofAny(recording.response().rawBody())) {
            JsonNode choice = document.at("/choices/0");
            pieces.add(choice.has("message") ? choice.get("message") : choice.path("delta"));
        }
        ChatAnswer answer = recording.isStream()
                ? ChatAnswer.ofStream(recording.response().rawBody())
                : ChatAnswer.ofJson(recording.response().rawBody());
        return turnOf(answer, pieces);
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), message -> {
            ObjectNode answer = Documents.object();
            answer.putArray("choices").addObject().set("message", message);
            return turnOf(ChatAnswer.ofJson(answer), List.of(message));
        });
    }

    /// Details come in pieces, which belong together however they were cut.
    private Turn turnOf(ChatAnswer answer, List<JsonNode> pieces) {
        Turn.Builder turn = new Turn.Builder();
        ChatAnswer.Choice choice = answer.choices().get(0);
        if (choice == null) {
            return turn.turn();
        }
        StringBuilder details = new StringBuilder();
        StringBuilder signature = new StringBuilder();
        StringBuilder data = new StringBuilder();
        for (JsonNode piece : pieces) {
            for (JsonNode detail : piece.path("reasoning_details")) {
                details.append(Documents.text(detail.path("text"))).append(Documents.text(detail.path("summary")));
                signature.append(Documents.text(detail.path("signature")));
                data.append(Documents.text(detail.path("data")));
            }
        }
        boolean wanted = thoughtsWanted && !choice.reasoning().isEmpty();
        turn.thought("text", choice.reasoning(), Turn.WANTED, wanted ? "yes" : "");
        turn.thought("details", details, "signature", signature, "data", data);
        List<AnswerSaid.Call> calls = choice.calls().stream()
                .map(call -> AnswerSaid.Call.of(call.id(), call.name(), call.arguments()))
                .toList();
        return new Turn(choice.text(), turn.turn().thoughts(), calls);
    }
}
