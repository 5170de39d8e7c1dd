package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Answers of Ollama's own chat. A stream, a piece a line, is first put together as the answer it stands for.
public final class OllamaOracle implements Oracle {
    @Override
    public List<AnswerSaid> said(Recording recording) {
        JsonNode answer = whole(recording);
        Turn turn = turnOf(answer.path("message"));
        String finish = answer.path("done_reason").asText("stop");
        return List.of(new AnswerSaid(
                turn.text(),
                Documents.text(answer.at("/message/thinking")),
                List.of(),
                turn.calls(),
                "stop".equals(finish) && !turn.calls().isEmpty() ? "tool_calls" : finish,
                "",
                List.of(),
                new Tokens(
                        answer.path("prompt_eval_count").asLong(),
                        answer.path("eval_count").asLong(),
                        null,
                        null,
                        null),
                null));
    }

    @Override
    public Turn turn(Recording recording) {
        return turnOf(whole(recording).path("message"));
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), OllamaOracle::turnOf);
    }

    private static Turn turnOf(JsonNode message) {
        Turn.Builder turn = new Turn.Builder();
        turn.thought("text", message.path("thinking"));
        turn.text(message.path("content"));
        message.path("tool_calls")
                .forEach(call -> turn.call(call.path("id"), call.at("/function/name"), call.at("/function/arguments")));
        return turn.turn();
    }

    private static JsonNode whole(Recording recording) {
        ObjectNode answer = Documents.object();
        ObjectNode message = Documents.object();
        for (String line : new String(recording.response().rawBody(), StandardCharsets.UTF_8).split("\n")) {
            if (line.isBlank()) {
                continue;
            }
            JsonNode piece = Objects.requireNonNull(Documents.parsed(line));
            for (String name : List.of("content", "thinking")) {
                message.put(
                        name,
                        Documents.text(message.path(name))
                                + Documents.text(piece.path("message").path(name)));
            }
            piece.at("/message/tool_calls").forEach(message.withArray("tool_calls")::add);
            answer.setAll((ObjectNode) piece);
        }
        answer.set("message", message);
        return answer;
    }
}
