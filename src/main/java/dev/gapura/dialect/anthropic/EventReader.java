package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.Arguments;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SseReader;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a stream of the Messages API. Complete with `message_stop`; blocks that the provider keeps to itself
/// (tools it ran, their results) are kept only for a paused turn. One instance a stream.
final class EventReader extends SseReader {
    private final UsageReader usage = new UsageReader();
    private final Map<Integer, Block> open = new HashMap<>();
    /// The turn as the provider would want it back.
    private final ArrayNode turn = JsonTree.array();

    private @Nullable String messageId;
    private @Nullable String stopReason;
    private boolean started;
    private int calls;
    private int textLength;

    EventReader(Question question, ErrorReader errors) {
        super(question, errors);
    }

    @Override
    protected void event(JsonNode event) {
        switch (Blocks.string(event, "type")) {
            case "message_start" -> messageStart(event.path("message"));
            case "content_block_start" -> blockStart(index(event), event.path("content_block"));
            case "content_block_delta" -> delta(index(event), event.path("delta"));
            case "content_block_stop" -> blockStop(index(event));
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> messageStop();
            case "error" -> reported(event);
            case "ping" -> {}
            default -> {
                // Compatible servers report errors without a type.
                if (event.has("error")) {
                    reported(event);
                }
            }
        }
    }

    private static int index(JsonNode event) {
        return (int) JsonTree.number(event, "index", 0);
    }

    private void messageStart(JsonNode message) {
        String id = JsonTree.string(message, "id");
        if (started) {
            if (id != null && messageId != null && !id.equals(messageId)) {
                emit(new ChatEvent.Failed(
                        Failures.unreadable(question.providerName(), "a second message began inside its stream")));
            }
            return;
        }
        started = true;
        messageId = id;
        usage.take(message.get("usage"));
        emit(new ChatEvent.Started(id, JsonTree.string(message, "model")));
    }

    private void blockStart(int index, JsonNode content) {
        Block block = new Block(content);
        open.put(index, block);
        switch (block.type) {
            case "text" -> text(block, Blocks.string(content, "text"));
            case "thinking" -> {
                block.signature = JsonTree.string(content, "signature");
                thinking(block, Blocks.string(content, "thinking"));
            }
            case "tool_use" -> {
                block.call = calls++;
                emit(new ChatEvent.ToolCallOpened(
                        0, block.call, Blocks.string(content, "id"), Blocks.string(content, "name"), false, null));
                if (content.get("input") instanceof ObjectNode input && !input.isEmpty()) {
                    arguments(block, JsonTree.text(input));
                }
            }
            default -> {}
        }
    }

    private void delta(int index, JsonNode delta) {
        Block block = open.get(index);
        if (block == null) {
            emit(new ChatEvent.Failed(
                    Failures.unreadable(question.providerName(), "a part of its stream belongs to no block")));
            return;
        }
        switch (Blocks.string(delta, "type")) {
            case "text_delta" -> text(block, Blocks.string(delta, "text"));
            case "thinking_delta" -> thinking(block, Blocks.string(delta, "thinking"));
            case "signature_delta" ->
                block.signature = (block.signature == null ? "" : block.signature) + Blocks.string(delta, "signature");
            case "input_json_delta" -> arguments(block, Blocks.string(delta, "partial_json"));
            case "citations_delta" -> block.citations.add(delta.path("citation"));
            default -> {}
        }
    }

    private void text(Block block, String text) {
        if (!text.isEmpty()) {
            block.text.append(text);
            emit(new ChatEvent.Text(0, text, null));
        }
    }

    private void thinking(Block block, String text) {
        if (!text.isEmpty()) {
            block.text.append(text);
            emit(new ChatEvent.Reasoning(0, text));
        }
    }

    private void arguments(Block block, String fragment) {
        if (!fragment.isEmpty()) {
            block.text.append(fragment);
            if (block.call >= 0) {
                emit(new ChatEvent.ToolCallArguments(0, block.call, fragment));
            }
        }
    }

    private void blockStop(int index) {
        Block block = open.remove(index);
        if (block == null) {
            return;
        }
        switch (block.type) {
            case "text" -> {
                int start = textLength;
                textLength += block.text.codePointCount(0, block.text.length());
                for (JsonNode citation : block.citations) {
                    JsonNode annotation = Blocks.annotation(citation, start, textLength);
                    if (annotation != null) {
                        emit(new ChatEvent.Annotation(0, annotation));
                    }
                }
            }
            case "thinking" ->
                emit(new ChatEvent.ReasoningBlock(0, Blocks.thinking(block.text.toString(), block.signature)));
            case "redacted_thinking" ->
                emit(new ChatEvent.ReasoningBlock(0, Blocks.redacted(Blocks.string(block.content, "data"))));
            case "tool_use" -> emit(new ChatEvent.ToolCallClosed(0, block.call));
            default -> {}
        }
        turn.add(block.whole());
    }

    private void messageDelta(JsonNode event) {
        JsonNode delta = event.path("delta");
        String reason = JsonTree.string(delta, "stop_reason");
        usage.take(event.get("usage"));
        ChatEvent.Reported reported = usage.reported();
        if (reported != null) {
            emit(reported);
        }
        if (reason == null || stopReason != null) {
            return;
        }
        stopReason = reason;
        if (reason.equals("pause_turn")) {
            return;
        }
        open.keySet().stream().sorted().toList().forEach(this::blockStop);
        if (reason.equals("refusal")) {
            emit(new ChatEvent.Refusal(0, AnswerReader.refusal(delta.path("stop_details"))));
        }
        emit(StopReasons.finished(reason, delta));
    }

    private void messageStop() {
        if (stopReason == null) {
            emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
        } else if (stopReason.equals("pause_turn")) {
            emit(new ChatEvent.Paused(RequestReader.assistant(turn)));
        } else {
            emit(new ChatEvent.Ended());
        }
    }

    /// A block under way.
    private static final class Block {
        private final JsonNode content;
        private final String type;
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode citations = JsonTree.array();
        private @Nullable String signature;
        private int call = -1;

        Block(JsonNode content) {
            this.content = content;
            this.type = Blocks.string(content, "type");
        }

        /// The block as a plain answer would have it.
        JsonNode whole() {
            if (!(content.deepCopy() instanceof ObjectNode whole)) {
                return content;
            }
            switch (type) {
                case "text" -> {
                    whole.put("text", text.toString());
                    if (!citations.isEmpty()) {
                        whole.set("citations", citations);
                    }
                }
                case "thinking" -> {
                    whole.put("thinking", text.toString());
                    whole.put("signature", signature == null ? "" : signature);
                }
                case "tool_use", "server_tool_use", "mcp_tool_use" -> {
                    if (!text.isEmpty()) {
                        whole.set("input", Arguments.object(text.toString()));
                    }
                }
                default -> {}
            }
            return whole;
        }
    }
}
