package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.RawClient;
import org.jspecify.annotations.Nullable;

/// What a client read, as a small JSON document: members that are empty or absent are left out.
final class ClientView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClientView() {}

    static ObjectNode of(RawClient.Response response) {
        boolean stream =
                response.head().headers().getOrDefault("content-type", "").startsWith("text/event-stream");
        ChatAnswer answer = stream ? ChatAnswer.ofStream(response.body()) : ChatAnswer.ofJson(response.body());
        ObjectNode view = JSON.createObjectNode().put("status", response.status());
        if (stream) {
            view.put("done", answer.done());
        }
        if (response.header("retry-after") != null) {
            view.put("retry_after", response.header("retry-after"));
        }
        put(view, "id", answer.id());
        put(view, "model", answer.model());
        if (!answer.choices().isEmpty()) {
            ArrayNode choices = view.putArray("choices");
            answer.choices().values().forEach(choice -> choice(choices.addObject(), choice));
        }
        if (answer.usage() != null) {
            view.set("usage", answer.usage());
        }
        if (answer.error() instanceof ObjectNode error) {
            view.set("error", error.deepCopy().without("request_id"));
        }
        return view;
    }

    private static void choice(ObjectNode view, ChatAnswer.Choice choice) {
        put(view, "text", choice.text());
        put(view, "reasoning", choice.reasoning());
        put(view, "refusal", choice.refusal());
        put(view, "audio_id", choice.audioId());
        put(view, "audio_transcript", choice.audioTranscript());
        if (!choice.calls().isEmpty()) {
            ArrayNode calls = view.putArray("calls");
            for (ChatAnswer.Call call : choice.calls()) {
                ObjectNode one = calls.addObject();
                put(one, "id", call.id());
                put(one, "name", call.name());
                one.put("arguments", call.arguments());
            }
        }
        put(view, "finish_reason", choice.finishReason());
    }

    private static void put(ObjectNode view, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            view.put(name, value);
        }
    }

    /// Sorts a parsed expectation into the shape of a view, so that whole numbers compare as such.
    static JsonNode normal(JsonNode node) {
        return Provided.parsed(node.toString());
    }
}
