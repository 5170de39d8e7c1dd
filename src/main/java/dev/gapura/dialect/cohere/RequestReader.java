package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a request of Cohere's into the neutral language. What has no word there is kept as it came, for this
/// dialect alone. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "cohere";

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
                case "model", "messages", "stream", "tools", "tool_choice", "strict_tools", "response_format" -> {}
                case "max_tokens" -> settings.put("max_completion_tokens", value);
                case "p" -> settings.put("top_p", value);
                case "k" -> settings.put("top_k", value);
                case "stop_sequences" -> settings.put("stop", value);
                case "temperature", "frequency_penalty", "presence_penalty", "seed", "logprobs" ->
                    settings.put(member.getKey(), value);
                default -> own.put(member.getKey(), value);
            }
        });
        List<Message> messages = new ArrayList<>();
        body.path("messages").forEach(message -> messages.add(message(message)));
        List<Tool> tools = new ArrayList<>();
        Boolean strict = body.path("strict_tools").asBoolean() ? Boolean.TRUE : null;
        body.path("tools").forEach(tool -> tools.add(tool(tool, strict)));
        return new ChatRequest(
                Members.string(body, "model"),
                messages,
                tools,
                choice(Members.string(body, "tool_choice")),
                format(body.path("response_format")),
                wish(own),
                body.path("stream").asBoolean(),
                settings,
                own);
    }

    private static Message message(JsonNode message) {
        return switch (Members.string(message, "role")) {
            case "system" -> new Message(Role.SYSTEM, parts(message.path("content")), null);
            case "assistant" -> assistant(message);
            case "tool" ->
                Message.of(
                        Role.TOOL,
                        new Part.ToolResult(
                                Members.string(message, "tool_call_id"), parts(message.path("content")), false, null));
            default -> new Message(Role.USER, parts(message.path("content")), null);
        };
    }

    private static Message assistant(JsonNode message) {
        List<Part> parts = new ArrayList<>();
        String plan = Members.string(message, "tool_plan");
        if (!plan.isEmpty()) {
            parts.add(new Part.Reasoning(plan, null, null, MessageReader.PLAN, ReasoningFormat.COHERE));
        }
        parts.addAll(parts(message.path("content")));
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            parts.add(new Part.ToolCall(
                    Members.string(call, "id"),
                    Members.string(function, "name"),
                    Members.string(function, "arguments"),
                    false,
                    null,
                    null));
        }
        if (!message.path("citations").isEmpty()) {
            parts.add(new Part.Opaque(DIALECT, JsonTree.object().set("citations", message.get("citations"))));
        }
        return new Message(Role.ASSISTANT, parts, null);
    }

    private static List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(Part.Text.of(content.textValue()));
        } else {
            content.forEach(part -> parts.add(part(part)));
        }
        return parts;
    }

    private static Part part(JsonNode part) {
        return switch (Members.string(part, "type")) {
            case "text" -> Part.Text.of(Members.string(part, "text"));
            case "thinking" ->
                new Part.Reasoning(Members.string(part, "thinking"), null, null, null, ReasoningFormat.COHERE);
            case "image_url" -> {
                JsonNode image = part.path("image_url");
                yield new Part.Image(media(Members.string(image, "url")), JsonTree.string(image, "detail"), null);
            }
            default -> new Part.Opaque(DIALECT, part);
        };
    }

    /// An address, or a data URL with base64.
    private static Media media(String url) {
        int comma = url.indexOf(";base64,");
        return url.startsWith("data:") && comma > 0
                ? new Media.Inline(url.substring("data:".length(), comma), url.substring(comma + ";base64,".length()))
                : new Media.Url(null, url);
    }

    private static Tool tool(JsonNode tool, @Nullable Boolean strict) {
        JsonNode function = tool.path("function");
        return function.isObject()
                ? new Tool.Function(
                        Members.string(function, "name"),
                        JsonTree.string(function, "description"),
                        function.get("parameters"),
                        strict,
                        null)
                : new Tool.Native(DIALECT, Members.string(tool, "type"), tool);
    }

    private static @Nullable ToolChoice choice(String choice) {
        return switch (choice) {
            case "NONE" -> new ToolChoice.None();
            case "REQUIRED" -> new ToolChoice.Required();
            default -> null;
        };
    }

    private static @Nullable ResponseFormat format(JsonNode format) {
        if (!"json_object".equals(JsonTree.string(format, "type"))) {
            return null;
        }
        return format.path("json_schema").isObject()
                ? new ResponseFormat.JsonSchema("response", null, format.get("json_schema"), null)
                : new ResponseFormat.JsonObject();
    }

    /// Takes `thinking` out of what is left over, where the neutral language can say the same.
    private static @Nullable ReasoningWish wish(Map<String, JsonNode> own) {
        JsonNode thinking = own.getOrDefault("thinking", JsonTree.object());
        int budget = (int) JsonTree.number(thinking, "token_budget", -1);
        String type = Members.string(thinking, "type");
        if (type.equals("disabled")) {
            own.remove("thinking");
            return new ReasoningWish("none", null, null);
        }
        if (!type.equals("enabled")) {
            return null;
        }
        own.remove("thinking");
        return budget < 0 ? new ReasoningWish("high", null, null) : new ReasoningWish(null, budget, null);
    }
}
