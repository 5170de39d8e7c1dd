package dev.gapura.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;

/// One turn of a scripted model, in the language of a provider and as it was asked for: plain or streamed. Our own
/// shapes after the documented ones.
public record ModelTurn(String text, List<Call> calls) {
    /// A call of a tool.
    public record Call(String id, String name, String arguments) {}

    public static ModelTurn says(String text) {
        return new ModelTurn(text, List.of());
    }

    public ModelTurn calling(String id, String name, String arguments) {
        List<Call> more = new ArrayList<>(calls);
        more.add(new Call(id, name, arguments));
        return new ModelTurn(text, more);
    }

    /// @param dialect `openai_chat` or `anthropic`
    /// @param stream whether the request asked for a stream
    public Reply reply(String dialect, boolean stream) {
        return switch (dialect) {
            case "openai_chat" -> stream ? chatStream() : chat();
            case "anthropic" -> stream ? messagesStream() : messages();
            default -> throw new IllegalArgumentException(dialect);
        };
    }

    private Reply chat() {
        ObjectNode answer = JsonTree.object();
        answer.put("id", "chatcmpl-1")
                .put("object", "chat.completion")
                .put("created", 1)
                .put("model", "m");
        ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        message.put("content", text.isEmpty() && !calls.isEmpty() ? null : text);
        if (!calls.isEmpty()) {
            ArrayNode list = message.putArray("tool_calls");
            calls.forEach(call -> list.addObject()
                    .put("id", call.id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name)
                    .put("arguments", call.arguments));
        }
        choice.put("finish_reason", calls.isEmpty() ? "stop" : "tool_calls");
        answer.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
        return Reply.json(200, JsonTree.text(answer));
    }

    private Reply chatStream() {
        List<String> chunks = new ArrayList<>();
        chunks.add("{\"role\":\"assistant\",\"content\":\"\"}");
        if (!text.isEmpty()) {
            chunks.add(JsonTree.text(JsonTree.object().put("content", text)));
        }
        for (int index = 0; index < calls.size(); index++) {
            Call call = calls.get(index);
            ObjectNode begin = JsonTree.object();
            begin.putArray("tool_calls")
                    .addObject()
                    .put("index", index)
                    .put("id", call.id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name)
                    .put("arguments", "");
            chunks.add(JsonTree.text(begin));
            int half = call.arguments.length() / 2;
            for (String part : List.of(call.arguments.substring(0, half), call.arguments.substring(half))) {
                ObjectNode more = JsonTree.object();
                more.putArray("tool_calls")
                        .addObject()
                        .put("index", index)
                        .putObject("function")
                        .put("arguments", part);
                chunks.add(JsonTree.text(more));
            }
        }
        String head =
                "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
        StringBuilder out = new StringBuilder();
        chunks.forEach(delta -> out.append(head)
                .append("\"choices\":[{\"index\":0,\"delta\":")
                .append(delta)
                .append(",\"finish_reason\":null}]}\n\n"));
        out.append(head)
                .append("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"")
                .append(calls.isEmpty() ? "stop" : "tool_calls")
                .append("\"}]}\n\n");
        out.append(head)
                .append(
                        "\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}\n\n");
        return Reply.stream(List.of(Step.Send.text(out + "data: [DONE]\n\n"), new Step.End()));
    }

    private Reply messages() {
        ObjectNode answer = JsonTree.object();
        answer.put("id", "msg_1")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "m");
        ArrayNode content = answer.putArray("content");
        if (!text.isEmpty()) {
            content.addObject().put("type", "text").put("text", text);
        }
        calls.forEach(call -> content.addObject()
                .put("type", "tool_use")
                .put("id", call.id)
                .put("name", call.name)
                .set("input", JsonTree.readOrNull(call.arguments)));
        answer.put("stop_reason", calls.isEmpty() ? "end_turn" : "tool_use");
        answer.putObject("usage").put("input_tokens", 10).put("output_tokens", 5);
        return Reply.json(200, JsonTree.text(answer));
    }

    private Reply messagesStream() {
        StringBuilder out = new StringBuilder();
        event(
                out,
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}");
        int index = 0;
        if (!text.isEmpty()) {
            event(
                    out,
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
            event(
                    out,
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
                            + JsonTree.text(JsonTree.textNode(text)) + "}}");
            event(out, "{\"type\":\"content_block_stop\",\"index\":" + index++ + "}");
        }
        for (Call call : calls) {
            event(
                    out,
                    "{\"type\":\"content_block_start\",\"index\":" + index
                            + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"" + call.id + "\",\"name\":\""
                            + call.name
                            + "\",\"input\":{}}}");
            event(
                    out,
                    "{\"type\":\"content_block_delta\",\"index\":" + index
                            + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
                            + JsonTree.text(JsonTree.textNode(call.arguments)) + "}}");
            event(out, "{\"type\":\"content_block_stop\",\"index\":" + index++ + "}");
        }
        event(
                out,
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                        + (calls.isEmpty() ? "end_turn" : "tool_use") + "\"},\"usage\":{\"output_tokens\":5}}");
        event(out, "{\"type\":\"message_stop\"}");
        return Reply.stream(List.of(Step.Send.text(out.toString()), new Step.End()));
    }

    private static void event(StringBuilder out, String json) {
        out.append("data: ").append(json).append("\n\n");
    }
}
