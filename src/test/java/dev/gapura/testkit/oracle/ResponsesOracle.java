package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers of the Responses API. Of a stream only its last response counts, and not the deltas that the gateway goes
/// by; but what seals a thought is taken from its item, because OpenAI seals anew for the last response.
public final class ResponsesOracle implements Oracle {
    @Override
    public List<AnswerSaid> said(Recording recording) {
        JsonNode response = recording.response().body();
        if (response == null) {
            List<JsonNode> events = Documents.ofEvents(recording.response().rawBody());
            for (JsonNode event : events) {
                String type = event.path("type").asText();
                if (type.equals("error") || type.equals("response.failed")) {
                    return List.of(AnswerSaid.failed(kind(event)));
                }
            }
            response = last(events);
        }
        return List.of(response == null ? AnswerSaid.failed(FailureKind.PROVIDER_CUT) : ofResponse(response));
    }

    @Override
    public Turn turn(Recording recording) {
        JsonNode body = recording.response().body();
        JsonNode response = body != null
                ? body
                : last(Documents.ofEvents(recording.response().rawBody()));
        Turn.Builder turn = new Turn.Builder();
        if (response != null) {
            response.path("output").forEach(item -> item(item, turn));
        }
        return turn.turn();
    }

    /// A turn ends where somebody else speaks: the user, or a tool.
    @Override
    public List<Turn> turns(JsonNode request) {
        List<Turn> turns = new ArrayList<>();
        Turn.@Nullable Builder turn = null;
        for (JsonNode item : request.path("input")) {
            String type = item.path("type").asText("message");
            boolean own =
                    type.equals("message") ? item.path("role").asText().equals("assistant") : !type.endsWith("_output");
            if (own) {
                turn = turn == null ? new Turn.Builder() : turn;
                item(item, turn);
            } else if (turn != null) {
                turns.add(turn.turn());
                turn = null;
            }
        }
        return turns;
    }

    /// Thoughts without a seal are not taken back by the API.
    private static void item(JsonNode item, Turn.Builder turn) {
        switch (item.path("type").asText("message")) {
            case "message" -> {
                turn.text(item.path("content"));
                item.path("content").forEach(part -> turn.text(part.path("text")));
            }
            case "reasoning" -> {
                if (item.hasNonNull("encrypted_content")) {
                    turn.thought("id", item.path("id"), "data", item.path("encrypted_content"));
                }
            }
            case "function_call" -> turn.call(item.path("call_id"), item.path("name"), item.path("arguments"));
            default -> {}
        }
    }

    private static FailureKind kind(JsonNode event) {
        return event.toString().contains("insufficient_quota")
                ? FailureKind.PROVIDER_QUOTA
                : FailureKind.PROVIDER_FAILED;
    }

    private static @Nullable JsonNode last(List<JsonNode> events) {
        Map<Integer, JsonNode> seals = new TreeMap<>();
        JsonNode found = null;
        for (JsonNode event : events) {
            switch (event.path("type").asText()) {
                case "response.output_item.done" ->
                    seals.put(
                            event.path("output_index").asInt(),
                            event.path("item").path("encrypted_content"));
                case "response.completed", "response.incomplete" ->
                    found = event.get("response").deepCopy();
                default -> {}
            }
        }
        if (found != null) {
            JsonNode output = found.path("output");
            seals.forEach((index, seal) -> {
                if (seal.isTextual() && output.get(index) instanceof ObjectNode item) {
                    item.set("encrypted_content", seal);
                }
            });
        }
        return found;
    }

    private static AnswerSaid ofResponse(JsonNode response) {
        String status = response.path("status").asText();
        if (!status.equals("completed") && !status.equals("incomplete")) {
            return AnswerSaid.failed(FailureKind.PROVIDER_FAILED);
        }
        StringBuilder text = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        List<String> thoughts = new ArrayList<>();
        List<String> seals = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (JsonNode item : response.path("output")) {
            switch (item.path("type").asText()) {
                case "message" ->
                    item.path("content").forEach(part -> {
                        text.append(part.path("text").asText(""));
                        refusal.append(part.path("refusal").asText(""));
                        part.path("annotations").forEach(note -> {
                            if (note.path("type").asText().equals("url_citation")) {
                                urls.add(note.path("url").asText());
                            }
                        });
                    });
                case "reasoning" -> {
                    JsonNode parts = item.path("summary").isEmpty() ? item.path("content") : item.path("summary");
                    parts.forEach(part -> thoughts.add(part.path("text").asText()));
                    if (item.hasNonNull("encrypted_content")) {
                        seals.add(item.get("encrypted_content").asText());
                    }
                }
                case "function_call" ->
                    calls.add(Call.of(
                            item.path("call_id").asText(),
                            item.path("name").asText(),
                            item.path("arguments").asText()));
                // A tool that the client would have to run and that Chat Completions has no word for.
                case "computer_call" -> {
                    return AnswerSaid.failed(FailureKind.PROVIDER_UNREADABLE);
                }
                default -> {}
            }
        }
        return new AnswerSaid(
                text.toString(),
                String.join("\n\n", thoughts),
                seals,
                calls,
                status.equals("incomplete") ? "length" : calls.isEmpty() ? "stop" : "tool_calls",
                refusal.toString(),
                urls,
                tokens(response.path("usage")),
                null);
    }

    private static @Nullable Tokens tokens(JsonNode usage) {
        return usage.isObject()
                ? new Tokens(
                        usage.path("input_tokens").asLong(),
                        usage.path("output_tokens").asLong(),
                        Documents.number(usage.at("/input_tokens_details/cached_tokens")),
                        Documents.number(usage.at("/input_tokens_details/cache_write_tokens")),
                        Documents.number(usage.at("/output_tokens_details/reasoning_tokens")))
                : null;
    }
}
