package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Tool;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes tools in the form `{type: function, function: {…}}` that Mistral, Cohere and Ollama took over from
/// OpenAI. One instance a request, one thread.
public final class FunctionTools {
    private final Judge judge;
    private final String dialect;
    private final ToolNames names;
    private final boolean strict;
    private final Set<String> custom = new HashSet<>();

    /// @param dialect name of the dialect whose own tools are sent as they came
    /// @param strict whether a function may say `strict`
    public FunctionTools(Judge judge, String dialect, ToolNames names, boolean strict) {
        this.judge = judge;
        this.dialect = dialect;
        this.names = names;
        this.strict = strict;
    }

    /// Whether the request's tools are to be written at all.
    public boolean wanted(ChatRequest request, ModelProfile model) {
        return !request.tools().isEmpty()
                && (model.can(Ability.TOOLS) || judge.unsupported("tools", false, "this model calls no tools"));
    }

    /// Whether only the first call of a turn may reach the client, since the provider cannot be told to
    /// make one only.
    ///
    /// @param offered whether tools were sent
    /// @param who name of the provider for people
    public boolean oneCall(ChatRequest request, boolean offered, String who) {
        boolean one = offered && Boolean.FALSE.equals(request.flag("parallel_tool_calls"));
        if (one) {
            judge.report(
                    "parallel_tool_calls",
                    Outcome.EMULATED,
                    "only the first call is handed on",
                    who + " has no switch for it");
        }
        return one;
    }

    /// The tools as they are sent, in the client's order.
    public ArrayNode write(List<Tool> tools) {
        ArrayNode out = JsonTree.array();
        for (Tool tool : tools) {
            switch (tool) {
                case Tool.Function function -> {
                    ObjectNode one = out.addObject();
                    function(one, function);
                    ToolExtras.write(function, one, Set.of(), judge);
                }
                case Tool.Custom free -> {
                    ObjectNode one = out.addObject();
                    custom(one, free);
                    ToolExtras.write(free, one, Set.of(), judge);
                }
                case Tool.Native own -> {
                    if (own.dialect().equals(dialect)
                            || judge.unsupported(
                                    "tools",
                                    "tools[].type " + own.name(),
                                    true,
                                    "this provider does not know this type of tool")) {
                        out.add(own.value());
                    }
                }
            }
        }
        return out;
    }

    /// Names, as they were sent, of tools that take free text.
    public Set<String> customTools() {
        return custom;
    }

    /// Takes away all tools but those of these names, as they were sent.
    public static void keepOnly(ArrayNode tools, Collection<String> sent) {
        for (int i = tools.size() - 1; i >= 0; i--) {
            String name = JsonTree.string(tools.get(i).path("function"), "name");
            if (name == null || !sent.contains(name)) {
                tools.remove(i);
            }
        }
    }

    private void function(ObjectNode out, Tool.Function tool) {
        ObjectNode function = begin(out, tool.name(), tool.description());
        function.set("parameters", parameters(tool.parameters()));
        if (tool.strict() != null && strict) {
            function.put("strict", tool.strict());
        }
        if (tool.cache() != null) {
            judge.report("cache_control", Outcome.STRIPPED, "tools", "this provider caches by itself");
        }
    }

    private void custom(ObjectNode out, Tool.Custom tool) {
        custom.add(names.sent(tool.name()));
        ObjectNode schema = begin(out, tool.name(), tool.description()).putObject("parameters");
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

    private ObjectNode begin(ObjectNode out, String name, @Nullable String description) {
        ObjectNode function = out.put("type", "function").putObject("function");
        function.put("name", names.sent(name));
        if (description != null) {
            function.put("description", description);
        }
        return function;
    }

    /// A schema that every provider takes for "no arguments" where none was given.
    private static JsonNode parameters(@Nullable JsonNode given) {
        if (given instanceof ObjectNode object && !object.isEmpty()) {
            return object;
        }
        ObjectNode none = JsonTree.object().put("type", "object");
        none.putObject("properties");
        return none;
    }
}
