package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.StrictSchemas;
import dev.gapura.dialect.ToolExtras;
import dev.gapura.dialect.ToolNames;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the tools of a request, and whether the model may or must call them. One instance a request.
final class ToolsWriter {
    /// Tools whose schema one request may have enforced; the provider refuses more.
    private static final int MOST_STRICT = 20;

    /// Documented: `anthropics/anthropic-sdk-python` `src/anthropic/types/beta/beta_tool_param.py`.
    private static final Set<String> EXTRAS =
            Set.of("defer_loading", "allowed_callers", "input_examples", "eager_input_streaming");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final boolean thinks;
    private final ToolNames names;
    private final Set<String> customTools = new HashSet<>();
    private final ArrayNode out = JsonTree.array();
    /// Names of tools that are there for earlier calls only.
    private final Set<String> earlier = new HashSet<>();

    private int strictTools;

    /// @param thinks whether thinking is on for this request
    /// @param names gives tools the names that are sent
    ToolsWriter(ChatRequest request, ModelProfile model, Judge judge, boolean thinks, ToolNames names) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.thinks = thinks;
        this.names = names;
    }

    /// Tools of free text, by the caller's names.
    Set<String> customTools() {
        return customTools;
    }

    /// The tools as the provider gets them.
    ArrayNode tools() {
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    ObjectNode one = JsonTree.object().put("name", names.sent(function.name()));
                    if (function.description() != null) {
                        one.put("description", function.description());
                    }
                    boolean strict = strict(function);
                    one.set("input_schema", inputSchema(function.parameters(), strict));
                    if (strict) {
                        one.put("strict", true);
                    }
                    ToolExtras.write(function, one, EXTRAS, judge);
                    out.add(CacheMarks.marked(one, function.cache()));
                }
                case Tool.Custom custom -> {
                    ObjectNode one = custom(custom);
                    ToolExtras.write(custom, one, EXTRAS, judge);
                    out.add(one);
                }
                case Tool.Native own -> {
                    if (own.dialect().equals(RequestReader.DIALECT)
                            || judge.unsupported(
                                    "tools",
                                    "tools[].type " + own.name(),
                                    true,
                                    "Anthropic does not know this type of tool")) {
                        out.add(own.value().deepCopy());
                    }
                }
            }
        }
        if (request.setting("web_search_options") instanceof JsonNode search) {
            out.add(webSearch(search));
        }
        if (out.isEmpty() && hosted()) {
            earlierTools();
        }
        return out;
    }

    /// Whether Claude runs at somebody else's, where it can do less.
    private boolean hosted() {
        return Surface.of(judge.provider()) != Surface.ANTHROPIC;
    }

    /// Hosts of Claude refuse a history with calls without the tools that were called; they come back as
    /// far as the calls tell them, and [#choice] forbids to call them.
    private void earlierTools() {
        for (Message message : request.messages()) {
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolCall call && earlier.add(call.name())) {
                    out.addObject().put("name", names.sent(call.name())).set("input_schema", inputSchema(null, false));
                }
            }
        }
        if (!earlier.isEmpty()) {
            judge.report(
                    "tools",
                    Outcome.EMULATED,
                    "those of earlier calls",
                    "the tools that the conversation speaks of have to be there; they cannot be called");
        }
    }

    /// Whether Claude is held to the tool's schema, which not every model and not every schema allows.
    private boolean strict(Tool.Function function) {
        if (!Boolean.TRUE.equals(function.strict())) {
            return false;
        }
        JsonNode parameters = function.parameters();
        String reason = !model.can(Ability.STRICT_TOOLS)
                ? "this model does not enforce schemas of tools here"
                : parameters != null && StrictSchemas.recursive(parameters)
                        ? "Anthropic does not enforce schemas that refer to themselves"
                        : strictTools == MOST_STRICT
                                ? "Anthropic enforces the schemas of " + MOST_STRICT + " tools a request"
                                : null;
        if (reason != null) {
            judge.report("tools", Outcome.STRIPPED, "strict of " + function.name(), reason);
            return false;
        }
        strictTools++;
        return true;
    }

    private ObjectNode custom(Tool.Custom tool) {
        customTools.add(tool.name());
        ObjectNode one = JsonTree.object().put("name", names.sent(tool.name()));
        if (tool.description() != null) {
            one.put("description", tool.description());
        }
        ObjectNode schema = one.putObject("input_schema").put("type", "object");
        schema.putObject("properties").putObject("input").put("type", "string");
        schema.putArray("required").add("input");
        boolean grammar = tool.format() != null && "grammar".equals(JsonTree.string(tool.format(), "type"));
        judge.report(
                "tools",
                Outcome.EMULATED,
                tool.name(),
                "a tool of free text goes as a function with one text"
                        + (grammar ? "; its grammar cannot be enforced" : ""));
        return one;
    }

    /// The schema of a tool's input, which has to be an object.
    static JsonNode inputSchema(@Nullable JsonNode parameters, boolean strict) {
        if (!(parameters instanceof ObjectNode given)) {
            ObjectNode none = JsonTree.object().put("type", "object");
            none.putObject("properties");
            return strict ? StrictSchemas.strict(none) : none;
        }
        ObjectNode schema = given.deepCopy();
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        return strict ? StrictSchemas.strict(schema) : schema;
    }

    private ObjectNode webSearch(JsonNode options) {
        ObjectNode tool = JsonTree.object().put("type", "web_search_20250305").put("name", "web_search");
        if (options.path("user_location").path("approximate") instanceof ObjectNode place) {
            ObjectNode location = tool.putObject("user_location").put("type", "approximate");
            place.properties().forEach(member -> {
                if (!member.getValue().isNull()) {
                    location.set(member.getKey(), member.getValue());
                }
            });
        }
        judge.report(
                "web_search_options",
                Outcome.EMULATED,
                "tool web_search",
                "Anthropic searches the web with a tool of its own; it has no search_context_size");
        return tool;
    }

    /// The member `tool_choice`, null for none. May take tools away that are not allowed.
    ///
    /// @param json how the form of the answer is had
    @Nullable
    ObjectNode choice(JsonWish json) {
        if (json.tool() != null) {
            return JsonTree.object()
                    .put("type", "tool")
                    .put("name", json.tool())
                    .put("disable_parallel_tool_use", true);
        }
        ToolChoice asked = request.toolChoice();
        boolean one = Boolean.FALSE.equals(request.flag("parallel_tool_calls"));
        if (out.isEmpty()) {
            return null;
        }
        ObjectNode choice = JsonTree.object();
        if (!earlier.isEmpty()) {
            return choice.put("type", "none");
        }
        switch (asked) {
            case null -> choice.put("type", "auto");
            case ToolChoice.Auto auto -> choice.put("type", "auto");
            case ToolChoice.None none -> choice.put("type", "none");
            case ToolChoice.Required required -> choice.put("type", forced("any"));
            case ToolChoice.Named named -> {
                choice.put("type", forced("tool"));
                if ("tool".equals(choice.path("type").textValue())) {
                    choice.put("name", names.sent(named.name()));
                }
            }
            case ToolChoice.Allowed allowed -> {
                List<String> sent = allowed.names().stream().map(names::sent).toList();
                // Tools that the provider runs have a type; the list speaks of the caller's.
                out.removeIf(tool -> !tool.has("type") && !sent.contains(Blocks.string(tool, "name")));
                judge.report("tool_choice", Outcome.CONVERTED, "fewer tools", "Anthropic has no list of allowed tools");
                choice.put("type", allowed.required() ? forced("any") : "auto");
            }
        }
        if (one && !"none".equals(choice.path("type").textValue())) {
            choice.put("disable_parallel_tool_use", true);
            judge.report(
                    "parallel_tool_calls",
                    Outcome.CONVERTED,
                    "tool_choice.disable_parallel_tool_use",
                    "Anthropic's name of it");
        }
        return !out.isEmpty() && (asked != null || one) ? choice : null;
    }

    /// The type itself where the model can be forced now, otherwise `auto`.
    private String forced(String type) {
        boolean can = model.can(Ability.FORCED_TOOL) && (!thinks || model.can(Ability.FORCED_TOOL_WITH_THINKING));
        if (can) {
            return type;
        }
        String reason = thinks
                ? "this model cannot be forced to call a tool while it thinks"
                : "this model cannot be forced to call a tool";
        return judge.unsupported("tool_choice", true, reason) ? type : "auto";
    }
}
