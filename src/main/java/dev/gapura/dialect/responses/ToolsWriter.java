package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.ToolExtras;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Writes tools, flat as the Responses API has them, and the choice among them. Tools that the provider runs itself
/// (`web_search`, `x_search`, `file_search`, `code_interpreter`, `mcp`, …) go as they came. One instance a request.
final class ToolsWriter {
    /// Tools whose calls the client would have to answer, for which Chat Completions has no words.
    private static final Set<String> UNSPEAKABLE =
            Set.of("computer", "computer_use", "computer_use_preview", "local_shell", "shell", "apply_patch");

    /// Documented: wire reference, `responses.md`.
    private static final Set<String> EXTRAS = Set.of("defer_loading", "allowed_callers", "output_schema");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final UnaryOperator<String> toolName;
    private final Set<String> customTools = new HashSet<>();
    private final Set<String> emulated = new HashSet<>();

    /// @param toolName the form in which a tool's name is sent
    ToolsWriter(ChatRequest request, ModelProfile model, Judge judge, UnaryOperator<String> toolName) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.toolName = toolName;
    }

    /// Whether calls of this custom tool are calls of a function for the model.
    boolean asFunction(String name) {
        return !model.can(Ability.CUSTOM_TOOLS);
    }

    /// Custom tools that are offered as functions, by the names they are sent with.
    Set<String> emulated() {
        return emulated;
    }

    /// Adds `tools`, `tool_choice` and `parallel_tool_calls` to the request.
    void write(ObjectNode body) {
        ArrayNode tools = tools();
        if (tools.isEmpty()) {
            return;
        }
        body.set("tools", tools);
        JsonNode choice = choice(tools);
        if (choice != null) {
            body.set("tool_choice", choice);
        }
        if (request.setting("parallel_tool_calls") instanceof JsonNode parallel) {
            body.set("parallel_tool_calls", parallel);
        }
    }

    private ArrayNode tools() {
        ArrayNode out = JsonTree.array();
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> function(function, out.addObject());
                case Tool.Custom custom -> custom(custom, out.addObject());
                case Tool.Native own -> {
                    String type = Items.string(own.value(), "type");
                    boolean foreign = type.indexOf(':') > 0;
                    boolean speakable =
                            own.dialect().equals(RequestReader.DIALECT) || !foreign && !UNSPEAKABLE.contains(type);
                    if (speakable
                            || judge.unsupported(
                                    "tools",
                                    "tools[].type " + type,
                                    true,
                                    foreign
                                            ? "this tool is another provider's"
                                            : "Chat Completions has no words for the calls of this tool")) {
                        out.add(own.value());
                    }
                }
            }
        }
        if (request.setting("web_search_options") instanceof JsonNode search) {
            out.add(webSearch(search));
        }
        return out;
    }

    /// `strict` is always said: left out it means true here and false in Chat Completions.
    private void function(Tool.Function function, ObjectNode out) {
        out.put("type", "function").put("name", toolName.apply(function.name()));
        if (function.description() != null) {
            out.put("description", function.description());
        }
        JsonNode parameters = function.parameters();
        if (parameters == null) {
            out.putObject("parameters").put("type", "object").putObject("properties");
        } else {
            out.set("parameters", parameters);
        }
        out.put("strict", Boolean.TRUE.equals(function.strict()));
        ToolExtras.write(function, out, EXTRAS, judge);
        if (function.cache() != null) {
            judge.report("cache_control", Outcome.STRIPPED, "tools", "this model caches prompts by itself");
        }
    }

    private void custom(Tool.Custom tool, ObjectNode out) {
        customTools.add(tool.name());
        String sent = toolName.apply(tool.name());
        out.put("type", "custom").put("name", sent);
        if (tool.description() != null) {
            out.put("description", tool.description());
        }
        ToolExtras.write(tool, out, EXTRAS, judge);
        if (model.can(Ability.CUSTOM_TOOLS)) {
            if (tool.format() != null) {
                out.set("format", Items.flatFormat(tool.format()));
            }
            return;
        }
        emulated.add(sent);
        out.put("type", "function");
        ObjectNode schema = out.putObject("parameters").put("type", "object");
        schema.putObject("properties").putObject("input").put("type", "string");
        schema.putArray("required").add("input");
        out.put("strict", false);
        boolean grammar = tool.format() != null && "grammar".equals(JsonTree.string(tool.format(), "type"));
        judge.report(
                "tools",
                Outcome.EMULATED,
                tool.name(),
                "a tool of free text goes to this model as a function with one text"
                        + (grammar ? "; its grammar cannot be enforced" : ""));
    }

    private ObjectNode webSearch(JsonNode options) {
        ObjectNode tool = JsonTree.object().put("type", "web_search");
        if (options.hasNonNull("search_context_size")) {
            tool.set("search_context_size", options.get("search_context_size"));
        }
        if (options.path("user_location").path("approximate") instanceof ObjectNode place) {
            ObjectNode location = tool.putObject("user_location").put("type", "approximate");
            place.properties().forEach(member -> location.set(member.getKey(), member.getValue()));
        }
        judge.report(
                "web_search_options",
                Outcome.CONVERTED,
                "tool web_search",
                "the Responses API searches the web with a tool");
        return tool;
    }

    private @Nullable JsonNode choice(ArrayNode tools) {
        return switch (request.toolChoice()) {
            case null -> null;
            case ToolChoice.Auto auto -> word("auto");
            case ToolChoice.None none -> word("none");
            case ToolChoice.Required required -> forced("required");
            case ToolChoice.Named named ->
                model.can(Ability.FORCED_TOOL) ? reference(named.name()) : forced("required");
            case ToolChoice.Allowed allowed -> allowed(allowed, tools);
        };
    }

    private JsonNode word(String word) {
        return TextNode.valueOf(word);
    }

    private JsonNode forced(String word) {
        boolean can = model.can(Ability.FORCED_TOOL)
                || judge.unsupported("tool_choice", true, "this model cannot be forced to call a tool");
        return word(can ? word : "auto");
    }

    private ObjectNode reference(String name) {
        boolean custom = customTools.contains(name) && !asFunction(name);
        return JsonTree.object().put("type", custom ? "custom" : "function").put("name", toolName.apply(name));
    }

    private JsonNode allowed(ToolChoice.Allowed allowed, ArrayNode tools) {
        if (model.can(Ability.ALLOWED_TOOLS)) {
            ObjectNode choice = JsonTree.object().put("type", "allowed_tools");
            choice.put("mode", allowed.required() ? "required" : "auto");
            ArrayNode list = choice.putArray("tools");
            allowed.names().forEach(name -> list.add(reference(name)));
            return choice;
        }
        List<String> sent = allowed.names().stream().map(toolName).toList();
        for (int i = tools.size() - 1; i >= 0; i--) {
            if (!sent.contains(Items.string(tools.get(i), "name"))) {
                tools.remove(i);
            }
        }
        judge.report("tool_choice", Outcome.CONVERTED, "fewer tools", "this model has no list of allowed tools");
        return allowed.required() ? forced("required") : word("auto");
    }
}
