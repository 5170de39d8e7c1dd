package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// Cohere's Chat, version 2.
final class CohereSpeaker implements Speaker {
    @Override
    public boolean order() {
        return false;
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, true, false, "");
    }

    private static String reason(Answer answer) {
        return answer.end("COMPLETE", "TOOL_CALL", "MAX_TOKENS");
    }

    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonTree.object();
        usage.putObject("billed_units").put("input_tokens", 1).put("output_tokens", 1);
        usage.putObject("tokens").put("input_tokens", (double) answer.prompt()).put("output_tokens", (double)
                answer.completion());
        return usage.put("cached_tokens", answer.cached());
    }

    @Override
    public byte[] plain(Answer answer) {
        ObjectNode out = JsonTree.object().put("id", answer.id()).put("finish_reason", reason(answer));
        ObjectNode message = out.putObject("message").put("role", "assistant");
        ArrayNode content = message.putArray("content");
        Answer.Thought thought = answer.thought();
        if (thought != null) {
            content.addObject().put("type", "thinking").put("thinking", thought.text());
        }
        if (!answer.text().isEmpty()) {
            content.addObject().put("type", "text").put("text", answer.text());
        }
        if (!answer.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            answer.calls().forEach(call -> calls.add(call(call, JsonTree.text(call.arguments()))));
        }
        return JsonTree.bytes(out.set("usage", usage(answer)));
    }

    private static ObjectNode call(Answer.Call call, String arguments) {
        ObjectNode out = JsonTree.object().put("id", call.id()).put("type", "function");
        out.putObject("function").put("name", call.name()).put("arguments", arguments);
        return out;
    }

    private static ObjectNode event(String type, int index, ObjectNode message) {
        ObjectNode event = JsonTree.object().put("type", type).put("index", index);
        event.putObject("delta").set("message", message);
        return event;
    }

    private static ObjectNode content(ObjectNode content) {
        return JsonTree.object().set("content", content);
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        Events events = new Events(chance, true);
        ObjectNode start = JsonTree.object().put("id", answer.id()).put("type", "message-start");
        start.putObject("delta").putObject("message").put("role", "assistant");
        events.send(start);
        int index = 0;
        Answer.Thought thought = answer.thought();
        if (thought != null) {
            block(events, chance, index++, "thinking", thought.text());
        }
        if (!answer.text().isEmpty()) {
            block(events, chance, index, "text", answer.text());
        }
        index = 0;
        for (Answer.Call call : answer.calls()) {
            events.send(event("tool-call-start", index, JsonTree.object().set("tool_calls", call(call, ""))));
            for (String piece : chance.pieces(JsonTree.text(call.arguments()))) {
                ObjectNode more = JsonTree.object();
                more.putObject("tool_calls").putObject("function").put("arguments", piece);
                events.send(event("tool-call-delta", index, more));
            }
            events.send(JsonTree.object().put("type", "tool-call-end").put("index", index++));
        }
        ObjectNode end = JsonTree.object().put("type", "message-end");
        end.putObject("delta").put("finish_reason", reason(answer)).set("usage", usage(answer));
        return events.send(end).bytes();
    }

    private static void block(Events events, Chance chance, int index, String type, String text) {
        events.send(event(
                "content-start",
                index,
                content(JsonTree.object().put("type", type).put(type, ""))));
        for (String piece : chance.pieces(text)) {
            events.send(event("content-delta", index, content(JsonTree.object().put(type, piece))));
        }
        events.send(JsonTree.object().put("type", "content-end").put("index", index));
    }
}
