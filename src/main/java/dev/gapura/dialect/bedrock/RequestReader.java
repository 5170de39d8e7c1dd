package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a Converse request into the neutral language. What has no word there is kept as it came, for this dialect
/// alone. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "bedrock";

    private RequestReader() {}

    /// @param model as the path has it, decoded
    /// @param stream whether the path asks for a stream
    public static ChatRequest read(JsonNode body, String model, boolean stream) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        body.properties().forEach(member -> {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "messages", "system", "toolConfig" -> {}
                case "inferenceConfig" -> inference(value, settings);
                case "requestMetadata" -> settings.put("metadata", value);
                case "serviceTier" -> settings.put("service_tier", value.path("type"));
                case "additionalModelRequestFields" -> settings.put(member.getKey(), value);
                default -> own.put(member.getKey(), value);
            }
        });
        List<Message> messages = new ArrayList<>();
        if (!body.path("system").isEmpty()) {
            messages.add(new Message(Role.SYSTEM, parts(body.get("system")), null));
        }
        for (JsonNode message : body.path("messages")) {
            message(message, messages);
        }
        return new ChatRequest(
                model,
                messages,
                tools(body.path("toolConfig").path("tools")),
                choice(body.path("toolConfig").path("toolChoice")),
                format(own),
                null,
                stream,
                settings,
                own);
    }

    private static void inference(JsonNode config, Map<String, JsonNode> settings) {
        config.properties().forEach(member -> {
            String name =
                    switch (member.getKey()) {
                        case "maxTokens" -> "max_completion_tokens";
                        case "topP" -> "top_p";
                        case "stopSequences" -> "stop";
                        default -> member.getKey();
                    };
            settings.put(name, member.getValue());
        });
    }

    /// A user turn with results of tools becomes one message for the results and one for the rest. Results that the
    /// provider's own tools gave stand in the assistant's turn.
    private static void message(JsonNode message, List<Message> messages) {
        List<Part> parts = parts(message.path("content"));
        switch (Blocks.string(message, "role")) {
            case "assistant" -> messages.add(new Message(Role.ASSISTANT, parts, null));
            case "system" -> messages.add(new Message(Role.SYSTEM, parts, null));
            default -> {
                List<Part> results = new ArrayList<>();
                List<Part> rest = new ArrayList<>();
                parts.forEach(part -> (part instanceof Part.ToolResult ? results : rest).add(part));
                if (!results.isEmpty()) {
                    messages.add(new Message(Role.TOOL, results, null));
                }
                if (!rest.isEmpty() || results.isEmpty()) {
                    messages.add(new Message(Role.USER, rest, null));
                }
            }
        }
    }

    private static List<Part> parts(JsonNode content) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : content) {
            Part marked = block.has("cachePoint") && !parts.isEmpty()
                    ? marked(parts.getLast(), mark(block.get("cachePoint")))
                    : null;
            if (marked != null) {
                parts.set(parts.size() - 1, marked);
            } else {
                parts.add(part(block));
            }
        }
        return parts;
    }

    private static CacheMark mark(JsonNode point) {
        return new CacheMark(JsonTree.string(point, "ttl"));
    }

    /// The part with a mark behind it, null for those that cannot carry one.
    private static @Nullable Part marked(Part part, CacheMark mark) {
        return switch (part) {
            case Part.Text text -> new Part.Text(text.text(), mark, null);
            case Part.Image image -> new Part.Image(image.media(), image.detail(), mark);
            case Part.Audio audio -> new Part.Audio(audio.media(), mark);
            case Part.File file -> new Part.File(file.media(), file.name(), mark);
            case Part.ToolCall call ->
                new Part.ToolCall(call.id(), call.name(), call.arguments(), call.custom(), null, mark);
            case Part.ToolResult result -> new Part.ToolResult(result.callId(), result.content(), result.error(), mark);
            case Part.Reasoning reasoning -> null;
            case Part.Refusal refusal -> null;
            case Part.Opaque opaque -> null;
        };
    }

    /// A block whose only member is known; everything else stays as it came.
    private static Part part(JsonNode block) {
        Part known = null;
        if (block.size() == 1) {
            Map.Entry<String, JsonNode> member = block.properties().iterator().next();
            known = known(member.getKey(), member.getValue());
        }
        return known == null ? new Part.Opaque(DIALECT, block) : known;
    }

    private static @Nullable Part known(String name, JsonNode value) {
        return switch (name) {
            case "text" -> value.isTextual() ? Part.Text.of(value.textValue()) : null;
            case "image" -> {
                Media media = media(value, "image/");
                yield media == null ? null : new Part.Image(media, null, null);
            }
            case "document" -> document(value);
            case "toolUse" ->
                only(value, Set.of("toolUseId", "name", "input"))
                        ? new Part.ToolCall(
                                Blocks.string(value, "toolUseId"),
                                Blocks.string(value, "name"),
                                Blocks.arguments(value.get("input")),
                                false,
                                null,
                                null)
                        : null;
            case "toolResult" ->
                only(value, Set.of("toolUseId", "content", "status"))
                        ? new Part.ToolResult(
                                Blocks.string(value, "toolUseId"),
                                parts(value.path("content")),
                                "error".equals(JsonTree.string(value, "status")),
                                null)
                        : null;
            case "reasoningContent" ->
                value.has("redactedContent")
                        ? Blocks.redacted(Blocks.string(value, "redactedContent"))
                        : Blocks.thought(
                                Blocks.string(value.path("reasoningText"), "text"),
                                JsonTree.string(value.path("reasoningText"), "signature"));
            default -> null;
        };
    }

    /// Documents of formats whose media type says the same.
    private static @Nullable Part document(JsonNode value) {
        String type = MediaWriter.documentType(Blocks.string(value, "format"));
        JsonNode source = value.path("source");
        return type != null
                        && only(value, Set.of("format", "name", "source"))
                        && only(source, Set.of("bytes"))
                        && source.path("bytes").isTextual()
                ? new Part.File(
                        new Media.Inline(type, Blocks.string(source, "bytes")), Blocks.string(value, "name"), null)
                : null;
    }

    private static @Nullable Media media(JsonNode value, String type) {
        JsonNode source = value.path("source");
        boolean plain = only(value, Set.of("format", "source")) && only(source, Set.of("bytes"));
        return plain && source.path("bytes").isTextual()
                ? new Media.Inline(type + Blocks.string(value, "format"), Blocks.string(source, "bytes"))
                : null;
    }

    private static boolean only(JsonNode object, Set<String> names) {
        return object.properties().stream().allMatch(member -> names.contains(member.getKey()));
    }

    private static List<Tool> tools(JsonNode tools) {
        List<Tool> read = new ArrayList<>();
        for (JsonNode tool : tools) {
            JsonNode spec = tool.path("toolSpec");
            if (tool.has("cachePoint") && !read.isEmpty() && read.getLast() instanceof Tool.Function before) {
                read.set(read.size() - 1, function(before, mark(tool.get("cachePoint"))));
            } else if (spec.isObject() && only(spec, Set.of("name", "description", "inputSchema", "strict"))) {
                JsonNode strict = spec.get("strict");
                read.add(new Tool.Function(
                        Blocks.string(spec, "name"),
                        JsonTree.string(spec, "description"),
                        spec.path("inputSchema").get("json"),
                        strict == null ? null : Boolean.valueOf(strict.asBoolean()),
                        null));
            } else {
                read.add(new Tool.Native(DIALECT, "systemTool", tool));
            }
        }
        return read;
    }

    private static Tool.Function function(Tool.Function tool, CacheMark mark) {
        return new Tool.Function(tool.name(), tool.description(), tool.parameters(), tool.strict(), mark);
    }

    private static @Nullable ToolChoice choice(JsonNode choice) {
        if (choice.has("tool")) {
            return new ToolChoice.Named(Blocks.string(choice.get("tool"), "name"), false);
        }
        return choice.has("any") ? new ToolChoice.Required() : choice.has("auto") ? new ToolChoice.Auto() : null;
    }

    /// Takes `outputConfig.textFormat` out of what is left over.
    private static @Nullable ResponseFormat format(Map<String, JsonNode> own) {
        JsonNode config = own.getOrDefault("outputConfig", JsonTree.object());
        JsonNode wanted = config.path("textFormat").path("structure").path("jsonSchema");
        JsonNode schema = JsonTree.readOrNull(Blocks.string(wanted, "schema"));
        if (schema == null || !(config instanceof ObjectNode object)) {
            return null;
        }
        ObjectNode rest = object.deepCopy().without("textFormat");
        if (rest.isEmpty()) {
            own.remove("outputConfig");
        } else {
            own.put("outputConfig", rest);
        }
        return new ResponseFormat.JsonSchema(
                Blocks.string(wanted, "name"), JsonTree.string(wanted, "description"), schema, null);
    }
}
