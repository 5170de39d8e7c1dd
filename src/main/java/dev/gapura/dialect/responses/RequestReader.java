package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a Responses request into the neutral language. Items that belong to one turn of the model become one message.
/// What has no word there is kept as it came, for this dialect alone: unknown members as native fields, unknown items
/// as opaque parts of a turn. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "openai_responses";

    private static final String LOGPROBS = "message.output_text.logprobs";

    /// Members that Chat Completions has under the same name.
    private static final Set<String> SHARED = Set.of(
            "temperature",
            "top_p",
            "top_logprobs",
            "parallel_tool_calls",
            "metadata",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "service_tier",
            "moderation",
            "store");

    private RequestReader() {}

    public static ChatRequest read(JsonNode body) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        body.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (value.isNull()
                    || Set.of("model", "input", "instructions", "tools", "stream")
                            .contains(name)) {
                return;
            }
            switch (name) {
                case "max_output_tokens" -> settings.put("max_completion_tokens", value);
                case "include" -> include(value, settings, own);
                case "tool_choice" -> {
                    if (choice(value) == null) {
                        own.put(name, value);
                    }
                }
                default -> (SHARED.contains(name) ? settings : own).put(name, value);
            }
        });
        ResponseFormat format = text(settings, own);
        List<Message> messages = new ArrayList<>();
        String instructions = JsonTree.string(body, "instructions");
        if (instructions != null) {
            messages.add(Message.of(Role.SYSTEM, Part.Text.of(instructions)));
        }
        messages.addAll(new Conversation().read(body.path("input")));
        return new ChatRequest(
                Items.string(body, "model"),
                messages,
                tools(body.path("tools")),
                choice(body.get("tool_choice")),
                format,
                wish(own),
                body.path("stream").asBoolean(),
                settings,
                own);
    }

    private static void include(JsonNode include, Map<String, JsonNode> settings, Map<String, JsonNode> own) {
        ArrayNode rest = JsonTree.array();
        for (JsonNode one : include) {
            switch (one.asText()) {
                case LOGPROBS -> settings.put("logprobs", JsonTree.flag(true));
                // Always asked for.
                case RequestWriter.SEALED -> {}
                default -> rest.add(one);
            }
        }
        if (!rest.isEmpty()) {
            own.put("include", rest);
        }
    }

    private static @Nullable ResponseFormat text(Map<String, JsonNode> settings, Map<String, JsonNode> own) {
        if (!(own.remove("text") instanceof ObjectNode text)) {
            return null;
        }
        if (text.hasNonNull("verbosity")) {
            settings.put("verbosity", text.get("verbosity"));
        }
        JsonNode format = text.path("format");
        ObjectNode rest = text.deepCopy().without(List.of("verbosity", "format"));
        if (!rest.isEmpty()) {
            own.put("text", rest);
        }
        return switch (Items.string(format, "type")) {
            case "json_object" -> new ResponseFormat.JsonObject();
            case "json_schema" ->
                new ResponseFormat.JsonSchema(
                        Items.string(format, "name"),
                        JsonTree.string(format, "description"),
                        format.get("schema"),
                        flag(format.get("strict")));
            default -> null;
        };
    }

    private static @Nullable Boolean flag(@Nullable JsonNode value) {
        return value != null && value.isBoolean() ? Boolean.valueOf(value.booleanValue()) : null;
    }

    /// Takes the effort out of `reasoning`, and the summary where it is the one that a wish to see thoughts means.
    private static @Nullable ReasoningWish wish(Map<String, JsonNode> own) {
        if (!(own.remove("reasoning") instanceof ObjectNode reasoning)) {
            return null;
        }
        ObjectNode rest = reasoning.deepCopy();
        rest.properties().removeIf(member -> member.getValue().isNull());
        String effort = JsonTree.string(reasoning, "effort");
        String summary = JsonTree.string(reasoning, "summary");
        rest.remove("effort");
        if (effort != null && "auto".equals(summary)) {
            rest.remove("summary");
        }
        if (!rest.isEmpty()) {
            own.put("reasoning", rest);
        }
        return effort == null ? null : new ReasoningWish(effort, null, summary != null);
    }

    private static List<Tool> tools(JsonNode tools) {
        List<Tool> read = new ArrayList<>();
        for (JsonNode tool : tools) {
            String type = Items.string(tool, "type");
            String name = Items.string(tool, "name");
            String description = JsonTree.string(tool, "description");
            JsonNode parameters = tool.get("parameters");
            boolean plain = known(tool);
            if (type.equals("function") && plain) {
                read.add(new Tool.Function(
                        name,
                        description,
                        parameters == null || parameters.isNull() ? null : parameters,
                        flag(tool.get("strict")),
                        null));
            } else if (type.equals("custom") && plain) {
                JsonNode format = tool.get("format");
                read.add(new Tool.Custom(name, description, format == null ? null : Items.nestedFormat(format)));
            } else {
                read.add(new Tool.Native(DIALECT, name.isEmpty() ? type : name, tool));
            }
        }
        return read;
    }

    private static boolean known(JsonNode tool) {
        Set<String> known = Set.of("type", "name", "description", "parameters", "strict", "format");
        return tool.propertyStream().allMatch(member -> known.contains(member.getKey()));
    }

    private static @Nullable ToolChoice choice(@Nullable JsonNode choice) {
        if (choice == null) {
            return null;
        }
        String word = choice.isTextual() ? choice.textValue() : Items.string(choice, "type");
        return switch (word) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required" -> new ToolChoice.Required();
            case "function", "custom" -> new ToolChoice.Named(Items.string(choice, "name"), word.equals("custom"));
            case "allowed_tools" -> {
                List<String> names = new ArrayList<>();
                for (JsonNode tool : choice.path("tools")) {
                    String name = JsonTree.string(tool, "name");
                    if (name == null) {
                        yield null;
                    }
                    names.add(name);
                }
                yield new ToolChoice.Allowed(names, "required".equals(Items.string(choice, "mode")));
            }
            default -> null;
        };
    }

    /// Groups items into messages.
    private static final class Conversation {
        private final List<Message> messages = new ArrayList<>();
        private final List<Part> turn = new ArrayList<>();
        private Role role = Role.USER;

        List<Message> read(JsonNode input) {
            if (input.isTextual()) {
                return List.of(Message.of(Role.USER, Part.Text.of(input.textValue())));
            }
            input.forEach(this::item);
            flush();
            return messages;
        }

        private void flush() {
            if (!turn.isEmpty()) {
                messages.add(new Message(role, turn, null));
                turn.clear();
            }
        }

        private void add(Role of, Part part) {
            if (role != of) {
                flush();
                role = of;
            }
            turn.add(part);
        }

        private void item(JsonNode item) {
            String type = Items.string(item, "type");
            String id = Items.string(item, "call_id");
            switch (type) {
                case "", "message" -> message(item);
                case "function_call" -> {
                    boolean plain = !item.has("namespace");
                    String name = Items.string(item, "name");
                    add(
                            Role.ASSISTANT,
                            plain
                                    ? new Part.ToolCall(id, name, Items.string(item, "arguments"), false, null, null)
                                    : new Part.Opaque(DIALECT, item));
                }
                case "custom_tool_call" ->
                    add(
                            Role.ASSISTANT,
                            new Part.ToolCall(
                                    id, Items.string(item, "name"), Items.string(item, "input"), true, null, null));
                case "function_call_output", "custom_tool_call_output" ->
                    add(Role.TOOL, new Part.ToolResult(id, parts(item.path("output")), false, null));
                case "reasoning" -> add(Role.ASSISTANT, Items.reasoning(item));
                default -> add(Role.ASSISTANT, new Part.Opaque(DIALECT, item));
            }
        }

        private void message(JsonNode item) {
            List<Part> parts = parts(item.path("content"));
            switch (Items.string(item, "role")) {
                case "assistant" -> {
                    boolean plain =
                            !item.hasNonNull("phase") && parts.stream().noneMatch(part -> part instanceof Part.Opaque);
                    (plain ? parts : List.of(new Part.Opaque(DIALECT, item)))
                            .forEach(part -> add(Role.ASSISTANT, part));
                }
                case "system" -> whole(Role.SYSTEM, parts);
                case "developer" -> whole(Role.DEVELOPER, parts);
                default -> whole(Role.USER, parts);
            }
        }

        private void whole(Role of, List<Part> parts) {
            flush();
            messages.add(new Message(of, parts, null));
        }
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
        CacheMark mark = part.path("prompt_cache_breakpoint").isObject() ? CacheMark.DEFAULT : null;
        return switch (Items.string(part, "type")) {
            case "input_text" -> new Part.Text(Items.string(part, "text"), mark, null);
            case "output_text" ->
                part.path("annotations").isEmpty()
                        ? Part.Text.of(Items.string(part, "text"))
                        : new Part.Opaque(DIALECT, part);
            case "refusal" -> new Part.Refusal(Items.string(part, "refusal"));
            case "input_image" -> {
                Media media = media(part, "image_url", "image_url");
                yield media == null
                        ? new Part.Opaque(DIALECT, part)
                        : new Part.Image(media, JsonTree.string(part, "detail"), mark);
            }
            case "input_file" -> {
                Media media = part.hasNonNull("detail") ? null : media(part, "file_data", "file_url");
                yield media == null
                        ? new Part.Opaque(DIALECT, part)
                        : new Part.File(media, JsonTree.string(part, "filename"), mark);
            }
            default -> new Part.Opaque(DIALECT, part);
        };
    }

    private static @Nullable Media media(JsonNode part, String data, String url) {
        String inline = JsonTree.string(part, data);
        if (inline != null && inline.startsWith("data:")) {
            int comma = inline.indexOf(',');
            String head = inline.substring(5, Math.max(5, comma));
            boolean base64 = head.endsWith(";base64");
            int end = head.indexOf(';');
            return base64 ? new Media.Inline(head.substring(0, end), inline.substring(comma + 1)) : null;
        }
        if (inline != null && !data.equals(url)) {
            return new Media.Inline(null, inline);
        }
        String address = JsonTree.string(part, url);
        String id = JsonTree.string(part, "file_id");
        return address != null ? new Media.Url(null, address) : id != null ? new Media.Stored(null, id) : null;
    }
}
