package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
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

/// Reads a Messages request into the neutral language. What has no word there is kept as it came, for this dialect
/// alone. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "anthropic";

    private RequestReader() {}

    public static ChatRequest read(JsonNode body) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        body.properties().forEach(member -> {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "model", "messages", "system", "tools", "tool_choice", "stream" -> {}
                case "max_tokens" -> settings.put("max_completion_tokens", value);
                case "stop_sequences" -> settings.put("stop", value);
                case "temperature", "top_p", "top_k" -> settings.put(member.getKey(), value);
                default -> own.put(member.getKey(), value);
            }
        });
        if (body.path("tool_choice").get("disable_parallel_tool_use") instanceof JsonNode off && off.isBoolean()) {
            settings.put("parallel_tool_calls", JsonTree.flag(!off.booleanValue()));
        }
        List<Message> messages = new ArrayList<>();
        system(body.get("system"), messages);
        for (JsonNode message : body.path("messages")) {
            message(message, messages);
        }
        return new ChatRequest(
                Blocks.string(body, "model"),
                messages,
                tools(body.path("tools")),
                choice(body.get("tool_choice")),
                format(own),
                wish(own),
                body.path("stream").asBoolean(),
                settings,
                own);
    }

    private static void system(@Nullable JsonNode system, List<Message> messages) {
        if (system == null || system.isNull()) {
            return;
        }
        messages.add(new Message(Role.SYSTEM, parts(system), null));
    }

    /// A user message with tool results becomes one for the results and one for the rest.
    private static void message(JsonNode message, List<Message> messages) {
        String role = Blocks.string(message, "role");
        JsonNode content = message.path("content");
        if (role.equals("assistant")) {
            messages.add(assistant(content));
            return;
        }
        List<Part> results = new ArrayList<>();
        List<Part> rest = new ArrayList<>();
        for (Part part : parts(content)) {
            (part instanceof Part.ToolResult ? results : rest).add(part);
        }
        if (!results.isEmpty()) {
            messages.add(new Message(Role.TOOL, results, null));
        }
        if (!rest.isEmpty() || results.isEmpty()) {
            messages.add(new Message(role.equals("system") ? Role.SYSTEM : Role.USER, rest, null));
        }
    }

    /// An assistant turn out of its content.
    static Message assistant(JsonNode content) {
        return new Message(Role.ASSISTANT, parts(content), null);
    }

    private static List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        if (content.isTextual()) {
            parts.add(Part.Text.of(content.textValue()));
        } else {
            content.forEach(block -> parts.add(part(block)));
        }
        return parts;
    }

    private static Part part(JsonNode block) {
        CacheMark mark = mark(block);
        return switch (Blocks.string(block, "type")) {
            case "text" ->
                block.path("citations").isEmpty()
                        ? new Part.Text(Blocks.string(block, "text"), mark, null)
                        : new Part.Opaque(DIALECT, block);
            case "image" -> {
                Media media = media(block.path("source"));
                yield media == null ? new Part.Opaque(DIALECT, block) : new Part.Image(media, null, mark);
            }
            case "document" -> {
                Media media = block.has("context") || block.has("citations") ? null : media(block.path("source"));
                yield media == null
                        ? new Part.Opaque(DIALECT, block)
                        : new Part.File(media, JsonTree.string(block, "title"), mark);
            }
            case "tool_use" ->
                block.has("caller") && !"direct".equals(JsonTree.string(block.get("caller"), "type"))
                        ? new Part.Opaque(DIALECT, block)
                        : new Part.ToolCall(
                                Blocks.string(block, "id"),
                                Blocks.string(block, "name"),
                                Blocks.arguments(block.get("input")),
                                false,
                                null,
                                mark);
            case "tool_result" ->
                new Part.ToolResult(
                        Blocks.string(block, "tool_use_id"),
                        block.has("content") ? parts(block.get("content")) : List.of(),
                        block.path("is_error").asBoolean(),
                        mark);
            case "thinking" -> Blocks.thinking(Blocks.string(block, "thinking"), JsonTree.string(block, "signature"));
            case "redacted_thinking" -> Blocks.redacted(Blocks.string(block, "data"));
            default -> new Part.Opaque(DIALECT, block);
        };
    }

    private static @Nullable CacheMark mark(JsonNode holder) {
        return holder.get("cache_control") instanceof ObjectNode control
                ? new CacheMark(JsonTree.string(control, "ttl"))
                : null;
    }

    private static @Nullable Media media(JsonNode source) {
        String type = JsonTree.string(source, "media_type");
        return switch (Blocks.string(source, "type")) {
            case "base64" -> new Media.Inline(type, Blocks.string(source, "data"));
            case "url" -> new Media.Url(type, Blocks.string(source, "url"));
            case "file" -> new Media.Stored(type, Blocks.string(source, "file_id"));
            default -> null;
        };
    }

    private static List<Tool> tools(JsonNode tools) {
        List<Tool> read = new ArrayList<>();
        for (JsonNode tool : tools) {
            String type = JsonTree.string(tool, "type");
            boolean plain = (type == null || type.equals("custom")) && known(tool);
            JsonNode strict = tool.get("strict");
            read.add(
                    plain
                            ? new Tool.Function(
                                    Blocks.string(tool, "name"),
                                    JsonTree.string(tool, "description"),
                                    tool.get("input_schema"),
                                    strict == null ? null : Boolean.valueOf(strict.asBoolean()),
                                    mark(tool))
                            : new Tool.Native(DIALECT, Blocks.string(tool, "name"), tool));
        }
        return read;
    }

    private static boolean known(JsonNode tool) {
        for (Map.Entry<String, JsonNode> member : tool.properties()) {
            switch (member.getKey()) {
                case "type", "name", "description", "input_schema", "strict", "cache_control" -> {}
                default -> {
                    return false;
                }
            }
        }
        return tool.has("input_schema");
    }

    private static @Nullable ToolChoice choice(@Nullable JsonNode choice) {
        if (choice == null) {
            return null;
        }
        return switch (Blocks.string(choice, "type")) {
            case "auto" -> new ToolChoice.Auto();
            case "any" -> new ToolChoice.Required();
            case "none" -> new ToolChoice.None();
            case "tool" -> new ToolChoice.Named(Blocks.string(choice, "name"), false);
            default -> null;
        };
    }

    /// Takes `output_config.format`, and the older `output_format`, out of what is left over.
    private static @Nullable ResponseFormat format(Map<String, JsonNode> own) {
        JsonNode config = own.get("output_config");
        JsonNode format = config == null ? own.get("output_format") : config.get("format");
        if (format == null || !"json_schema".equals(JsonTree.string(format, "type"))) {
            return null;
        }
        own.remove("output_format");
        if (config instanceof ObjectNode object) {
            own.put("output_config", object.deepCopy().without("format"));
        }
        return new ResponseFormat.JsonSchema("response", null, format.get("schema"), null);
    }

    /// `thinking` and effort; what they say beyond that stays with the left over fields.
    private static @Nullable ReasoningWish wish(Map<String, JsonNode> own) {
        JsonNode thinking = own.getOrDefault("thinking", JsonTree.object());
        JsonNode config = own.getOrDefault("output_config", JsonTree.object());
        String effort = JsonTree.string(config, "effort");
        String type = Blocks.string(thinking, "type");
        int budget = (int) JsonTree.number(thinking, "budget_tokens", -1);
        if (type.equals("disabled")) {
            return new ReasoningWish("none", null, null);
        }
        return effort == null && budget < 0 && type.isEmpty()
                ? null
                : new ReasoningWish(effort, budget < 0 ? null : Integer.valueOf(budget), null);
    }
}
