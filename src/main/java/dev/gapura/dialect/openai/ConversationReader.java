package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.CacheMark;
import dev.gapura.chat.ChatRequest;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a chat completions request into the neutral language. What it gets has been checked by
/// [RequestReader] and sifted by the provider's profile, so nothing here is refused: what has an unknown
/// shape is kept as it came. Older names become their successors (`functions`, `max_tokens`, messages of role
/// `function`). Stateless; any thread.
public final class ConversationReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "openai_chat";

    /// What stands in LiteLLM's ids between the id of a call and Gemini's signature of it.
    private static final String GLUE = "__thought__";

    private ConversationReader() {}

    /// The top-level fields of a body that was checked, without nulls, in the client's order.
    public static Map<String, JsonNode> fields(byte[] body, int length) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        JsonTree.read(body, 0, length).properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                fields.put(member.getKey(), member.getValue());
            }
        });
        return fields;
    }

    /// @param fields top-level fields without nulls
    /// @param stream whether the answer shall be a stream
    public static ChatRequest read(Map<String, JsonNode> fields, boolean stream) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            switch (name) {
                case "model", "messages", "stream", "stream_options", "tools", "functions", "tool_choice" -> {}
                case "function_call", "response_format", "max_tokens", "max_completion_tokens" -> {}
                case "reasoning_effort", "reasoning", "thinking", "enable_thinking" -> {}
                case "stop" -> {
                    // An empty text stops nothing, nor does an empty list, and providers refuse both.
                    ArrayNode stops = JsonTree.array();
                    (value.isArray() ? value : List.of(value)).forEach(stop -> {
                        if (!stop.asText().isEmpty()) {
                            stops.add(stop);
                        }
                    });
                    if (!stops.isEmpty()) {
                        settings.put(name, stops);
                    }
                }
                default -> settings.put(name, value);
            }
        });
        JsonNode limit = fields.getOrDefault("max_completion_tokens", fields.get("max_tokens"));
        if (limit != null) {
            settings.put("max_completion_tokens", limit);
        }
        JsonNode model = fields.get("model");
        return new ChatRequest(
                model == null ? "" : model.asText(),
                messages(fields.get("messages")),
                ToolsReader.tools(fields.get("tools"), fields.get("functions")),
                ToolsReader.choice(fields.get("tool_choice"), fields.get("function_call")),
                ToolsReader.format(fields.get("response_format")),
                wish(fields),
                stream,
                settings,
                Map.of());
    }

    /// `reasoning_effort`, OpenRouter's `reasoning`, Anthropic's `thinking` and Qwen's `enable_thinking`;
    /// the first that says something wins.
    static @Nullable ReasoningWish wish(Map<String, JsonNode> fields) {
        JsonNode reasoning = fields.getOrDefault("reasoning", JsonTree.object());
        JsonNode thinking = fields.getOrDefault("thinking", JsonTree.object());
        String effort = fields.get("reasoning_effort") instanceof JsonNode given && given.isTextual()
                ? given.textValue()
                : JsonTree.string(reasoning, "effort");
        Integer budget = whole(reasoning.get("max_tokens"));
        budget = budget == null ? whole(thinking.get("budget_tokens")) : budget;
        String type = JsonTree.string(thinking, "type");
        JsonNode enabled = reasoning.has("enabled") ? reasoning.get("enabled") : fields.get("enable_thinking");
        if (effort == null && budget == null) {
            boolean off =
                    "disabled".equals(type) || (enabled != null && enabled.isBoolean() && !enabled.booleanValue());
            boolean on = "enabled".equals(type)
                    || "adaptive".equals(type)
                    || (enabled != null && enabled.isBoolean() && enabled.booleanValue());
            effort = off ? "none" : on ? "medium" : null;
        }
        JsonNode exclude = reasoning.get("exclude");
        Boolean visible = exclude != null && exclude.isBoolean() ? Boolean.valueOf(!exclude.booleanValue()) : null;
        return effort == null && budget == null && visible == null ? null : new ReasoningWish(effort, budget, visible);
    }

    private static @Nullable Integer whole(@Nullable JsonNode value) {
        return value != null && value.isNumber() ? Integer.valueOf((int) Math.min(value.longValue(), 1 << 30)) : null;
    }

    /// The messages, one for one: the index of a message stays that of the request.
    private static List<Message> messages(@Nullable JsonNode messages) {
        List<Message> read = new ArrayList<>();
        if (messages != null) {
            // Older calls have no id: the name of the function ties call and answer.
            messages.forEach(message -> read.add(message(message)));
        }
        return read;
    }

    private static Message message(JsonNode message) {
        String name = JsonTree.string(message, "name");
        String role = JsonTree.string(message, "role");
        List<Part> parts = new ArrayList<>();
        switch (role == null ? "" : role) {
            case "assistant" -> {
                assistant(message, parts);
                return new Message(Role.ASSISTANT, parts, name);
            }
            case "tool", "function" -> {
                List<Part> content = new ArrayList<>();
                content(message.get("content"), content);
                String id = JsonTree.string(message, "tool_call_id");
                parts.add(new Part.ToolResult(id != null ? id(id) : legacyId(name), content, false, cache(message)));
                return new Message(Role.TOOL, parts, name);
            }
            default -> {
                content(message.get("content"), parts);
                markLast(parts, cache(message));
                Role known =
                        "system".equals(role) ? Role.SYSTEM : "developer".equals(role) ? Role.DEVELOPER : Role.USER;
                return new Message(known, parts, name);
            }
        }
    }

    private static String legacyId(@Nullable String name) {
        return "call_" + (name == null ? "function" : name);
    }

    private static void assistant(JsonNode message, List<Part> parts) {
        Map<String, String> callSignatures = new LinkedHashMap<>();
        for (Part.Reasoning block : reasoning(message)) {
            String ofCall = block.id();
            if (ofCall != null && block.encrypted() != null && ReasoningFormat.GEMINI.equals(block.format())) {
                callSignatures.put(id(ofCall), block.encrypted());
            } else {
                parts.add(block);
            }
        }
        content(message.get("content"), parts);
        String refusal = JsonTree.string(message, "refusal");
        if (refusal != null && !refusal.isEmpty()) {
            parts.add(new Part.Refusal(refusal));
        }
        if (message.get("audio") instanceof JsonNode audio && audio.isObject()) {
            parts.add(new Part.Opaque(DIALECT, JsonTree.object().set("audio", audio)));
        }
        if (message.get("tool_calls") instanceof ArrayNode calls) {
            calls.forEach(call -> parts.add(call(call, callSignatures)));
        }
        if (message.get("function_call") instanceof JsonNode call && call.isObject()) {
            String called = JsonTree.string(call, "name");
            parts.add(new Part.ToolCall(
                    legacyId(called), called == null ? "" : called, text(call, "arguments"), false, null, null));
        }
        markLast(parts, cache(message));
    }

    /// The richest of the forms in which clients send reasoning back.
    private static List<Part.Reasoning> reasoning(JsonNode message) {
        List<Part.Reasoning> told = ReasoningDetails.read(message.path("reasoning_details"));
        told = told.isEmpty() ? ReasoningDetails.readThinkingBlocks(message.path("thinking_blocks")) : told;
        if (!told.isEmpty()) {
            return told;
        }
        String plain = JsonTree.string(message, "reasoning_content");
        plain = plain == null ? JsonTree.string(message, "reasoning") : plain;
        return plain == null || plain.isEmpty() ? List.of() : List.of(Part.Reasoning.plain(plain));
    }

    private static Part call(JsonNode call, Map<String, String> signatures) {
        String glued = text(call, "id");
        String id = id(glued);
        JsonNode extra = call.path("extra_content");
        String signature = signatures.get(id);
        signature = signature == null ? JsonTree.string(extra.path("google"), "thought_signature") : signature;
        signature = signature == null ? JsonTree.string(extra.path("vertex"), "thought_signature") : signature;
        signature = signature == null && id.length() < glued.length()
                ? glued.substring(id.length() + GLUE.length())
                : signature;
        if (call.get("custom") instanceof JsonNode custom && custom.isObject()) {
            return new Part.ToolCall(id, text(custom, "name"), text(custom, "input"), true, signature, cache(call));
        }
        JsonNode function = call.path("function");
        JsonNode arguments = function.get("arguments");
        String written = arguments == null || arguments.isNull()
                ? ""
                : arguments.isTextual() ? arguments.textValue() : JsonTree.text(arguments);
        return new Part.ToolCall(id, text(function, "name"), written, false, signature, cache(call));
    }

    /// An id without the signature that LiteLLM glues to it.
    private static String id(String glued) {
        int end = glued.indexOf(GLUE);
        return end < 0 ? glued : glued.substring(0, end);
    }

    private static void content(@Nullable JsonNode content, List<Part> parts) {
        if (content == null || content.isNull()) {
            return;
        }
        if (content.isTextual()) {
            parts.add(Part.Text.of(content.textValue()));
        } else if (content.isArray()) {
            content.forEach(part -> parts.add(PartReader.read(part)));
        }
    }

    /// A mark on a whole message stands behind its last part that can carry one.
    private static void markLast(List<Part> parts, @Nullable CacheMark mark) {
        for (int last = parts.size() - 1; mark != null && last >= 0; last--) {
            Part marked = PartReader.marked(parts.get(last), mark);
            boolean carries = marked.cache() != null
                    && !(marked instanceof Part.Text words && words.text().isBlank());
            if (carries) {
                parts.set(last, marked);
                return;
            }
        }
    }

    static @Nullable CacheMark cache(JsonNode holder) {
        if (holder.get("cache_control") instanceof JsonNode control && control.isObject()) {
            return new CacheMark(JsonTree.string(control, "ttl"));
        }
        return holder.get("prompt_cache_breakpoint") instanceof JsonNode point && point.isObject()
                ? CacheMark.DEFAULT
                : null;
    }

    static String text(JsonNode holder, String name) {
        String text = JsonTree.string(holder, name);
        return text == null ? "" : text;
    }

    /// Tools, choice and form of the answer.
    private static final class ToolsReader {
        /// Members of tools that are read as such.
        private static final Set<String> KNOWN =
                Set.of("type", "function", "custom", "name", "description", "parameters", "strict", "format");

        static List<Tool> tools(@Nullable JsonNode tools, @Nullable JsonNode functions) {
            List<Tool> read = new ArrayList<>();
            if (tools != null) {
                tools.forEach(tool -> read.add(tool(tool)));
            }
            if (functions != null && read.isEmpty()) {
                functions.forEach(function -> read.add(function(function, JsonTree.object())));
            }
            return read;
        }

        private static Tool tool(JsonNode tool) {
            String type = JsonTree.string(tool, "type");
            if (tool.get("function") instanceof JsonNode function && function.isObject()) {
                return function(function, tool);
            }
            if ("custom".equals(type) && tool.get("custom") instanceof JsonNode custom) {
                return new Tool.Custom(
                        text(custom, "name"),
                        JsonTree.string(custom, "description"),
                        custom.get("format"),
                        others(tool, custom));
            }
            String name = JsonTree.string(tool, "name");
            return new Tool.Native(DIALECT, name != null ? name : type == null ? "" : type, tool);
        }

        /// Members that no reader of every language knows.
        private static @Nullable JsonNode others(JsonNode tool, JsonNode body) {
            ObjectNode others = JsonTree.object();
            for (JsonNode holder : List.of(tool, body)) {
                holder.properties().forEach(member -> {
                    boolean known = KNOWN.contains(member.getKey())
                            || member.getKey().equals("cache_control") && !tool.has("custom");
                    if (!known && !member.getValue().isNull()) {
                        others.set(member.getKey(), member.getValue());
                    }
                });
            }
            return others.isEmpty() ? null : others;
        }

        /// @param tool what holds it, empty for one of the older list
        private static Tool function(JsonNode function, JsonNode tool) {
            JsonNode strict = function.get("strict");
            JsonNode parameters = function.get("parameters");
            return new Tool.Function(
                    text(function, "name"),
                    JsonTree.string(function, "description"),
                    parameters == null || parameters.isNull() ? null : parameters,
                    strict != null && strict.isBoolean() ? Boolean.valueOf(strict.booleanValue()) : null,
                    cache(tool),
                    others(tool, function));
        }

        static @Nullable ToolChoice choice(@Nullable JsonNode choice, @Nullable JsonNode legacy) {
            if (choice == null) {
                return legacy == null
                        ? null
                        : legacy.isTextual()
                                ? word(legacy.textValue())
                                : new ToolChoice.Named(text(legacy, "name"), false);
            }
            if (choice.isTextual()) {
                return word(choice.textValue());
            }
            String type = text(choice, "type");
            return switch (type) {
                case "function" -> new ToolChoice.Named(text(choice.path("function"), "name"), false);
                case "custom" -> new ToolChoice.Named(text(choice.path("custom"), "name"), true);
                case "allowed_tools" -> {
                    JsonNode allowed = choice.path("allowed_tools");
                    List<String> names = new ArrayList<>();
                    allowed.path("tools").forEach(tool -> {
                        JsonNode body = tool.has("function") ? tool.get("function") : tool.path("custom");
                        String name = JsonTree.string(body.isObject() ? body : tool, "name");
                        if (name != null) {
                            names.add(name);
                        }
                    });
                    yield new ToolChoice.Allowed(names, "required".equals(text(allowed, "mode")));
                }
                default -> null;
            };
        }

        private static @Nullable ToolChoice word(String word) {
            return switch (word) {
                case "auto" -> new ToolChoice.Auto();
                case "none" -> new ToolChoice.None();
                case "required", "any" -> new ToolChoice.Required();
                default -> null;
            };
        }

        static @Nullable ResponseFormat format(@Nullable JsonNode format) {
            if (format == null) {
                return null;
            }
            return switch (text(format, "type")) {
                case "json_object" -> new ResponseFormat.JsonObject();
                case "json_schema" -> {
                    JsonNode schema = format.path("json_schema");
                    JsonNode strict = schema.get("strict");
                    yield new ResponseFormat.JsonSchema(
                            text(schema, "name"),
                            JsonTree.string(schema, "description"),
                            schema.path("schema").isObject() ? schema.get("schema") : null,
                            strict != null && strict.isBoolean() ? Boolean.valueOf(strict.booleanValue()) : null);
                }
                default -> null;
            };
        }
    }
}
