package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Ollama's own chat.
final class OllamaSpeaker implements Speaker {
    @Override
    public boolean order() {
        return false;
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, false, false, "");
    }

    private static ObjectNode piece(Answer answer, ObjectNode message, boolean done) {
        ObjectNode out = JsonTree.object().put("model", answer.model()).put("created_at", "2026-01-01T00:00:00Z");
        out.set("message", message.put("role", "assistant"));
        out.put("done", done);
        if (done) {
            out.put("done_reason", answer.cut() ? "length" : "stop")
                    .put("prompt_eval_count", answer.prompt())
                    .put("eval_count", answer.completion());
        }
        return out;
    }

    private static void calls(ObjectNode message, Iterable<Answer.Call> calls) {
        ArrayNode list = message.putArray("tool_calls");
        for (Answer.Call call : calls) {
            list.addObject()
                    .put("id", call.id())
                    .putObject("function")
                    .put("name", call.name())
                    .set("arguments", call.arguments());
        }
    }

    @Override
    public byte[] plain(Answer answer) {
        ObjectNode message = JsonTree.object().put("content", answer.text());
        if (answer.thought() != null) {
            message.put("thinking", answer.thought().text());
        }
        if (!answer.calls().isEmpty()) {
            calls(message, answer.calls());
        }
        return JsonTree.bytes(piece(answer, message, true));
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] end = (chance.once(3) ? "\r\n" : "\n").getBytes(StandardCharsets.UTF_8);
        if (answer.thought() != null) {
            for (String piece : chance.pieces(answer.thought().text())) {
                line(out, piece(answer, JsonTree.object().put("content", "").put("thinking", piece), false), end);
            }
        }
        for (String piece : chance.pieces(answer.text())) {
            line(out, piece(answer, JsonTree.object().put("content", piece), false), end);
        }
        for (Answer.Call call : answer.calls()) {
            ObjectNode message = JsonTree.object().put("content", "");
            calls(message, List.of(call));
            line(out, piece(answer, message, false), end);
        }
        line(out, piece(answer, JsonTree.object().put("content", ""), true), chance.once(3) ? new byte[0] : end);
        return out.toByteArray();
    }

    private static void line(ByteArrayOutputStream out, ObjectNode line, byte[] end) {
        out.writeBytes(JsonTree.bytes(line));
        out.writeBytes(end);
    }
}
