package dev.gapura.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.wire.JsonTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a request of Ollama's into the neutral language. What has no word there is kept as it came, for this
/// dialect alone. Calls without ids get some that tie them to their results. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "ollama";

    /// What ids begin with that were made here; they are not sent.
    static final String MADE_ID = "call_made_here_";

    private final Map<String, Deque<String>> openCalls = new HashMap<>();
    private int made;

    private RequestReader() {}

    public static ChatRequest read(JsonNode body) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        body.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                return;
            }
            switch (member.getKey()) {
                case "model", "messages", "stream", "tools", "format" -> {}
                case "think" -> {
                    if (wish(value) == null) {
                        own.put("think", value);
                    }
                }
                case "options" -> options(value, settings);
                case "keep_alive", "truncate", "shift", "logprobs", "top_logprobs" ->
                    settings.put(member.getKey(), value);
                default -> own.put(member.getKey(), value);
            }
        });
        RequestReader reader = new RequestReader();
        List<Message> messages = new ArrayList<>();
        body.path("messages").forEach(message -> messages.add(reader.message(message)));
        List<Tool> tools = new ArrayList<>();
        body.path("tools").forEach(tool -> tools.add(tool(tool)));
        return new ChatRequest(
                MessageReader.string(body, "model"),
                messages,
                tools,
                null,
                format(body.path("format")),
                wish(body.path("think")),
                body.path("stream").asBoolean(true),
                settings,
                own);
    }

    private static void options(JsonNode options, Map<String, JsonNode> settings) {
        ObjectNode rest = JsonTree.object();
        options.properties().forEach(option -> {
            JsonNode value = option.getValue();
            switch (option.getKey()) {
                case "num_predict" -> {
                    // Numbers below one mean "as many as it likes".
                    if (value.asLong() >= 1) {
                        settings.put("max_completion_tokens", value);
                    } else {
                        rest.set("num_predict", value);
                    }
                }
                case "repeat_penalty" -> settings.put("repetition_penalty", value);
                case "stop" ->
                    settings.put(
                            "stop", value.isArray() ? value : JsonTree.array().add(value));
                case "temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "presence_penalty" ->
                    settings.put(option.getKey(), value);
                default -> rest.set(option.getKey(), value);
            }
        });
        if (!rest.isEmpty()) {
            settings.put("options", rest);
        }
    }

    private Message message(JsonNode message) {
        List<Part> parts = new ArrayList<>();
        String thought = MessageReader.string(message, "thinking");
        if (!thought.isEmpty()) {
            parts.add(new Part.Reasoning(thought, null, null, null, ReasoningFormat.OLLAMA));
        }
        message.path("images")
                .forEach(image -> parts.add(new Part.Image(new Media.Inline(null, image.asText()), null, null)));
        String text = MessageReader.string(message, "content");
        if (!text.isEmpty()) {
            parts.add(Part.Text.of(text));
        }
        return switch (MessageReader.string(message, "role")) {
            case "system" -> new Message(Role.SYSTEM, parts, null);
            case "assistant" -> {
                message.path("tool_calls").forEach(call -> parts.add(call(call)));
                yield new Message(Role.ASSISTANT, parts, null);
            }
            case "tool" -> result(message, parts);
            default -> new Message(Role.USER, parts, null);
        };
    }

    private Part call(JsonNode call) {
        JsonNode function = call.path("function");
        String name = MessageReader.string(function, "name");
        String id = MessageReader.string(call, "id");
        id = id.isEmpty() ? MADE_ID + made++ : id;
        openCalls.computeIfAbsent(name, fresh -> new ArrayDeque<>()).add(id);
        return new Part.ToolCall(id, name, MessageReader.arguments(function), false, null, null);
    }

    /// Results are told by id, or by the name of their tool and their order.
    private Message result(JsonNode message, List<Part> content) {
        String name = JsonTree.string(message, "tool_name");
        String id = MessageReader.string(message, "tool_call_id");
        String next = name == null
                ? null
                : openCalls.getOrDefault(name, new ArrayDeque<>()).poll();
        String callId = !id.isEmpty() ? id : next == null ? "" : next;
        return new Message(Role.TOOL, List.of(new Part.ToolResult(callId, content, false, null)), name);
    }

    private static Tool tool(JsonNode tool) {
        JsonNode function = tool.path("function");
        return function.isObject()
                ? new Tool.Function(
                        MessageReader.string(function, "name"),
                        JsonTree.string(function, "description"),
                        function.get("parameters"),
                        null,
                        null)
                : new Tool.Native(DIALECT, MessageReader.string(tool, "type"), tool);
    }

    private static @Nullable ResponseFormat format(JsonNode format) {
        return format.isObject()
                ? new ResponseFormat.JsonSchema("", null, format, null)
                : format.asText().equals("json") ? new ResponseFormat.JsonObject() : null;
    }

    private static @Nullable ReasoningWish wish(JsonNode think) {
        // Plain "think" is what the middle of the levels is.
        String effort = think.isBoolean() ? think.booleanValue() ? "medium" : "none" : think.textValue();
        return effort == null || effort.isEmpty() ? null : new ReasoningWish(effort, null, null);
    }
}
