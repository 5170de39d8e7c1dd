package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// Anthropic's Messages.
final class AnthropicSpeaker implements Speaker {
    @Override
    public boolean order() {
        return true;
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, true, true, "");
    }

    private static String reason(Answer answer) {
        return answer.end("end_turn", "tool_use", "max_tokens");
    }

    private static ObjectNode head(Answer answer) {
        return JsonTree.object()
                .put("id", answer.id())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
    }

    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonTree.object()
                .put("input_tokens", answer.prompt() - answer.cached())
                .put("cache_read_input_tokens", answer.cached());
        usage.put("output_tokens", answer.completion())
                .putObject("output_tokens_details")
                .put("thinking_tokens", answer.reasoning());
        return usage;
    }

    @Override
    public byte[] plain(Answer answer) {
        ObjectNode out = head(answer);
        ArrayNode content = out.putArray("content");
        for (Answer.Block block : answer.blocks()) {
            switch (block) {
                case Answer.Thought thought ->
                    content.addObject()
                            .put("type", "thinking")
                            .put("thinking", thought.text())
                            .put("signature", thought.seal());
                case Answer.Words words ->
                    content.addObject().put("type", "text").put("text", words.text());
                case Answer.Call call -> begun(call, content.addObject()).set("input", call.arguments());
            }
        }
        out.put("stop_reason", reason(answer)).set("usage", usage(answer));
        return JsonTree.bytes(out);
    }

    private static ObjectNode begun(Answer.Call call, ObjectNode out) {
        return out.put("type", "tool_use").put("id", call.id()).put("name", call.name());
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        Events events = new Events(chance, true);
        ObjectNode start = head(answer);
        start.putArray("content");
        start.putNull("stop_reason")
                .set("usage", JsonTree.object().put("input_tokens", 1).put("output_tokens", 1));
        events.send(JsonTree.object().put("type", "message_start").set("message", start));
        int index = 0;
        for (Answer.Block block : answer.blocks()) {
            if (chance.once(4)) {
                events.send(JsonTree.object().put("type", "ping"));
            }
            ObjectNode begin = JsonTree.object();
            switch (block) {
                case Answer.Thought thought -> {
                    start(
                            events,
                            index,
                            begin.put("type", "thinking").put("thinking", "").put("signature", ""));
                    for (String piece : chance.pieces(thought.text())) {
                        delta(events, index, "thinking_delta", "thinking", piece);
                    }
                    delta(events, index, "signature_delta", "signature", thought.seal());
                }
                case Answer.Words words -> {
                    start(events, index, begin.put("type", "text").put("text", ""));
                    for (String piece : chance.pieces(words.text())) {
                        delta(events, index, "text_delta", "text", piece);
                    }
                }
                case Answer.Call call -> {
                    begun(call, begin).putObject("input");
                    start(events, index, begin);
                    delta(events, index, "input_json_delta", "partial_json", "");
                    boolean none = call.arguments().isEmpty() && chance.once(2);
                    for (String piece : chance.pieces(none ? "" : JsonTree.text(call.arguments()))) {
                        delta(events, index, "input_json_delta", "partial_json", piece);
                    }
                }
            }
            events.send(JsonTree.object().put("type", "content_block_stop").put("index", index++));
        }
        ObjectNode last = JsonTree.object().put("type", "message_delta");
        last.putObject("delta").put("stop_reason", reason(answer)).putNull("stop_sequence");
        events.send(last.set("usage", usage(answer)));
        return events.send(JsonTree.object().put("type", "message_stop")).bytes();
    }

    private static void start(Events events, int index, ObjectNode block) {
        events.send(JsonTree.object()
                .put("type", "content_block_start")
                .put("index", index)
                .set("content_block", block));
    }

    private static void delta(Events events, int index, String type, String name, String piece) {
        events.send(JsonTree.object()
                .put("type", "content_block_delta")
                .put("index", index)
                .set("delta", JsonTree.object().put("type", type).put(name, piece)));
    }
}
