package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.EventStreams;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;

/// Amazon Bedrock's Converse.
final class BedrockSpeaker implements Speaker {
    @Override
    public boolean order() {
        return true;
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, true, false, "");
    }

    private static String reason(Answer answer) {
        return answer.end("end_turn", "tool_use", "max_tokens");
    }

    private static ObjectNode usage(Answer answer) {
        return JsonTree.object()
                .put("inputTokens", answer.prompt() - answer.cached())
                .put("cacheReadInputTokens", answer.cached())
                .put("outputTokens", answer.completion())
                .put("totalTokens", answer.prompt() + answer.completion());
    }

    @Override
    public byte[] plain(Answer answer) {
        ObjectNode out = JsonTree.object();
        ObjectNode message = out.putObject("output").putObject("message").put("role", "assistant");
        ArrayNode content = message.putArray("content");
        for (Answer.Block block : answer.blocks()) {
            switch (block) {
                case Answer.Thought thought ->
                    content.addObject()
                            .putObject("reasoningContent")
                            .putObject("reasoningText")
                            .put("text", thought.text())
                            .put("signature", thought.seal());
                case Answer.Words words -> content.addObject().put("text", words.text());
                case Answer.Call call ->
                    content.addObject()
                            .putObject("toolUse")
                            .put("toolUseId", call.id())
                            .put("name", call.name())
                            .set("input", call.arguments());
            }
        }
        out.put("stopReason", reason(answer)).set("usage", usage(answer));
        return JsonTree.bytes(out);
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        send(out, "messageStart", JsonTree.object().put("role", "assistant"));
        int index = 0;
        for (Answer.Block block : answer.blocks()) {
            switch (block) {
                case Answer.Thought thought -> {
                    for (String piece : chance.pieces(thought.text())) {
                        delta(out, index, reasoning("text", piece));
                    }
                    delta(out, index, reasoning("signature", thought.seal()));
                }
                case Answer.Words words -> {
                    for (String piece : chance.pieces(words.text())) {
                        delta(out, index, JsonTree.object().put("text", piece));
                    }
                }
                case Answer.Call call -> {
                    ObjectNode start = JsonTree.object();
                    start.putObject("toolUse").put("toolUseId", call.id()).put("name", call.name());
                    send(
                            out,
                            "contentBlockStart",
                            JsonTree.object().put("contentBlockIndex", index).set("start", start));
                    boolean none = call.arguments().isEmpty() && chance.once(2);
                    for (String piece : chance.pieces(none ? "" : JsonTree.text(call.arguments()))) {
                        delta(
                                out,
                                index,
                                JsonTree.object()
                                        .set("toolUse", JsonTree.object().put("input", piece)));
                    }
                }
            }
            send(out, "contentBlockStop", JsonTree.object().put("contentBlockIndex", index++));
        }
        send(out, "messageStop", JsonTree.object().put("stopReason", reason(answer)));
        send(out, "metadata", JsonTree.object().set("usage", usage(answer)));
        return out.toByteArray();
    }

    private static ObjectNode reasoning(String name, String value) {
        return JsonTree.object().set("reasoningContent", JsonTree.object().put(name, value));
    }

    private static void delta(ByteArrayOutputStream out, int index, ObjectNode delta) {
        send(
                out,
                "contentBlockDelta",
                JsonTree.object().put("contentBlockIndex", index).set("delta", delta));
    }

    private static void send(ByteArrayOutputStream out, String type, ObjectNode event) {
        out.writeBytes(EventStreams.event(type, JsonTree.text(event)));
    }
}
