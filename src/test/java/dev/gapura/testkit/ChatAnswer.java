package dev.gapura.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a chat completion says, folded from a JSON answer or from the chunks of a stream: the oracle that compares
/// what a provider said with what a client read. It knows the deviations of OpenAI-compatible providers and nothing of
/// the gateway's code.
///
/// @param id first id that was not empty
/// @param model first model that was not empty
/// @param choices by index
/// @param usage the last one reported, as sent; `x_groq.usage` counts where there is no other
/// @param error the `error` member, as sent, of the answer or of any chunk
/// @param done whether `[DONE]` was the last event; always true for a JSON answer
public record ChatAnswer(
        @Nullable String id,
        @Nullable String model,
        Map<Integer, Choice> choices,
        @Nullable JsonNode usage,
        @Nullable JsonNode error,
        boolean done) {
    /// One choice.
    ///
    /// @param reasoning `reasoning_content`, or else `reasoning`
    /// @param finishReason the last one that was not empty, null when none came
    public record Choice(
            String text,
            String reasoning,
            List<Call> calls,
            @Nullable String finishReason,
            String refusal,
            @Nullable String audioId,
            String audioTranscript) {}

    /// A tool call; a call by the old `function_call` has no id, and one without name and arguments is none.
    public record Call(@Nullable String id, String name, String arguments) {}

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// Folds a JSON answer.
    public static ChatAnswer ofJson(JsonNode answer) {
        Fold fold = new Fold();
        fold.add(answer);
        return fold.answer(true);
    }

    /// Folds a JSON answer, blank lines before it allowed.
    public static ChatAnswer ofJson(byte[] answer) {
        try {
            return ofJson(MAPPER.readTree(new String(answer, StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + new String(answer, StandardCharsets.UTF_8), e);
        }
    }

    /// Folds the chunks of a stream.
    public static ChatAnswer ofChunks(List<JsonNode> chunks, boolean done) {
        Fold fold = new Fold();
        chunks.forEach(fold::add);
        return fold.answer(done);
    }

    /// Folds the bytes of an event stream. An event that the stream leaves open at its end counts, because some
    /// providers send no last blank line; data that are no JSON do not.
    public static ChatAnswer ofStream(byte[] stream) {
        SseReader reader = new SseReader();
        List<SseReader.Event> events = new ArrayList<>(reader.feed(stream));
        events.addAll(reader.finish());
        return ofEvents(events);
    }

    /// Folds the events of a stream.
    public static ChatAnswer ofEvents(List<SseReader.Event> events) {
        List<JsonNode> chunks = new ArrayList<>();
        boolean done = false;
        for (SseReader.Event event : events) {
            done = event.data().strip().equals("[DONE]");
            if (!done) {
                chunk(event.data(), chunks);
            }
        }
        return ofChunks(chunks, done);
    }

    private static void chunk(String data, List<JsonNode> chunks) {
        try {
            JsonNode chunk = MAPPER.readTree(data);
            if (chunk != null && chunk.isObject()) {
                chunks.add(chunk);
            }
        } catch (JsonProcessingException e) {
            // what is no JSON says nothing
        }
    }

    /// Collects chunks.
    private static final class Fold {
        private @Nullable String id;
        private @Nullable String model;
        private @Nullable JsonNode usage;
        private @Nullable JsonNode groqUsage;
        private @Nullable JsonNode error;
        private final Map<Integer, ChoiceFold> choices = new TreeMap<>();

        private void add(JsonNode chunk) {
            id = id == null ? filled(chunk.path("id")) : id;
            model = model == null ? filled(chunk.path("model")) : model;
            usage = chunk.path("usage").isObject() ? chunk.path("usage") : usage;
            groqUsage = chunk.path("x_groq").path("usage").isObject()
                    ? chunk.path("x_groq").path("usage")
                    : groqUsage;
            for (JsonNode holder : List.of(chunk, chunk.path("x_groq"))) {
                JsonNode found = holder.path("error");
                error = error == null && (found.isObject() || found.isTextual()) ? found : error;
            }
            int place = 0;
            for (JsonNode choice : chunk.path("choices")) {
                int index = choice.path("index").isInt() ? choice.path("index").intValue() : place;
                choices.computeIfAbsent(index, fresh -> new ChoiceFold()).add(choice);
                place++;
            }
        }

        private ChatAnswer answer(boolean done) {
            Map<Integer, Choice> folded = new TreeMap<>();
            choices.forEach((index, choice) -> folded.put(index, choice.choice()));
            return new ChatAnswer(id, model, folded, usage == null ? groqUsage : usage, error, done);
        }
    }

    /// Collects the deltas of one choice, or its message.
    private static final class ChoiceFold {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoningContent = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final StringBuilder transcript = new StringBuilder();
        private final List<CallFold> calls = new ArrayList<>();
        private @Nullable CallFold legacy;
        private @Nullable String audioId;
        private @Nullable String finishReason;

        private void add(JsonNode choice) {
            String finish = filled(choice.path("finish_reason"));
            finishReason = finish == null ? finishReason : finish;
            JsonNode said = choice.path("delta").isObject() ? choice.path("delta") : choice.path("message");
            text.append(said(said.path("content"), reasoning));
            reasoningContent.append(said.path("reasoning_content").asText(""));
            if (said.path("reasoning").isTextual()) {
                reasoning.append(said.path("reasoning").textValue());
            }
            refusal.append(said.path("refusal").asText(""));
            JsonNode audio = said.path("audio");
            audioId = audioId == null ? filled(audio.path("id")) : audioId;
            transcript.append(audio.path("transcript").asText(""));
            said.path("tool_calls").forEach(this::call);
            JsonNode function = said.path("function_call");
            boolean empty = function.path("name").asText("").isEmpty()
                    && function.path("arguments").asText("").isEmpty();
            if (function.isObject() && (legacy != null || !empty)) {
                legacy = legacy == null ? new CallFold(null) : legacy;
                legacy.add(null, function);
            }
        }

        /// Text of a content member, which may be a list of parts or, where a schema was asked for, an object.
        private static String said(JsonNode content, StringBuilder reasoning) {
            if (content.isObject()) {
                return content.toString();
            }
            if (!content.isArray()) {
                return content.asText("");
            }
            StringBuilder text = new StringBuilder();
            for (JsonNode part : content) {
                if (part.path("type").asText().equals("thinking")) {
                    JsonNode thinking = part.path("thinking");
                    reasoning.append(thinking.isArray() ? said(thinking, reasoning) : thinking.asText(""));
                } else {
                    text.append(
                            part.isTextual()
                                    ? part.textValue()
                                    : part.path("text").asText(""));
                }
            }
            return text.toString();
        }

        /// A fragment belongs to the call with its index; a new id under a used index, or a fragment
        /// without an index but with a new id or, lacking that, a name, opens another call.
        private void call(JsonNode fragment) {
            String id = filled(fragment.path("id"));
            Integer index =
                    fragment.path("index").isInt() ? fragment.path("index").intValue() : null;
            String name = filled(fragment.path("function").path("name"));
            CallFold call = null;
            for (CallFold known : calls) {
                boolean sameIndex = index != null && index.equals(known.index);
                boolean sameId = id == null || known.id == null || id.equals(known.id);
                if (index == null ? id != null && id.equals(known.id) : sameIndex && sameId) {
                    call = known;
                }
            }
            if (call == null && index == null && id == null && name == null && !calls.isEmpty()) {
                call = calls.getLast();
            }
            if (call == null) {
                call = new CallFold(index);
                calls.add(call);
            }
            call.add(id, fragment.path("function"));
        }

        private Choice choice() {
            List<Call> folded = new ArrayList<>();
            calls.forEach(call -> folded.add(call.call()));
            if (legacy != null) {
                folded.add(legacy.call());
            }
            return new Choice(
                    text.toString(),
                    (reasoningContent.isEmpty() ? reasoning : reasoningContent).toString(),
                    folded,
                    finishReason,
                    refusal.toString(),
                    audioId,
                    transcript.toString());
        }
    }

    /// Collects the fragments of one call.
    private static final class CallFold {
        private final @Nullable Integer index;
        private final StringBuilder arguments = new StringBuilder();
        private String name = "";
        private @Nullable String id;

        private CallFold(@Nullable Integer index) {
            this.index = index;
        }

        private void add(@Nullable String newId, JsonNode function) {
            id = id == null ? newId : id;
            String newName = function.path("name").asText("");
            name = name.isEmpty() ? newName : name;
            JsonNode more = function.path("arguments");
            arguments.append(more.isContainerNode() ? more.toString() : more.asText(""));
        }

        private Call call() {
            return new Call(id, name, arguments.toString());
        }
    }

    private static @Nullable String filled(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
    }
}
