package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Google's generateContent; its streams are events, or one array.
///
/// @param array which of the two
record GeminiSpeaker(boolean array) implements Speaker {
    @Override
    public boolean order() {
        return true;
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, true, true, "");
    }

    private static ObjectNode usage(Answer answer) {
        return JsonTree.object()
                .put("promptTokenCount", answer.prompt())
                .put("cachedContentTokenCount", answer.cached())
                .put("candidatesTokenCount", answer.completion() - answer.reasoning())
                .put("thoughtsTokenCount", answer.reasoning())
                .put("totalTokenCount", answer.prompt() + answer.completion());
    }

    private static ObjectNode response(Answer answer, List<ObjectNode> parts, boolean last) {
        ObjectNode out = JsonTree.object();
        ObjectNode candidate = out.putArray("candidates").addObject();
        ObjectNode content = candidate.putObject("content").put("role", "model");
        ArrayNode list = content.putArray("parts");
        parts.forEach(list::add);
        if (last) {
            candidate.put("finishReason", answer.cut() ? "MAX_TOKENS" : "STOP");
            out.set("usageMetadata", usage(answer));
        }
        candidate.put("index", 0);
        return out.put("modelVersion", answer.model()).put("responseId", answer.id());
    }

    private static ObjectNode call(Answer.Call call) {
        ObjectNode part = JsonTree.object();
        part.putObject("functionCall")
                .put("id", call.id())
                .put("name", call.name())
                .set("args", call.arguments());
        return part;
    }

    @Override
    public byte[] plain(Answer answer) {
        List<ObjectNode> parts = new ArrayList<>();
        for (Answer.Block block : answer.blocks()) {
            parts.add(
                    switch (block) {
                        case Answer.Thought thought ->
                            JsonTree.object().put("text", thought.text()).put("thought", true);
                        case Answer.Words words -> JsonTree.object().put("text", words.text());
                        case Answer.Call call -> call(call);
                    });
        }
        return JsonTree.bytes(response(answer, parts, true));
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        List<ObjectNode> responses = new ArrayList<>();
        for (Answer.Block block : answer.blocks()) {
            switch (block) {
                case Answer.Thought thought ->
                    chance.pieces(thought.text())
                            .forEach(piece -> responses.add(response(
                                    answer,
                                    List.of(JsonTree.object().put("text", piece).put("thought", true)),
                                    false)));
                case Answer.Words words ->
                    chance.pieces(words.text())
                            .forEach(piece -> responses.add(
                                    response(answer, List.of(JsonTree.object().put("text", piece)), false)));
                case Answer.Call call -> responses.add(response(answer, List.of(call(call)), false));
            }
        }
        responses.add(response(answer, List.of(), true));
        if (array) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            String before = "[";
            for (ObjectNode one : responses) {
                out.writeBytes(before.getBytes(StandardCharsets.UTF_8));
                out.writeBytes(JsonTree.bytes(one));
                before = chance.once(2) ? ",\r\n" : "\n,";
            }
            out.write(']');
            return out.toByteArray();
        }
        Events events = new Events(chance, false);
        responses.forEach(events::send);
        return events.bytes();
    }
}
