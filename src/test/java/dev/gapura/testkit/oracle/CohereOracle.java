package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers of Cohere's Chat API, version 2. A stream is first put together as the answer it stands for.
public final class CohereOracle implements Oracle {
    private static final Map<String, String> FINISH =
            Map.of("COMPLETE", "stop", "STOP_SEQUENCE", "stop", "MAX_TOKENS", "length", "TOOL_CALL", "tool_calls");

    @Override
    public List<AnswerSaid> said(Recording recording) {
        return List.of(ofAnswer(whole(recording)));
    }

    private static JsonNode whole(Recording recording) {
        JsonNode body = recording.response().body();
        return body != null ? body : joined(recording.response().rawBody());
    }

    @Override
    public Turn turn(Recording recording) {
        return turnOf(whole(recording).path("message"));
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), CohereOracle::turnOf);
    }

    private static Turn turnOf(JsonNode message) {
        Turn.Builder turn = new Turn.Builder();
        turn.thought("plan", message.path("tool_plan"));
        turn.text(message.path("content"));
        for (JsonNode part : message.path("content")) {
            turn.text(part.path("text"));
            turn.thought("text", part.path("thinking"));
        }
        message.path("tool_calls")
                .forEach(call -> turn.call(call.path("id"), call.at("/function/name"), call.at("/function/arguments")));
        return turn.turn();
    }

    private static JsonNode joined(byte[] stream) {
        ObjectNode answer = Documents.object();
        ObjectNode message = answer.putObject("message");
        Map<Integer, ObjectNode> content = new TreeMap<>();
        Map<Integer, ObjectNode> calls = new TreeMap<>();
        ArrayNode citations = message.putArray("citations");
        for (JsonNode event : Documents.ofEvents(stream)) {
            JsonNode said = event.at("/delta/message");
            int index = event.path("index").asInt();
            switch (event.path("type").asText()) {
                case "content-start", "content-delta" -> {
                    ObjectNode part = content.computeIfAbsent(index, fresh -> Documents.object());
                    grow(part, "text", said.at("/content/text"));
                    grow(part, "thinking", said.at("/content/thinking"));
                }
                case "tool-plan-delta" -> grow(message, "tool_plan", said.path("tool_plan"));
                case "tool-call-start" ->
                    calls.put(index, said.get("tool_calls").deepCopy());
                case "tool-call-delta" ->
                    grow(
                            (ObjectNode) calls.get(index).get("function"),
                            "arguments",
                            said.at("/tool_calls/function/arguments"));
                case "citation-start" -> citations.add(said.path("citations"));
                case "message-end" -> answer.setAll((ObjectNode) event.get("delta"));
                default -> {}
            }
        }
        message.putArray("content").addAll(content.values());
        message.putArray("tool_calls").addAll(calls.values());
        return answer;
    }

    private static void grow(ObjectNode holder, String name, JsonNode more) {
        if (more.isTextual()) {
            holder.put(name, holder.path(name).asText("") + more.textValue());
        }
    }

    private static AnswerSaid ofAnswer(JsonNode answer) {
        JsonNode message = answer.path("message");
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder(message.path("tool_plan").asText(""));
        List<Call> calls = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (JsonNode part : message.path("content")) {
            text.append(part.path("text").asText(""));
            reasoning.append(part.path("thinking").asText(""));
        }
        for (JsonNode call : message.path("tool_calls")) {
            calls.add(Call.of(
                    call.path("id").asText(),
                    call.at("/function/name").asText(),
                    call.at("/function/arguments").asText()));
        }
        // The recorded sources have no address but the name of a document.
        message.path("citations")
                .forEach(citation -> citation.path("sources")
                        .forEach(source -> urls.add(source.path("id").asText())));
        return new AnswerSaid(
                text.toString(),
                reasoning.toString(),
                List.of(),
                calls,
                FINISH.get(answer.path("finish_reason").asText()),
                "",
                urls,
                tokens(answer.path("usage")),
                null);
    }

    private static @Nullable Tokens tokens(JsonNode usage) {
        JsonNode tokens = usage.path("tokens");
        return tokens.isObject()
                ? new Tokens(
                        tokens.path("input_tokens").asLong(),
                        tokens.path("output_tokens").asLong(),
                        Documents.number(usage.path("cached_tokens")),
                        null,
                        Documents.number(tokens.path("reasoning_tokens")))
                : null;
    }
}
