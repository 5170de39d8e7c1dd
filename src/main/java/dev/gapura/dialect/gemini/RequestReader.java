package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a `generateContent` request into the neutral language. What has no word there is kept as it came, for this
/// dialect alone. Names in snake_case, which Gemini takes too, are read as the same. Stateless; any thread.
public final class RequestReader {
    /// Name of this dialect in the configuration.
    public static final String DIALECT = "gemini";

    private RequestReader() {}

    /// @param model the one that the path names
    /// @param stream whether the path asks for a stream
    public static ChatRequest read(JsonNode body, String model, boolean stream) {
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        ObjectNode config = JsonTree.object();
        ObjectNode calling = JsonTree.object();
        body.properties().forEach(member -> {
            JsonNode value = member.getValue();
            String name = camel(member.getKey());
            if (value.isNull()) {
                return;
            }
            switch (name) {
                case "model", "contents", "systemInstruction", "tools" -> {}
                case "generationConfig" ->
                    value.properties().forEach(one -> config.set(camel(one.getKey()), one.getValue()));
                case "toolConfig" ->
                    value.properties().forEach(one -> calling.set(camel(one.getKey()), one.getValue()));
                case "safetySettings" -> settings.put("safety_settings", value);
                case "cachedContent" -> settings.put("cached_content", value);
                default -> own.put(name, value);
            }
        });
        List<Message> messages = new ArrayList<>();
        if (JsonNames.get(body, "systemInstruction") instanceof ObjectNode system) {
            messages.add(new Message(Role.SYSTEM, new ContentsReader().parts(system), null));
        }
        new ContentsReader().read(body.path("contents"), messages);
        ResponseFormat format = format(config);
        ReasoningWish wish = wish(config);
        settings(config, settings);
        if (!config.isEmpty()) {
            own.put("generationConfig", config);
        }
        ToolChoice choice = choice(calling);
        if (!calling.isEmpty()) {
            own.put("toolConfig", calling);
        }
        return new ChatRequest(model, messages, tools(body.path("tools")), choice, format, wish, stream, settings, own);
    }

    private static String camel(String name) {
        return JsonNames.camel(name);
    }

    /// Takes what has a name in Chat Completions out of the configuration.
    private static void settings(ObjectNode config, Map<String, JsonNode> settings) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("maxOutputTokens", "max_completion_tokens");
        names.put("temperature", "temperature");
        names.put("topP", "top_p");
        names.put("topK", "top_k");
        names.put("stopSequences", "stop");
        names.put("seed", "seed");
        names.put("frequencyPenalty", "frequency_penalty");
        names.put("presencePenalty", "presence_penalty");
        names.forEach((name, field) -> {
            JsonNode value = config.remove(name);
            if (value != null && !value.isNull()) {
                settings.put(field, value);
            }
        });
        if (config.path("candidateCount").asInt() > 1) {
            settings.put("n", config.remove("candidateCount"));
        }
    }

    private static @Nullable ResponseFormat format(ObjectNode config) {
        if (!"application/json".equals(JsonTree.string(config, "responseMimeType")) || config.has("responseSchema")) {
            return null;
        }
        config.remove("responseMimeType");
        JsonNode schema = config.remove("responseJsonSchema");
        return schema == null
                ? new ResponseFormat.JsonObject()
                : new ResponseFormat.JsonSchema("response", null, schema, null);
    }

    /// What others need to know of `thinkingConfig`, which stays where it is: Gemini itself gets it as it came.
    private static @Nullable ReasoningWish wish(ObjectNode config) {
        if (!(config.get("thinkingConfig") instanceof ObjectNode thinking)) {
            return null;
        }
        JsonNode budget = JsonNames.get(thinking, "thinkingBudget");
        JsonNode level = JsonNames.get(thinking, "thinkingLevel");
        JsonNode visible = JsonNames.get(thinking, "includeThoughts");
        if (budget != null && budget.asInt() < 0) {
            // "As the model likes" has no word elsewhere.
            return null;
        }
        String effort = level == null ? null : level.asText().toLowerCase(Locale.ROOT);
        effort = budget != null && budget.asInt() == 0 ? "none" : effort;
        return new ReasoningWish(
                effort,
                budget == null || budget.asInt() == 0 ? null : Integer.valueOf(budget.asInt()),
                visible == null ? null : Boolean.valueOf(visible.asBoolean()));
    }

    private static List<Tool> tools(JsonNode tools) {
        List<Tool> read = new ArrayList<>();
        for (JsonNode tool : tools) {
            if (!(tool instanceof ObjectNode object)) {
                continue;
            }
            ObjectNode rest = JsonTree.object();
            object.properties().forEach(member -> {
                if (camel(member.getKey()).equals("functionDeclarations")) {
                    member.getValue().forEach(function -> read.add(function(function)));
                } else if (!member.getValue().isNull()) {
                    rest.set(member.getKey(), member.getValue());
                }
            });
            if (!rest.isEmpty()) {
                read.add(new Tool.Native(DIALECT, rest.fieldNames().next(), rest));
            }
        }
        return read;
    }

    private static Tool function(JsonNode function) {
        JsonNode schema = JsonNames.get(function, "parametersJsonSchema");
        JsonNode older = function.get("parameters");
        return new Tool.Function(
                function.path("name").asText(),
                JsonTree.string(function, "description"),
                schema != null ? schema : older == null || older.isNull() ? null : OpenApiSchemas.lift(older),
                null,
                null);
    }

    private static @Nullable ToolChoice choice(ObjectNode config) {
        if (!(config.get("functionCallingConfig") instanceof ObjectNode calling)) {
            return null;
        }
        JsonNode allowed = JsonNames.get(calling, "allowedFunctionNames");
        List<String> names = new ArrayList<>();
        if (allowed instanceof ArrayNode list) {
            list.forEach(name -> names.add(name.asText()));
        }
        ToolChoice choice =
                switch (calling.path("mode").asText().toUpperCase(Locale.ROOT)) {
                    case "AUTO" -> new ToolChoice.Auto();
                    case "NONE" -> new ToolChoice.None();
                    case "ANY" ->
                        names.isEmpty()
                                ? new ToolChoice.Required()
                                : names.size() == 1
                                        ? new ToolChoice.Named(names.getFirst(), false)
                                        : new ToolChoice.Allowed(names, true);
                    case "VALIDATED" -> names.isEmpty() ? null : new ToolChoice.Allowed(names, false);
                    default -> null;
                };
        if (choice != null) {
            config.remove("functionCallingConfig");
        }
        return choice;
    }
}
