package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers of Mistral's chat API. A recorded call comes whole, also in a stream.
public final class MistralOracle implements Oracle {
    @Override
    public List<AnswerSaid> said(Recording recording) {
        Map<Integer, Choice> choices = new TreeMap<>();
        Tokens tokens = null;
        for (JsonNode piece : Documents.ofAny(recording.response().rawBody())) {
            for (JsonNode choice : piece.path("choices")) {
                choices.computeIfAbsent(choice.path("index").asInt(), fresh -> new Choice())
                        .add(choice);
            }
            if (piece.path("usage").isObject()) {
                tokens = tokens(piece.get("usage"));
            }
        }
        Tokens last = tokens;
        return choices.values().stream().map(choice -> choice.said(last)).toList();
    }

    @Override
    public Turn turn(Recording recording) {
        Choice first = new Choice();
        Documents.ofAny(recording.response().rawBody())
                .forEach(piece -> piece.path("choices").forEach(choice -> {
                    if (choice.path("index").asInt() == 0) {
                        first.add(choice);
                    }
                }));
        return first.turn();
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), message -> {
            Choice choice = new Choice();
            choice.add(Documents.object().set("message", message));
            return choice.turn();
        });
    }

    /// Tokens of sound stand beside those of the prompt.
    private static Tokens tokens(JsonNode usage) {
        JsonNode details = usage.path("prompt_tokens_details");
        Long cached = Documents.number(details.path("cached_tokens"));
        return new Tokens(
                usage.path("prompt_tokens").asLong()
                        + details.path("audio_tokens").asLong(),
                usage.path("completion_tokens").asLong(),
                cached == null ? Documents.number(usage.path("num_cached_tokens")) : cached,
                null,
                null);
    }

    private static final class Choice {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final List<Call> calls = new ArrayList<>();
        private @Nullable String finish;

        void add(JsonNode choice) {
            JsonNode message = choice.has("message") ? choice.get("message") : choice.path("delta");
            JsonNode content = message.path("content");
            text.append(Documents.text(content));
            for (JsonNode part : content) {
                text.append(part.path("text").asText(""));
                part.path("thinking")
                        .forEach(piece -> reasoning.append(piece.path("text").asText()));
            }
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode arguments = call.at("/function/arguments");
                // The recordings hide some ids behind words, which Mistral would refuse.
                String id = call.path("id").asText();
                calls.add(Call.of(
                        id.contains("REDACTED") ? null : id,
                        call.at("/function/name").asText(),
                        arguments.isObject() ? arguments.toString() : arguments.asText()));
            }
            finish = choice.path("finish_reason").isTextual()
                    ? choice.get("finish_reason").textValue()
                    : finish;
        }

        Turn turn() {
            Turn.Builder turn = new Turn.Builder();
            turn.thought("text", reasoning.toString());
            return new Turn(text.toString(), turn.turn().thoughts(), calls);
        }

        AnswerSaid said(@Nullable Tokens tokens) {
            String reason = "stop".equals(finish) && !calls.isEmpty() ? "tool_calls" : finish;
            return new AnswerSaid(
                    text.toString(), reasoning.toString(), List.of(), calls, reason, "", List.of(), tokens, null);
        }
    }
}
