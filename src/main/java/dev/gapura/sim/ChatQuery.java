package dev.gapura.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the simulator reads of a chat completion request; the rest it ignores.
///
/// @param maxTokens most words of one choice; `Integer.MAX_VALUE` without a limit
/// @param tools function tools, in order
/// @param toolChoice as sent, a missing node without
/// @param responseFormat as sent, a missing node without
/// @param topLogprobs alternatives a token; -1 when no log probabilities were asked for
record ChatQuery(
        String model,
        List<JsonNode> messages,
        boolean stream,
        boolean includeUsage,
        int choices,
        int maxTokens,
        List<String> stops,
        List<JsonNode> tools,
        JsonNode toolChoice,
        boolean parallelToolCalls,
        JsonNode responseFormat,
        int topLogprobs,
        Map<String, String> metadata) {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    ChatQuery {
        messages = List.copyOf(messages);
        stops = List.copyOf(stops);
        tools = List.copyOf(tools);
        metadata = Map.copyOf(metadata);
    }

    /// Reads a request body.
    ///
    /// @throws RefusedException when it is no JSON object or a field that the simulator uses is wrong
    static ChatQuery read(byte[] body) {
        JsonNode root = tree(body);
        JsonNode messages = root.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw RefusedException.badRequest("'messages' must be a list with at least one message", "messages");
        }
        boolean stream = root.path("stream").asBoolean(false);
        JsonNode streamOptions = root.path("stream_options");
        if (streamOptions.isObject() && !stream) {
            throw RefusedException.badRequest(
                    "'stream_options' is only allowed when 'stream' is true", "stream_options");
        }
        int maxTokens = bounded(root, "max_completion_tokens", 0, Integer.MAX_VALUE);
        if (maxTokens == 0) {
            maxTokens = bounded(root, "max_tokens", 0, Integer.MAX_VALUE);
        }
        return new ChatQuery(
                root.path("model").asText(""),
                elements(messages),
                stream,
                streamOptions.path("include_usage").asBoolean(false),
                bounded(root, "n", 1, 128),
                maxTokens == 0 ? Integer.MAX_VALUE : maxTokens,
                stops(root.path("stop")),
                functions(root.path("tools")),
                root.path("tool_choice"),
                root.path("parallel_tool_calls").asBoolean(true),
                root.path("response_format"),
                root.path("logprobs").asBoolean(false)
                        ? root.path("top_logprobs").asInt(0)
                        : -1,
                metadata(root.path("metadata")));
    }

    /// The text of a message: its content, or its text parts joined.
    static String text(JsonNode message) {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.isTextual() ? part.textValue() : part.path("text").asText(""));
        }
        return text.toString();
    }

    /// The text of the last message of a user, empty without one.
    String lastUserText() {
        for (JsonNode message : messages.reversed()) {
            if (message.path("role").asText().equals("user")) {
                return text(message);
            }
        }
        return "";
    }

    /// The messages behind the last one of a user.
    List<JsonNode> sinceLastUser() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asText().equals("user")) {
                return messages.subList(i + 1, messages.size());
            }
        }
        return messages;
    }

    private static JsonNode tree(byte[] body) {
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw RefusedException.badRequest("The body is not valid JSON: " + e.getOriginalMessage(), "body");
        } catch (IOException e) {
            throw RefusedException.badRequest("The body cannot be read", "body");
        }
        if (root == null || !root.isObject()) {
            throw RefusedException.badRequest("The body must be a JSON object", "body");
        }
        return root;
    }

    private static int bounded(JsonNode root, String field, int otherwise, int most) {
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || value.longValue() < 1 || value.longValue() > most) {
            throw RefusedException.badRequest("'" + field + "' must be a whole number from 1 to " + most, field);
        }
        return value.intValue();
    }

    private static List<String> stops(JsonNode stop) {
        if (stop.isTextual()) {
            return List.of(stop.textValue());
        }
        return elements(stop).stream()
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static List<JsonNode> functions(JsonNode tools) {
        return elements(tools).stream()
                .map(tool -> tool.path("function"))
                .filter(function -> function.path("name").isTextual())
                .toList();
    }

    private static Map<String, String> metadata(JsonNode metadata) {
        Map<String, String> map = new HashMap<>();
        metadata.properties()
                .forEach(member -> map.put(member.getKey(), member.getValue().asText()));
        return map;
    }

    private static List<JsonNode> elements(JsonNode array) {
        if (array instanceof MissingNode || !array.isArray()) {
            return List.of();
        }
        List<JsonNode> elements = new ArrayList<>(array.size());
        array.forEach(elements::add);
        return elements;
    }
}
