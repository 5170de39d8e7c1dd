package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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

/// Answers of the Messages API. A stream is first put together as the message it stands for.
public final class AnthropicOracle implements Oracle {
    @Override
    public List<AnswerSaid> said(Recording recording) {
        JsonNode message = whole(recording);
        return List.of(
                message.has("failure")
                        ? AnswerSaid.failed(
                                FailureKind.valueOf(message.get("failure").asText()))
                        : ofMessage(message));
    }

    private static JsonNode whole(Recording recording) {
        JsonNode body = recording.response().body();
        return body != null ? body : joined(recording.response().rawBody());
    }

    @Override
    public Turn turn(Recording recording) {
        return turnOf(whole(recording));
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), AnthropicOracle::turnOf);
    }

    private static Turn turnOf(JsonNode message) {
        Turn.Builder turn = new Turn.Builder();
        turn.text(message.path("content"));
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> turn.text(block.path("text"));
                case "thinking" -> turn.thought("text", block.path("thinking"), "signature", block.path("signature"));
                case "redacted_thinking" -> turn.thought("data", block.path("data"));
                case "tool_use" ->
                    turn.call(
                            block.path("id"),
                            block.path("name"),
                            block.has("written") ? block.get("written") : block.path("input"));
                default -> {}
            }
        }
        return turn.turn();
    }

    /// The message that a stream stands for; one with the member `failure` where it ended badly.
    private static JsonNode joined(byte[] stream) {
        ObjectNode message = Documents.object();
        ObjectNode usage = Documents.object();
        Map<Integer, ObjectNode> blocks = new TreeMap<>();
        boolean whole = false;
        for (JsonNode data : Documents.ofEvents(stream)) {
            switch (data.path("type").asText()) {
                case "message_start" -> {
                    message.setAll((ObjectNode) data.get("message"));
                    usage.setAll((ObjectNode) data.at("/message/usage"));
                }
                case "content_block_start" ->
                    blocks.put(
                            data.path("index").asInt(),
                            data.get("content_block").deepCopy());
                case "content_block_delta" ->
                    delta(blocks.get(data.path("index").asInt()), data.get("delta"));
                case "message_delta" -> {
                    message.setAll((ObjectNode) data.get("delta"));
                    data.path("usage").properties().stream()
                            .filter(counter -> !counter.getValue().isNull())
                            .forEach(counter -> usage.set(counter.getKey(), counter.getValue()));
                }
                case "message_stop" -> whole = true;
                case "error" -> {
                    boolean busy = data.at("/error/type").asText().equals("overloaded_error");
                    return message.put("failure", busy ? "PROVIDER_OVERLOADED" : "PROVIDER_FAILED");
                }
                default -> {}
            }
        }
        message.putArray("content").addAll(blocks.values());
        message.set("usage", usage);
        return whole ? message : message.put("failure", "PROVIDER_CUT");
    }

    private static void delta(ObjectNode block, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> grow(block, "text", delta.path("text"));
            case "thinking_delta" -> grow(block, "thinking", delta.path("thinking"));
            case "signature_delta" -> grow(block, "signature", delta.path("signature"));
            case "input_json_delta" -> grow(block, "written", delta.path("partial_json"));
            case "citations_delta" -> {
                ArrayNode list =
                        block.get("citations") instanceof ArrayNode there ? there : block.putArray("citations");
                list.add(delta.get("citation"));
            }
            default -> throw new AssertionError("unknown delta " + delta);
        }
    }

    private static void grow(ObjectNode block, String name, JsonNode more) {
        block.put(name, block.path(name).asText("") + more.asText());
    }

    private static AnswerSaid ofMessage(JsonNode message) {
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        List<String> seals = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (JsonNode block : message.get("content")) {
            switch (block.path("type").asText()) {
                case "text" -> {
                    text.append(block.path("text").asText());
                    for (JsonNode citation : block.path("citations")) {
                        if (citation.path("type").asText().equals("web_search_result_location")) {
                            urls.add(citation.path("url").asText());
                        }
                    }
                }
                case "thinking" -> {
                    reasoning.append(block.path("thinking").asText());
                    seals.add(block.path("signature").asText());
                }
                case "redacted_thinking" -> seals.add(block.path("data").asText());
                case "tool_use" ->
                    calls.add(Call.of(
                            block.path("id").asText(),
                            block.path("name").asText(),
                            block.has("written")
                                    ? block.path("written").asText()
                                    : block.path("input").toString()));
                default -> {}
            }
        }
        String reason = message.path("stop_reason").asText();
        return new AnswerSaid(
                text.toString(),
                reasoning.toString(),
                seals,
                calls,
                finish(reason, !calls.isEmpty()),
                reason.equals("refusal") ? refusal(message.path("stop_details")) : "",
                urls,
                tokens(message.path("usage")),
                null);
    }

    private static @Nullable String finish(String reason, boolean calls) {
        return switch (reason) {
            case "max_tokens" -> "length";
            case "refusal" -> "content_filter";
            case "end_turn", "stop_sequence", "tool_use" -> calls ? "tool_calls" : "stop";
            default -> throw new AssertionError("unknown stop reason " + reason);
        };
    }

    private static String refusal(JsonNode details) {
        String explanation = details.path("explanation").asText("");
        return explanation.isEmpty() ? AnswerSaid.SOME_WORDS : explanation;
    }

    private static Tokens tokens(JsonNode usage) {
        Long cached = Documents.number(usage.path("cache_read_input_tokens"));
        Long written = Documents.number(usage.path("cache_creation_input_tokens"));
        return new Tokens(
                usage.path("input_tokens").asLong() + (cached == null ? 0 : cached) + (written == null ? 0 : written),
                usage.path("output_tokens").asLong(),
                cached,
                written,
                Documents.number(usage.at("/output_tokens_details/thinking_tokens")));
    }
}
