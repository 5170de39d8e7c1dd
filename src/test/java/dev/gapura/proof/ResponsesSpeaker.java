package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// OpenAI's Responses.
final class ResponsesSpeaker implements Speaker {
    @Override
    public boolean order() {
        return true;
    }

    @Override
    public Traits traits() {
        return new Traits(true, true, true, true, "\n\n");
    }

    private static ObjectNode response(Answer answer, boolean over) {
        ObjectNode out = JsonTree.object()
                .put("id", answer.id())
                .put("object", "response")
                .put("model", answer.model())
                .put("status", over ? answer.cut() ? "incomplete" : "completed" : "in_progress");
        ArrayNode output = out.putArray("output");
        if (over) {
            int index = 0;
            for (Answer.Block block : answer.blocks()) {
                output.add(item(block, index++));
            }
            if (answer.cut()) {
                out.putObject("incomplete_details").put("reason", "max_output_tokens");
            }
            ObjectNode usage = out.putObject("usage")
                    .put("input_tokens", answer.prompt())
                    .put("output_tokens", answer.completion())
                    .put("total_tokens", answer.prompt() + answer.completion());
            usage.putObject("input_tokens_details").put("cached_tokens", answer.cached());
            usage.putObject("output_tokens_details").put("reasoning_tokens", answer.reasoning());
        }
        return out;
    }

    private static ObjectNode item(Answer.Block block, int index) {
        ObjectNode item = JsonTree.object();
        switch (block) {
            case Answer.Thought thought -> {
                item.put("id", "rs_" + index).put("type", "reasoning");
                item.putArray("summary").addObject().put("type", "summary_text").put("text", thought.text());
                item.put("encrypted_content", thought.seal());
            }
            case Answer.Words words -> {
                item.put("id", "msg_" + index)
                        .put("type", "message")
                        .put("role", "assistant")
                        .put("status", "completed");
                item.putArray("content")
                        .addObject()
                        .put("type", "output_text")
                        .put("text", words.text())
                        .putArray("annotations");
            }
            case Answer.Call call ->
                item.put("id", "fc_" + index)
                        .put("type", "function_call")
                        .put("call_id", call.id())
                        .put("name", call.name())
                        .put("arguments", JsonTree.text(call.arguments()))
                        .put("status", "completed");
        }
        return item;
    }

    @Override
    public byte[] plain(Answer answer) {
        return JsonTree.bytes(response(answer, true));
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        Events events = new Events(chance, true);
        events.send(JsonTree.object().put("type", "response.created").set("response", response(answer, false)));
        int index = 0;
        for (Answer.Block block : answer.blocks()) {
            ObjectNode whole = item(block, index);
            ObjectNode begun = whole.deepCopy();
            switch (block) {
                case Answer.Thought thought -> {
                    begun.putArray("summary");
                    send(events, "response.output_item.added", index, "item", begun.without("encrypted_content"));
                    deltas(events, chance, "response.reasoning_summary_text.", index, "text", thought.text());
                }
                case Answer.Words words -> {
                    begun.putArray("content");
                    send(events, "response.output_item.added", index, "item", begun);
                    deltas(events, chance, "response.output_text.", index, "text", words.text());
                }
                case Answer.Call call -> {
                    send(events, "response.output_item.added", index, "item", begun.put("arguments", ""));
                    deltas(
                            events,
                            chance,
                            "response.function_call_arguments.",
                            index,
                            "arguments",
                            JsonTree.text(call.arguments()));
                }
            }
            send(events, "response.output_item.done", index++, "item", whole);
        }
        String end = answer.cut() ? "response.incomplete" : "response.completed";
        return events.send(JsonTree.object().put("type", end).set("response", response(answer, true)))
                .bytes();
    }

    private static void deltas(Events events, Chance chance, String type, int index, String name, String text) {
        for (String piece : chance.pieces(text)) {
            events.send(place(type + "delta", index).put("delta", piece));
        }
        events.send(place(type + "done", index).put(name, text));
    }

    private static ObjectNode place(String type, int index) {
        return JsonTree.object()
                .put("type", type)
                .put("output_index", index)
                .put("content_index", 0)
                .put("summary_index", 0);
    }

    private static void send(Events events, String type, int index, String name, ObjectNode value) {
        events.send(
                JsonTree.object().put("type", type).put("output_index", index).set(name, value));
    }
}
