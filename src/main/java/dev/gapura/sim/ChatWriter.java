package dev.gapura.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Script.Flag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts an [Answer] on the wire as OpenAI does, whole or as a stream, and applies the request's [Script] to
/// it.
final class ChatWriter {
    private final ChatQuery query;
    private final Answer answer;
    private final Script script;
    private final String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    private final long created = System.currentTimeMillis() / 1000;
    private final List<ObjectNode> chunks = new ArrayList<>();

    private ChatWriter(ChatQuery query, Answer answer, Script script) {
        this.query = query;
        this.answer = answer;
        this.script = script;
    }

    /// The answer as one JSON document.
    static Reply json(ChatQuery query, Answer answer, Script script) {
        ObjectNode body = script.errorAt() == Script.NEVER
                ? new ChatWriter(query, answer, script).completion()
                : errorEvent(script);
        return finish(Reply.json(200, body.toString()), script);
    }

    /// The answer as an event stream.
    static Reply stream(ChatQuery query, Answer answer, Script script) {
        ChatWriter writer = new ChatWriter(query, answer, script);
        writer.collect();
        return finish(Reply.stream(writer.events()), script);
    }

    /// Adds to any reply what a script asks of all: latency, `retry-after` and an early stop.
    static Reply finish(Reply reply, Script script) {
        List<Step> steps = new ArrayList<>();
        if (script.has(Flag.EARLY_HEAD)) {
            steps.add(new Step.Send(new byte[0]));
        }
        if (!script.latency().isZero()) {
            steps.add(new Step.Pause(script.latency()));
        }
        steps.addAll(reply.steps());
        Reply finished = reply;
        if (reply.framing() == Reply.Framing.LENGTH) {
            finished = finished.withHeader("content-length", Long.toString(reply.bodyBytes()));
        }
        if (script.retryAfter() != null) {
            finished = finished.withHeader("retry-after", script.retryAfter());
        }
        if (!reply.headers().containsKey("x-request-id")) {
            finished = finished.withHeader(
                    "x-request-id",
                    "req_" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        }
        return finished.withSteps(script.limited(steps));
    }

    private ObjectNode completion() {
        ObjectNode body = envelope("chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < query.choices(); i++) {
            ObjectNode choice = choices.addObject().put("index", i);
            message(choice.putObject("message"));
            choice.set("logprobs", logprobs(pieces()));
            choice.put("finish_reason", script.has(Flag.NO_FINISH) ? null : answer.finishReason());
        }
        if (!script.has(Flag.NO_USAGE)) {
            body.set("usage", usage(answer.tokens() * query.choices()));
        }
        return body.put("service_tier", "default").put("system_fingerprint", "fp_simulator");
    }

    private void message(ObjectNode message) {
        message.put("role", "assistant");
        switch (answer) {
            case Answer.Text text -> message.put("content", text.joined());
            case Answer.Calls(List<Answer.Call> calls) -> {
                message.putNull("content");
                ArrayNode list = message.putArray("tool_calls");
                calls.forEach(call -> list.addObject()
                        .put("id", call.id())
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name())
                        .put("arguments", call.arguments()));
            }
        }
        message.putNull("refusal");
        if (script.reasoning() != null) {
            message.put("reasoning_content", script.reasoning());
        }
        message.putArray("annotations");
    }

    private void collect() {
        everyChoice(
                null, delta -> delta.put("role", "assistant").put("content", "").putNull("refusal"));
        if (script.reasoning() != null) {
            for (String word : Answer.Words.split(script.reasoning())) {
                everyChoice(null, delta -> delta.put("reasoning_content", word));
            }
        }
        switch (answer) {
            case Answer.Text text ->
                text.pieces().forEach(piece -> everyChoice(piece, delta -> delta.put("content", piece)));
            case Answer.Calls(List<Answer.Call> calls) -> {
                for (int i = 0; i < calls.size(); i++) {
                    call(i, calls.get(i));
                }
            }
        }
        if (!script.has(Flag.NO_FINISH)) {
            for (int i = 0; i < query.choices(); i++) {
                chunk(i, null, answer.finishReason());
            }
        }
        if (query.includeUsage() && !script.has(Flag.NO_USAGE)) {
            ObjectNode last = envelope("chat.completion.chunk").put("system_fingerprint", "fp_simulator");
            last.putArray("choices");
            last.set("usage", usage(answer.tokens() * query.choices()));
            chunks.add(last);
        }
    }

    private void call(int index, Answer.Call call) {
        everyChoice(null, delta -> {
            ObjectNode opened = delta.putArray("tool_calls").addObject();
            opened.put("index", index).put("id", call.id()).put("type", "function");
            opened.putObject("function").put("name", call.name()).put("arguments", "");
        });
        for (String fragment : call.fragments()) {
            everyChoice(
                    null,
                    delta -> delta.putArray("tool_calls")
                            .addObject()
                            .put("index", index)
                            .putObject("function")
                            .put("arguments", fragment));
        }
    }

    /// One chunk for each choice, as OpenAI interleaves them.
    private void everyChoice(@Nullable String token, Consumer<ObjectNode> delta) {
        for (int i = 0; i < query.choices(); i++) {
            delta.accept(chunk(i, token, null));
        }
    }

    private ObjectNode chunk(int index, @Nullable String token, @Nullable String finishReason) {
        ObjectNode chunk = envelope("chat.completion.chunk")
                .put("service_tier", "default")
                .put("system_fingerprint", "fp_simulator");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        ObjectNode delta = choice.putObject("delta");
        choice.set("logprobs", token == null ? JsonNodeFactory.instance.nullNode() : logprobs(List.of(token)));
        choice.put("finish_reason", finishReason);
        if (script.has(Flag.USAGE_EVERYWHERE)) {
            chunk.set("usage", usage(Math.min(chunks.size(), answer.tokens() * query.choices())));
        } else if (query.includeUsage()) {
            chunk.putNull("usage");
        }
        chunks.add(chunk);
        return delta;
    }

    private List<Step> events() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            if (i == script.errorAt()) {
                return failed(steps);
            }
            add(steps, chunks.get(i).toString());
        }
        if (script.errorAt() == chunks.size()) {
            return failed(steps);
        }
        if (!script.has(Flag.NO_DONE)) {
            steps.add(event("[DONE]"));
        }
        steps.add(new Step.End());
        return steps;
    }

    private List<Step> failed(List<Step> steps) {
        add(steps, errorEvent(script).toString());
        steps.add(new Step.End());
        return steps;
    }

    private void add(List<Step> steps, String data) {
        if (!steps.isEmpty() && !script.pace().equals(Duration.ZERO)) {
            steps.add(new Step.Pause(script.pace()));
        }
        steps.add(event(data));
    }

    private static Step event(String data) {
        return new Step.Send(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode errorEvent(Script script) {
        String message = script.error() == null ? "The simulated model failed while it answered." : script.error();
        return OpenAiError.body(500, message, null, script.code());
    }

    private ObjectNode envelope(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", query.model());
    }

    /// Three tokens for the frame of each message and one for each word, as tokenisers roughly do.
    private ObjectNode usage(int completionTokens) {
        int promptTokens = 0;
        for (JsonNode message : query.messages()) {
            promptTokens += 3 + Answer.Words.split(ChatQuery.text(message)).size();
        }
        int reasoningTokens = script.reasoning() == null
                ? 0
                : Answer.Words.split(script.reasoning()).size() * query.choices();
        ObjectNode usage = JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens + reasoningTokens)
                .put("total_tokens", promptTokens + completionTokens + reasoningTokens);
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", reasoningTokens)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    private List<String> pieces() {
        return answer instanceof Answer.Text text ? text.pieces() : List.of();
    }

    private JsonNode logprobs(List<String> tokens) {
        if (query.topLogprobs() < 0 || tokens.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode logprobs = JsonNodeFactory.instance.objectNode();
        ArrayNode content = logprobs.putArray("content");
        for (String token : tokens) {
            ObjectNode entry = content.addObject();
            logprob(entry, token, -0.1);
            ArrayNode alternatives = entry.putArray("top_logprobs");
            for (int rank = 0; rank < query.topLogprobs(); rank++) {
                logprob(alternatives.addObject(), rank == 0 ? token : token + rank, -0.1 - 2 * rank);
            }
        }
        logprobs.putNull("refusal");
        return logprobs;
    }

    private static void logprob(ObjectNode entry, String token, double logprob) {
        entry.put("token", token).put("logprob", logprob);
        ArrayNode bytes = entry.putArray("bytes");
        for (byte one : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(one & 0xff);
        }
    }
}
