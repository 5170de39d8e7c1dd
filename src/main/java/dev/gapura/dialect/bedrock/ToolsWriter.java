package dev.gapura.dialect.bedrock;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the tools of a request, and whether the model may or must call them. Converse has no word for "no tool", and
/// wants tools wherever the conversation holds calls. One instance a request.
final class ToolsWriter {
    /// The tool by which Nova searches the web (recorded).
    private static final String WEB_SEARCH = "nova_grounding";

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final boolean thinks;
    private final ToolNames names;
    private final CacheMarks marks;
    private final Set<String> customTools = new HashSet<>();
    private final ArrayNode out = JsonTree.array();
    private boolean callsAllowed = true;

    /// @param thinks whether thinking is on for this request
    /// @param names gives tools the names that are sent
    ToolsWriter(
            ChatRequest request, ModelProfile model, Judge judge, boolean thinks, ToolNames names, CacheMarks marks) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.thinks = thinks;
        this.names = names;
        this.marks = marks;
    }

    /// Tools of free text, by the caller's names.
    Set<String> customTools() {
        return customTools;
    }

    /// Whether calls of tools may come: where the caller wants none, stray ones are dropped.
    boolean callsAllowed() {
        return callsAllowed;
    }

    /// Whether only one call may reach the caller.
    boolean oneCall() {
        return !out.isEmpty() && Boolean.FALSE.equals(request.flag("parallel_tool_calls"));
    }

    /// The tools as the provider gets them, empty where it gets none.
    ArrayNode tools() {
        boolean asked = !request.tools().isEmpty();
        if (asked && !model.can(Ability.TOOLS) && !judge.unsupported("tools", false, "this model calls no tools")) {
            return out;
        }
        Set<String> called = called();
        if (request.toolChoice() instanceof ToolChoice.None && asked) {
            callsAllowed = false;
            if (called.isEmpty()) {
                judge.report(
                        "tool_choice", Outcome.CONVERTED, "no tools", "Bedrock has no word for a choice of no tool");
                judge.report("tools", Outcome.STRIPPED, null, "none may be called");
                return out;
            }
            judge.report(
                    "tool_choice",
                    Outcome.EMULATED,
                    "calls are dropped",
                    "Bedrock has no word for a choice of no tool, and wants the tools beside earlier calls");
        }
        request.tools().forEach(this::write);
        if (request.setting("web_search_options") != null) {
            webSearch();
        }
        if (out.isEmpty() && !called.isEmpty()) {
            callsAllowed = false;
            called.forEach(this::stand);
            judge.report(
                    "tools",
                    Outcome.EMULATED,
                    called.size() + " of earlier calls",
                    "Bedrock wants the tools beside earlier calls; their schemas are not known here");
        }
        return out;
    }

    /// Names, as they are sent, of the tools that the conversation has called; none for a model that gets
    /// calls as text.
    private Set<String> called() {
        Set<String> called = new LinkedHashSet<>();
        boolean results = false;
        for (Message message : request.messages()) {
            for (Part part : message.parts()) {
                if (part instanceof Part.ToolCall call) {
                    called.add(names.sent(call.name()));
                }
                results |= part instanceof Part.ToolResult;
            }
        }
        if (called.isEmpty() && results) {
            called.add("tool");
        }
        return model.can(Ability.TOOLS) ? called : Set.of();
    }

    private void stand(String name) {
        spec(name, null).putObject("inputSchema").set("json", inputSchema(null));
    }

    private void write(Tool tool) {
        switch (tool) {
            case Tool.Function function -> {
                ObjectNode spec = spec(names.sent(function.name()), function.description());
                JsonNode schema = inputSchema(function.parameters());
                boolean strict = strict(function);
                spec.putObject("inputSchema").set("json", strict ? StrictSchemas.strict(schema) : schema);
                if (strict) {
                    spec.put("strict", true);
                }
                ToolExtras.write(function, spec, Set.of(), judge);
                mark(function);
            }
            case Tool.Custom custom -> custom(custom);
            case Tool.Native own -> own(own);
        }
    }

    private ObjectNode spec(String name, @Nullable String description) {
        ObjectNode spec = out.addObject().putObject("toolSpec").put("name", name);
        // An empty description is refused, none is not.
        return description == null || description.isBlank() ? spec : spec.put("description", description);
    }

    private void mark(Tool.Function function) {
        if (function.cache() != null && !Maker.of(model).cachesTools()) {
            marks.gone("Nova caches instructions and messages, not tools");
        } else {
            marks.add(out, function.cache());
        }
    }

    /// Whether the model is held to the tool's schema, which not every model and not every schema allows.
    private boolean strict(Tool.Function function) {
        if (!Boolean.TRUE.equals(function.strict())) {
            return false;
        }
        JsonNode parameters = function.parameters();
        String reason = !model.can(Ability.STRICT_TOOLS)
                ? "this model does not enforce schemas of tools"
                : parameters != null && StrictSchemas.recursive(parameters)
                        ? "Bedrock does not enforce schemas that refer to themselves"
                        : null;
        if (reason != null) {
            judge.report("tools", Outcome.STRIPPED, "strict of " + function.name(), reason);
        }
        return reason == null;
    }

    private void custom(Tool.Custom tool) {
        customTools.add(tool.name());
        ObjectNode spec = spec(names.sent(tool.name()), tool.description());
        ToolExtras.write(tool, spec, Set.of(), judge);
        ObjectNode schema = spec.putObject("inputSchema").putObject("json");
        schema.put("type", "object").putObject("properties").putObject("input").put("type", "string");
        schema.putArray("required").add("input");
        boolean grammar = tool.format() != null && "grammar".equals(JsonTree.string(tool.format(), "type"));
        judge.report(
                "tools",
                Outcome.EMULATED,
                tool.name(),
                "a tool of free text goes as a function with one text"
                        + (grammar ? "; its grammar cannot be enforced" : ""));
    }

    /// Bedrock's own tools, also as chat clients write them: `{type: systemTool, systemTool: {name}}`.
    private void own(Tool.Native own) {
        if (own.dialect().equals(RequestReader.DIALECT)) {
            out.add(own.value().deepCopy());
        } else if (own.value().get("systemTool") instanceof ObjectNode tool) {
            out.addObject().set("systemTool", tool.deepCopy());
        } else if (judge.unsupported(
                "tools", "tools[].type " + own.name(), true, "Bedrock does not know this type of tool")) {
            out.add(own.value().deepCopy());
        }
    }

    private void webSearch() {
        if (model.can(Ability.SERVER_TOOLS_WITH_FUNCTIONS)) {
            out.addObject().putObject("systemTool").put("name", WEB_SEARCH);
            judge.report(
                    "web_search_options",
                    Outcome.EMULATED,
                    "tool " + WEB_SEARCH,
                    "Nova searches the web with a tool of its own, which has no options");
        } else {
            judge.unsupported("web_search_options", false, "this model does not search the web");
        }
    }

    /// The schema of a tool's input, which has to be an object.
    static ObjectNode inputSchema(@Nullable JsonNode parameters) {
        if (!(parameters instanceof ObjectNode given)) {
            ObjectNode none = JsonTree.object().put("type", "object");
            none.putObject("properties");
            return none;
        }
        return given.has("type") ? given.deepCopy() : given.deepCopy().put("type", "object");
    }

    /// The member `toolChoice`, null for none. May take tools away that are not allowed.
    ///
    /// @param json how the form of the answer is had
    @Nullable
    ObjectNode choice(JsonWish json) {
        if (json.tool() != null) {
            return named(json.tool());
        }
        if (oneCall()) {
            judge.report(
                    "parallel_tool_calls",
                    Outcome.EMULATED,
                    "the first call",
                    "Bedrock has no switch for it; further calls of a turn are left out");
        }
        if (out.isEmpty() || !callsAllowed) {
            return null;
        }
        return switch (request.toolChoice()) {
            case null -> null;
            case ToolChoice.None none -> null;
            case ToolChoice.Auto auto -> auto();
            case ToolChoice.Required required -> forced() ? any() : null;
            case ToolChoice.Named one -> forced() ? named(names.sent(one.name())) : null;
            case ToolChoice.Allowed allowed -> {
                List<String> sent = allowed.names().stream().map(names::sent).toList();
                keepOnly(sent);
                judge.report("tool_choice", Outcome.CONVERTED, "fewer tools", "Bedrock has no list of allowed tools");
                yield !out.isEmpty() && allowed.required() && forced() ? any() : null;
            }
        };
    }

    /// Models that cannot be forced know no choice at all, and `auto` is what they do without one.
    private @Nullable ObjectNode auto() {
        ObjectNode choice = JsonTree.object();
        choice.putObject("auto");
        return model.can(Ability.FORCED_TOOL) ? choice : null;
    }

    private static ObjectNode any() {
        ObjectNode choice = JsonTree.object();
        choice.putObject("any");
        return choice;
    }

    /// The choice of one tool: by its name, or of whichever where there is no other.
    private ObjectNode named(String name) {
        if (!Maker.of(model).namesTools()) {
            keepOnly(List.of(name));
            judge.report(
                    "tool_choice", Outcome.CONVERTED, "fewer tools", "this model cannot be told which tool to call");
            return any();
        }
        ObjectNode choice = JsonTree.object();
        choice.putObject("tool").put("name", name);
        return choice;
    }

    /// Takes away the caller's tools but these, each with the mark behind it.
    private void keepOnly(List<String> sent) {
        boolean kept = true;
        for (int i = 0; i < out.size(); i++) {
            JsonNode tool = out.get(i);
            if (!tool.has("cachePoint")) {
                kept = !tool.has("toolSpec") || sent.contains(Blocks.string(tool.get("toolSpec"), "name"));
            }
            if (!kept) {
                out.remove(i--);
            }
        }
    }

    /// Whether the model can be forced now.
    private boolean forced() {
        if (model.can(Ability.FORCED_TOOL) && (!thinks || model.can(Ability.FORCED_TOOL_WITH_THINKING))) {
            return true;
        }
        String reason = thinks
                ? "this model cannot be forced to call a tool while it thinks"
                : "this model cannot be forced to call a tool";
        return judge.unsupported("tool_choice", true, reason);
    }
}
