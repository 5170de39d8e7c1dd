package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.ToolExtras;
import dev.gapura.dialect.ToolNames;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes `tools` and `toolConfig`. All functions stand in one tool. One instance a request.
final class ToolsWriter {
    /// Tools that Google runs, as a client may write them into a chat request: objects with one of these
    /// members.
    private static final Set<String> OWN = Set.of(
            "googleSearch",
            "google_search",
            "googleSearchRetrieval",
            "codeExecution",
            "code_execution",
            "urlContext",
            "url_context",
            "googleMaps",
            "fileSearch",
            "computerUse");

    /// Those that every model runs beside functions: recorded with Gemini 2.5.
    private static final Set<String> BESIDE_FUNCTIONS = Set.of("codeExecution", "code_execution");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private final ToolNames names =
            new ToolNames(Pattern.compile("[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}"), Pattern.compile("[a-zA-Z0-9_.:-]"), 128);
    private final Set<String> customTools = new HashSet<>();
    private final ArrayNode tools = JsonTree.array();
    private final ObjectNode config = JsonTree.object();
    private boolean strict;

    ToolsWriter(ChatRequest request, ModelProfile model, Judge judge, Surface surface) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.surface = surface;
    }

    ArrayNode tools() {
        return tools;
    }

    ObjectNode config() {
        return config;
    }

    /// The form in which a tool's name is sent.
    String name(String name) {
        return names.sent(name);
    }

    Map<String, String> namesBack() {
        return names.back();
    }

    Set<String> customTools() {
        return customTools;
    }

    /// Whether only the first call of a turn may reach the client.
    boolean oneCall() {
        return !tools.isEmpty() && Boolean.FALSE.equals(request.flag("parallel_tool_calls"));
    }

    void write() {
        if (!request.tools().isEmpty() && !model.can(Ability.TOOLS)) {
            judge.report("tools", Outcome.STRIPPED, null, "this model calls no tools");
            if (request.toolChoice() != null) {
                judge.report("tool_choice", Outcome.STRIPPED, null, "this model calls no tools");
            }
            return;
        }
        ArrayNode functions = JsonTree.array();
        ArrayNode served = JsonTree.array();
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> functions.add(function(function));
                case Tool.Custom custom -> functions.add(custom(custom));
                case Tool.Native own -> own(own, served);
            }
        }
        if (!functions.isEmpty()) {
            tools.addObject().set("functionDeclarations", functions);
        }
        if (request.setting("web_search_options") != null) {
            served.addObject().putObject("googleSearch");
            judge.report(
                    "web_search_options",
                    Outcome.EMULATED,
                    "tool googleSearch",
                    "Gemini searches the web with a tool of its own, which has no options");
        }
        if (!functions.isEmpty() && !model.can(Ability.SERVER_TOOLS_WITH_FUNCTIONS)) {
            String field = request.setting("web_search_options") != null ? "web_search_options" : "tools";
            served.removeIf(tool -> !besideFunctions(tool)
                    && !judge.unsupported(
                            field, true, "this model does not run this tool of Google's beside functions"));
        }
        tools.addAll(served);
        choice(functions.isEmpty());
        boolean both = !functions.isEmpty() && !served.isEmpty();
        if (both && surface == Surface.STUDIO && model.can(Ability.SERVER_TOOLS_WITH_FUNCTIONS)) {
            config.put("includeServerSideToolInvocations", true);
        }
        if (oneCall()) {
            judge.report(
                    "parallel_tool_calls",
                    Outcome.EMULATED,
                    "first call of a turn",
                    "Gemini has no such switch; further calls of a turn are left out of the answer");
        }
    }

    private void own(Tool.Native own, ArrayNode served) {
        ObjectNode known = JsonTree.object();
        own.value().properties().forEach(member -> {
            if (OWN.contains(member.getKey())) {
                known.set(member.getKey(), member.getValue());
            }
        });
        if (own.dialect().equals(RequestReader.DIALECT)) {
            served.add(own.value());
        } else if (!known.isEmpty()) {
            // Without the `type` that chat requests want of a tool.
            served.add(known);
        } else if (judge.unsupported(
                "tools", "tools[].type " + own.name(), true, "Gemini does not know this type of tool")) {
            served.add(own.value());
        }
    }

    private static boolean besideFunctions(JsonNode tool) {
        return tool.properties().stream().allMatch(member -> BESIDE_FUNCTIONS.contains(member.getKey()));
    }

    private ObjectNode function(Tool.Function function) {
        ObjectNode one = JsonTree.object().put("name", name(function.name()));
        if (function.description() != null) {
            one.put("description", function.description());
        }
        if (function.cache() != null) {
            judge.report("cache_control", Outcome.STRIPPED, "tools", "Gemini caches by itself");
        }
        JsonNode schema = function.parameters();
        if (schema != null && takesArguments(schema)) {
            one.set("parametersJsonSchema", Schemas.lower(schema));
        }
        ToolExtras.write(function, one, Set.of(), judge);
        strict |= Boolean.TRUE.equals(function.strict());
        return one;
    }

    /// An object without a single property is refused in some places; without a schema the function takes
    /// nothing.
    private static boolean takesArguments(JsonNode schema) {
        if (!schema.isObject() || !schema.path("properties").isEmpty()) {
            return schema.isObject();
        }
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            switch (member.getKey()) {
                case "type", "properties", "required", "title", "description", "$schema" -> {}
                case "additionalProperties" -> {
                    if (!member.getValue().isBoolean() || member.getValue().booleanValue()) {
                        return true;
                    }
                }
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    private ObjectNode custom(Tool.Custom tool) {
        customTools.add(tool.name());
        customTools.add(name(tool.name()));
        ObjectNode one = JsonTree.object().put("name", name(tool.name()));
        if (tool.description() != null) {
            one.put("description", tool.description());
        }
        ObjectNode schema = one.putObject("parametersJsonSchema").put("type", "object");
        schema.putObject("properties").putObject("input").put("type", "string");
        schema.putArray("required").add("input");
        boolean grammar = tool.format() != null && "grammar".equals(JsonTree.string(tool.format(), "type"));
        judge.report(
                "tools",
                Outcome.EMULATED,
                tool.name(),
                "a tool of free text goes as a function with one text"
                        + (grammar ? "; its grammar cannot be enforced" : ""));
        ToolExtras.write(tool, one, Set.of(), judge);
        return one;
    }

    /// @param nothing whether there are no functions, of which alone a choice can speak
    private void choice(boolean nothing) {
        ToolChoice asked = request.toolChoice();
        if (nothing) {
            boolean free = asked == null || asked instanceof ToolChoice.Auto || asked instanceof ToolChoice.None;
            if (!free) {
                judge.unsupported("tool_choice", true, "no function is offered that could be chosen");
            }
            return;
        }
        String auto = strict && model.can(Ability.STRICT_TOOLS) ? "VALIDATED" : "AUTO";
        switch (asked) {
            case null -> {
                if (!auto.equals("AUTO")) {
                    calling(auto, List.of());
                }
            }
            case ToolChoice.Auto free -> calling(auto, List.of());
            case ToolChoice.None none -> calling("NONE", List.of());
            case ToolChoice.Required required -> calling(forced(auto), List.of());
            case ToolChoice.Named named -> {
                String mode = forced(auto);
                calling(mode, mode.equals("ANY") ? List.of(name(named.name())) : List.of());
            }
            case ToolChoice.Allowed allowed ->
                calling(
                        allowed.required() ? forced("VALIDATED") : "VALIDATED",
                        allowed.names().stream().map(this::name).toList());
        }
    }

    private String forced(String otherwise) {
        return model.can(Ability.FORCED_TOOL)
                        || judge.unsupported("tool_choice", true, "this model cannot be forced to call a tool")
                ? "ANY"
                : otherwise;
    }

    private void calling(@Nullable String mode, List<String> allowed) {
        ObjectNode calling = config.putObject("functionCallingConfig").put("mode", mode);
        if (!allowed.isEmpty()) {
            ArrayNode list = calling.putArray("allowedFunctionNames");
            allowed.forEach(list::add);
        }
    }
}
