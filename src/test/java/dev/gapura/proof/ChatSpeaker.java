package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// OpenAI's Chat Completions with reasoning beside the text, and Mistral's with thoughts among it.
///
/// @param mistral whether thoughts are chunks of the content
record ChatSpeaker(boolean mistral) implements Speaker {
    @Override
    public boolean order() {
        return false;
    }

    @Override
    public Traits traits() {
        return new Traits(true, false, true, !mistral, "");
    }

    private static String reason(Answer answer) {
        return answer.end("stop", "tool_calls", "length");
    }

    private ObjectNode usage(Answer answer) {
        ObjectNode usage = JsonTree.object()
                .put("prompt_tokens", answer.prompt())
                .put("completion_tokens", answer.completion())
                .put("total_tokens", answer.prompt() + answer.completion());
        usage.putObject("prompt_tokens_details").put("cached_tokens", answer.cached());
        if (!mistral) {
            usage.putObject("completion_tokens_details").put("reasoning_tokens", answer.reasoning());
        }
        return usage;
    }

    private static ObjectNode head(Answer answer, String object) {
        return JsonTree.object()
                .put("id", answer.id())
                .put("object", object)
                .put("created", 1)
                .put("model", answer.model());
    }

    @Override
    public byte[] plain(Answer answer) {
        ObjectNode out = head(answer, "chat.completion");
        ObjectNode choice = out.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        Answer.Thought thought = answer.thought();
        if (mistral && thought != null) {
            ArrayNode content = message.putArray("content");
            content.add(thinking(thought.text()));
            if (!answer.text().isEmpty()) {
                content.addObject().put("type", "text").put("text", answer.text());
            }
        } else {
            if (thought != null) {
                message.put("reasoning_content", thought.text());
            }
            message.put("content", answer.text().isEmpty() ? null : answer.text());
        }
        if (!answer.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            answer.calls().forEach(call -> call(calls.addObject(), call, JsonTree.text(call.arguments())));
        }
        choice.put("finish_reason", reason(answer));
        return JsonTree.bytes(out.set("usage", usage(answer)));
    }

    private static ObjectNode thinking(String text) {
        ObjectNode chunk = JsonTree.object().put("type", "thinking");
        chunk.putArray("thinking").addObject().put("type", "text").put("text", text);
        return chunk;
    }

    private static ObjectNode call(ObjectNode out, Answer.Call call, String arguments) {
        out.put("id", call.id()).put("type", "function");
        out.putObject("function").put("name", call.name()).put("arguments", arguments);
        return out;
    }

    @Override
    public byte[] stream(Answer answer, Chance chance) {
        Events events = new Events(chance, false);
        send(events, answer, JsonTree.object().put("role", "assistant").put("content", ""), null);
        Answer.Thought thought = answer.thought();
        if (thought != null) {
            for (String piece : chance.pieces(thought.text())) {
                ObjectNode delta = JsonTree.object();
                if (mistral) {
                    delta.putArray("content").add(thinking(piece));
                } else {
                    delta.put("reasoning_content", piece);
                }
                send(events, answer, delta, null);
            }
        }
        for (String piece : chance.pieces(answer.text())) {
            send(events, answer, JsonTree.object().put("content", piece), null);
        }
        int index = 0;
        for (Answer.Call call : answer.calls()) {
            boolean whole = chance.once(3);
            String arguments = JsonTree.text(call.arguments());
            ObjectNode begin = JsonTree.object();
            call(begin.putArray("tool_calls").addObject().put("index", index), call, whole ? arguments : "");
            send(events, answer, begin, null);
            for (String piece : whole ? List.<String>of() : chance.pieces(arguments)) {
                ObjectNode more = JsonTree.object();
                ObjectNode function = more.putArray("tool_calls")
                        .addObject()
                        .put("index", index)
                        .putObject("function");
                if (mistral) {
                    function.put("name", "");
                }
                function.put("arguments", piece);
                send(events, answer, more, null);
            }
            index++;
        }
        send(events, answer, JsonTree.object(), reason(answer));
        ObjectNode last = head(answer, "chat.completion.chunk");
        last.putArray("choices");
        events.send(last.set("usage", usage(answer)));
        return events.data("[DONE]").bytes();
    }

    private static void send(Events events, Answer answer, ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = head(answer, "chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        events.send(chunk);
    }
}
