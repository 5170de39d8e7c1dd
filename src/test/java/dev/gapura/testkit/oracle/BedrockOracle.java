package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Answers of Bedrock's Converse. A stream is first put together as the answer it stands for.
public final class BedrockOracle implements Oracle {
    /// Whether a recorded answer is a stream: some were recorded without their type.
    public static boolean isStream(Recording recording) {
        return recording.response().body() == null;
    }

    @Override
    public List<AnswerSaid> said(Recording recording) {
        return List.of(ofAnswer(whole(recording)));
    }

    @Override
    public Turn turn(Recording recording) {
        return turnOf(whole(recording).at("/output/message"));
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("messages"), BedrockOracle::turnOf);
    }

    private static Turn turnOf(JsonNode message) {
        Turn.Builder turn = new Turn.Builder();
        for (JsonNode block : message.path("content")) {
            turn.text(block.path("text"));
            block.at("/citationsContent/content").forEach(piece -> turn.text(piece.path("text")));
            JsonNode thought = block.path("reasoningContent");
            JsonNode signature = thought.at("/reasoningText/signature");
            if (signature.isTextual()) {
                turn.thought("text", thought.at("/reasoningText/text"), "signature", signature);
            }
            turn.thought("data", thought.path("redactedContent"));
            JsonNode call = block.path("toolUse");
            if (isCall(call)) {
                turn.call(call.path("toolUseId"), call.path("name"), call.path("input"));
            }
        }
        return turn.turn();
    }

    private static boolean isCall(JsonNode toolUse) {
        return toolUse.isObject() && !toolUse.path("type").asText().equals("server_tool_use");
    }

    private static JsonNode whole(Recording recording) {
        JsonNode body = recording.response().body();
        return body != null ? body : joined(recording.response().rawBody());
    }

    /// The answer that a stream stands for.
    private static JsonNode joined(byte[] stream) {
        ObjectNode answer = Documents.object();
        Map<Integer, ObjectNode> blocks = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(stream);
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int end = start + bytes.getInt();
            int payload = start + 12 + bytes.getInt();
            String headers = new String(stream, start + 12, payload - start - 12, StandardCharsets.UTF_8);
            JsonNode event = Objects.requireNonNull(
                    Documents.parsed(new String(stream, payload, end - 4 - payload, StandardCharsets.UTF_8)));
            if (headers.contains("messageStop")) {
                answer.set("stopReason", event.get("stopReason"));
            } else if (headers.contains("metadata")) {
                answer.set("usage", event.get("usage"));
            } else if (event.has("contentBlockIndex")) {
                int index = event.get("contentBlockIndex").intValue();
                take(blocks.computeIfAbsent(index, fresh -> Documents.object()), event);
            }
            bytes.position(end);
        }
        answer.putObject("output").putObject("message").putArray("content").addAll(blocks.values());
        return answer;
    }

    private static void take(ObjectNode block, JsonNode event) {
        if (event.path("start").isObject()) {
            block.setAll((ObjectNode) event.get("start"));
        }
        JsonNode delta = event.path("delta");
        grow(block, "text", delta.path("text"));
        if (block.path("toolUse") instanceof ObjectNode call) {
            grow(call, "input", delta.at("/toolUse/input"));
        }
        if (delta.path("reasoningContent").isObject()) {
            ObjectNode thought = block.withObject("/reasoningContent/reasoningText");
            grow(thought, "text", delta.at("/reasoningContent/text"));
            grow(thought, "signature", delta.at("/reasoningContent/signature"));
        }
        if (delta.has("citation")) {
            ArrayNode citations = block.withArray("citations");
            citations.add(delta.get("citation"));
        }
    }

    private static void grow(ObjectNode holder, String name, JsonNode more) {
        if (more.isTextual()) {
            holder.put(name, holder.path(name).asText("") + more.textValue());
        }
    }

    private static AnswerSaid ofAnswer(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        List<String> seals = new ArrayList<>();
        List<Call> calls = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (JsonNode block : answer.at("/output/message/content")) {
            text.append(block.path("text").asText(""));
            block.at("/citationsContent/content")
                    .forEach(piece -> text.append(piece.path("text").asText()));
            JsonNode cited = block.has("citations") ? block.get("citations") : block.at("/citationsContent/citations");
            for (JsonNode citation : cited) {
                String web = citation.at("/location/web/url")
                        .asText(citation.path("source").asText(""));
                if (web.startsWith("http")) {
                    urls.add(web);
                }
            }
            JsonNode thought = block.at("/reasoningContent/reasoningText");
            reasoning.append(thought.path("text").asText(""));
            if (thought.has("signature")) {
                seals.add(thought.get("signature").asText());
            }
            JsonNode call = block.path("toolUse");
            if (isCall(call)) {
                calls.add(Call.of(
                        call.path("toolUseId").asText(),
                        call.path("name").asText(),
                        call.path("input").isTextual()
                                ? call.path("input").asText()
                                : call.path("input").toString()));
            }
        }
        String reason = answer.path("stopReason").asText();
        if (reason.startsWith("malformed")) {
            return AnswerSaid.failed(FailureKind.PROVIDER_FAILED);
        }
        return new AnswerSaid(
                text.toString(),
                reasoning.toString(),
                seals,
                calls,
                finish(reason, !calls.isEmpty()),
                "",
                urls,
                tokens(answer.path("usage")),
                null);
    }

    private static String finish(String reason, boolean calls) {
        return switch (reason) {
            case "max_tokens" -> "length";
            case "guardrail_intervened" -> "content_filter";
            case "end_turn", "tool_use" -> calls ? "tool_calls" : "stop";
            default -> throw new AssertionError("unknown stop reason " + reason);
        };
    }

    private static Tokens tokens(JsonNode usage) {
        Long cached = Documents.number(usage.path("cacheReadInputTokens"));
        Long written = Documents.number(usage.path("cacheWriteInputTokens"));
        return new Tokens(
                usage.path("inputTokens").asLong() + (cached == null ? 0 : cached) + (written == null ? 0 : written),
                usage.path("outputTokens").asLong(),
                cached,
                written,
                null);
    }
}
