package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A small client that puts the chunks of a stream together again as SDKs do, and is strict about what they rely on:
/// one id and model, the role before anything else of its choice, one finish reason a choice with nothing behind it,
/// usage in a last chunk without choices, nothing after `[DONE]`.
public final class ClientFold {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, Choice> choices = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private @Nullable String id;
    private @Nullable JsonNode model;
    private @Nullable JsonNode usage;
    private @Nullable JsonNode gapura;
    private boolean done;
    private int chunks;

    private ClientFold() {}

    /// Reads a whole event stream.
    public static ClientFold of(byte[] stream) {
        ClientFold fold = new ClientFold();
        SseReader reader = new SseReader();
        for (SseReader.Event event : reader.feed(stream)) {
            fold.event(event.data());
        }
        if (reader.isInsideEvent()) {
            fold.faults.add("the stream ends inside an event");
        }
        return fold;
    }

    /// Whether `[DONE]` came.
    public boolean done() {
        return done;
    }

    /// What the stream did wrong.
    public List<String> faults() {
        return faults;
    }

    /// How many chunks came.
    public int chunks() {
        return chunks;
    }

    /// The `gapura` member of the last chunk, null where there was none.
    public @Nullable JsonNode gapura() {
        return gapura;
    }

    /// Reads JSON as this client does.
    static JsonNode json(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException malformed) {
            throw new UncheckedIOException(new String(bytes, StandardCharsets.UTF_8), malformed);
        }
    }

    private void event(String data) {
        if (done) {
            faults.add("something comes after [DONE]");
        }
        if (data.equals("[DONE]")) {
            done = true;
            return;
        }
        JsonNode chunk = json(data.getBytes(StandardCharsets.UTF_8));
        chunks++;
        check(chunk.path("object").asText().equals("chat.completion.chunk"), "object is " + chunk.get("object"));
        check(id == null || id.equals(chunk.path("id").asText()), "the id changes");
        check(model == null || model.equals(chunk.get("model")), "the model changes");
        check(usage == null && gapura == null, "something comes after the last chunk");
        id = chunk.path("id").asText();
        model = chunk.get("model");
        check(chunk.path("choices").isArray(), "there are no choices");
        if (chunk.path("choices").isEmpty()) {
            usage = chunk.get("usage");
            gapura = chunk.get("gapura");
            check(choices.values().stream().allMatch(one -> one.finish != null), "the last chunk comes too early");
        } else {
            check(!chunk.path("usage").isObject(), "usage stands beside choices");
        }
        for (JsonNode choice : chunk.path("choices")) {
            choices.computeIfAbsent(choice.path("index").intValue(), fresh -> new Choice())
                    .add(choice);
        }
    }

    private void check(boolean good, String fault) {
        if (!good) {
            faults.add(fault);
        }
    }

    /// How the stream differs from the plain answer, null where it says the same in the right order.
    public @Nullable String differenceTo(JsonNode plain) {
        if (!faults.isEmpty()) {
            return "chunks: " + faults;
        }
        if (!done) {
            return "chunks: no [DONE]";
        }
        JsonNode mine = answer();
        JsonNode its = comparable(plain);
        return mine.equals(its) ? null : "chunks: " + mine + " / " + its;
    }

    /// The answer that the stream amounts to, in the form that [#comparable] gives plain answers.
    public JsonNode answer() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("id", id);
        out.set("model", model);
        ArrayNode list = out.putArray("choices");
        choices.forEach((index, choice) -> list.add(choice.whole(index)));
        if (usage != null && usage.isObject()) {
            out.set("usage", usage);
        }
        return out;
    }

    /// A plain answer without what chunks cannot say: whether a text is empty or null.
    public static JsonNode comparable(JsonNode plain) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.set("id", plain.get("id"));
        out.set("model", plain.get("model"));
        ArrayNode list = out.putArray("choices");
        for (JsonNode choice : plain.path("choices")) {
            ObjectNode one = choice.deepCopy();
            ObjectNode message = (ObjectNode) one.get("message");
            message.put("content", message.path("content").asText(""));
            message.put("refusal", message.path("refusal").asText(""));
            list.add(one);
        }
        if (plain.has("usage")) {
            out.set("usage", plain.get("usage"));
        }
        return out;
    }

    private final class Choice {
        private final Map<String, StringBuilder> texts = new TreeMap<>();
        private final Map<String, ArrayNode> lists = new TreeMap<>();
        private final List<ObjectNode> calls = new ArrayList<>();
        private final ArrayNode logprobs = JsonNodeFactory.instance.arrayNode();
        private @Nullable ObjectNode audio;
        private @Nullable String finish;
        private @Nullable JsonNode nativeFinish;
        private @Nullable JsonNode nativeStop;
        private boolean begun;

        void add(JsonNode choice) {
            check(finish == null, "something comes after the finish reason");
            JsonNode delta = choice.path("delta");
            check(begun != delta.has("role"), "the role does not come first and once");
            begun = true;
            delta.properties().forEach(member -> member(member.getKey(), member.getValue()));
            choice.path("logprobs").path("content").forEach(logprobs::add);
            if (choice.path("finish_reason").isTextual()) {
                finish = choice.path("finish_reason").asText();
                nativeFinish = choice.get("native_finish_reason");
                nativeStop = choice.get("native_stop_sequence");
                check(delta.isEmpty(), "the finish reason stands beside content");
            }
        }

        private void member(String name, JsonNode value) {
            switch (name) {
                case "role" -> check(value.asText().equals("assistant"), "the role is " + value);
                case "content", "reasoning_content", "refusal" -> {
                    check(value.isTextual() || name.equals("refusal"), name + " is " + value);
                    texts.computeIfAbsent(name, fresh -> new StringBuilder()).append(value.asText(""));
                }
                case "tool_calls" -> value.forEach(this::call);
                case "audio" -> audio(value);
                default -> {
                    if (value.isTextual()) {
                        texts.computeIfAbsent(name, fresh -> new StringBuilder())
                                .append(value.textValue());
                    }
                    value.forEach(element -> lists.computeIfAbsent(name, fresh -> JsonNodeFactory.instance.arrayNode())
                            .add(element));
                }
            }
        }

        private void call(JsonNode fragment) {
            int index = fragment.path("index").asInt(-1);
            if (index == calls.size()) {
                check(!fragment.path("id").asText("").isEmpty(), "a call has no id");
                ObjectNode call = fragment.deepCopy();
                calls.add(call.without("index"));
                return;
            }
            if (index < 0 || index > calls.size()) {
                faults.add("call " + index + " follows " + (calls.size() - 1));
                return;
            }
            check(!fragment.has("id") && !fragment.has("type"), "a call begins twice");
            String kind = fragment.has("custom") ? "custom" : "function";
            String part = fragment.has("custom") ? "input" : "arguments";
            ObjectNode body = (ObjectNode) calls.get(index).get(kind);
            body.put(
                    part,
                    body.path(part).asText() + fragment.path(kind).path(part).asText());
        }

        private void audio(JsonNode more) {
            ObjectNode all = audio == null ? JsonNodeFactory.instance.objectNode() : audio;
            more.properties().forEach(member -> {
                boolean grows = all.has(member.getKey())
                        && List.of("data", "transcript").contains(member.getKey());
                if (grows) {
                    all.put(
                            member.getKey(),
                            all.get(member.getKey()).asText()
                                    + member.getValue().asText());
                } else {
                    all.set(member.getKey(), member.getValue());
                }
            });
            audio = all;
        }

        private ObjectNode whole(int index) {
            ObjectNode out = JsonNodeFactory.instance.objectNode();
            out.put("index", index);
            ObjectNode message = out.putObject("message");
            message.put("role", "assistant");
            message.put("content", text("content"));
            message.put("refusal", text("refusal"));
            texts.forEach((name, text) -> {
                if (!text.isEmpty()) {
                    message.put(name, text.toString());
                }
            });
            lists.forEach(message::set);
            if (!calls.isEmpty()) {
                message.putArray("tool_calls").addAll(calls);
            }
            if (audio != null) {
                message.set("audio", audio);
            }
            if (logprobs.isEmpty()) {
                out.putNull("logprobs");
            } else {
                out.putObject("logprobs").<ObjectNode>set("content", logprobs).putNull("refusal");
            }
            out.put("finish_reason", finish);
            if (nativeFinish != null) {
                out.set("native_finish_reason", nativeFinish);
            }
            if (nativeStop != null) {
                out.set("native_stop_sequence", nativeStop);
            }
            return out;
        }

        private String text(String name) {
            StringBuilder text = texts.get(name);
            return text == null ? "" : text.toString();
        }
    }
}
