package dev.gapura.dialect.mistral;

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

/// Reads a request of Mistral's into the neutral language. What has no word there is kept as it came, for
/// this dialect alone. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "mistral";

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
                case "model", "messages", "stream", "tools", "tool_choice", "response_format", "reasoning_effort" -> {}
                case "max_tokens" -> settings.put("max_completion_tokens", value);
                case "random_seed" -> settings.put("seed", value);
                case "stop" ->
                    settings.put(
                            "stop", value.isArray() ? value : JsonTree.array().add(value));
                case "temperature",
                        "top_p",
                        "n",
                        "frequency_penalty",
                        "presence_penalty",
                        "prediction",
                        "parallel_tool_calls",
                        "prompt_cache_key",
                        "metadata",
                        "safe_prompt" -> settings.put(member.getKey(), value);
                default -> own.put(member.getKey(), value);
            }
        });
        List<Message> messages = new ArrayList<>();
        body.path("messages").forEach(message -> messages.add(message(message)));
        List<Tool> tools = new ArrayList<>();
        body.path("tools").forEach(tool -> tools.add(tool(tool)));
        String effort = JsonTree.string(body, "reasoning_effort");
        return new ChatRequest(
                Chunks.string(body, "model"),
                messages,
                tools,
                choice(body.path("tool_choice")),
                format(body.path("response_format")),
                effort == null ? null : new ReasoningWish(effort, null, null),
                body.path("stream").asBoolean(),
                settings,
                own);
    }

    private static Message message(JsonNode message) {
        JsonNode content = message.path("content");
        return switch (Chunks.string(message, "role")) {
            case "system" -> new Message(Role.SYSTEM, parts(content), null);
            case "assistant" -> {
                List<Part> parts = parts(content);
                message.path("tool_calls").forEach(call -> {
                    JsonNode function = call.path("function");
                    parts.add(new Part.ToolCall(
                            Chunks.string(call, "id"),
                            Chunks.string(function, "name"),
                            Chunks.arguments(function.get("arguments")),
                            false,
                            null,
                            null));
                });
                yield new Message(Role.ASSISTANT, parts, null);
            }
            case "tool" ->
                Message.of(
                        Role.TOOL,
                        new Part.ToolResult(Chunks.string(message, "tool_call_id"), parts(content), false, null));
            default -> new Message(Role.USER, parts(content), null);
        };
    }

    private static List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        if (content.isTextual()) {
            if (!content.textValue().isEmpty()) {
                parts.add(Part.Text.of(content.textValue()));
            }
        } else {
            content.forEach(chunk -> parts.add(part(chunk)));
        }
        return parts;
    }

    private static Part part(JsonNode chunk) {
        return switch (Chunks.string(chunk, "type")) {
            case "text" -> Part.Text.of(Chunks.string(chunk, "text"));
            case "image_url" -> {
                JsonNode image = chunk.path("image_url");
                String url = image.isTextual() ? image.textValue() : Chunks.string(image, "url");
                yield new Part.Image(media(url), JsonTree.string(image, "detail"), null);
            }
            case "input_audio" -> {
                String audio = Chunks.string(chunk, "input_audio");
                boolean address = audio.startsWith("http://") || audio.startsWith("https://");
                yield new Part.Audio(address ? new Media.Url(null, audio) : new Media.Inline(null, audio), null);
            }
            case "document_url" ->
                new Part.File(
                        media(Chunks.string(chunk, "document_url")), JsonTree.string(chunk, "document_name"), null);
            case "file" -> new Part.File(new Media.Stored(null, Chunks.string(chunk, "file_id")), null, null);
            case "thinking" ->
                new Part.Reasoning(
                        Chunks.thought(chunk),
                        JsonTree.string(chunk, "signature"),
                        null,
                        null,
                        ReasoningFormat.MISTRAL);
            default -> new Part.Opaque(DIALECT, chunk);
        };
    }

    /// An address, or a data URL with base64; any other data URL stays an address.
    private static Media media(String url) {
        int comma = url.indexOf(";base64,");
        return url.startsWith("data:") && comma > 0
                ? new Media.Inline(url.substring("data:".length(), comma), url.substring(comma + ";base64,".length()))
                : new Media.Url(null, url);
    }

    private static Tool tool(JsonNode tool) {
        JsonNode function = tool.path("function");
        if (!function.isObject()) {
            return new Tool.Native(DIALECT, Chunks.string(tool, "type"), tool);
        }
        JsonNode strict = function.get("strict");
        return new Tool.Function(
                Chunks.string(function, "name"),
                JsonTree.string(function, "description"),
                function.get("parameters"),
                strict == null ? null : Boolean.valueOf(strict.asBoolean()),
                null);
    }

    private static @Nullable ToolChoice choice(JsonNode choice) {
        if (choice.isObject()) {
            return new ToolChoice.Named(Chunks.string(choice.path("function"), "name"), false);
        }
        return switch (choice.asText()) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "any", "required" -> new ToolChoice.Required();
            default -> null;
        };
    }

    private static @Nullable ResponseFormat format(JsonNode format) {
        JsonNode schema = format.path("json_schema");
        JsonNode strict = schema.get("strict");
        return switch (Chunks.string(format, "type")) {
            case "json_object" -> new ResponseFormat.JsonObject();
            case "json_schema" ->
                new ResponseFormat.JsonSchema(
                        Chunks.string(schema, "name"),
                        JsonTree.string(schema, "description"),
                        schema.get("schema"),
                        strict == null ? null : Boolean.valueOf(strict.asBoolean()));
            default -> null;
        };
    }
}
