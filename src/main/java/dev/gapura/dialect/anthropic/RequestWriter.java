package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.Efforts;
import dev.gapura.dialect.Hashes;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SchemaLowering;
import dev.gapura.dialect.ToolNames;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes one request of the Messages API. One instance a request.
final class RequestWriter {
    /// The version of the API that all requests name.
    static final String VERSION = "2023-06-01";

    /// `max_tokens` is required; this is sent where neither the caller nor the model's profile says anything.
    private static final int MAX_TOKENS_UNKNOWN = 32_000;

    /// What Claude's structured output does not know (`anthropics/anthropic-sdk-python` and vercel/ai
    /// `packages/anthropic/src/sanitize-json-schema.ts`).
    private static final SchemaLowering SCHEMA = new SchemaLowering(
            Set.of(
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    "not"),
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
            true,
            true,
            false);

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final ObjectNode body = JsonTree.object();
    private final Set<String> betas = new LinkedHashSet<>();
    private final ToolNames names = ToolNames.anthropic();
    private final Set<String> customTools = new HashSet<>();
    private final boolean thinks;

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        ReasoningWish wish = request.reasoning();
        this.thinks =
                model.thinking() == Thinking.ALWAYS || (model.thinking() != Thinking.NONE && wish != null && wish.on());
    }

    UpstreamCall write() {
        body.put("model", request.model());
        body.put("max_tokens", 0);
        MessagesWriter conversation = new MessagesWriter(request.messages(), model, judge, thinks, names::sent).write();
        ArrayNode tools = tools();
        JsonWish json = format(tools, conversation.system());
        if (!conversation.system().isEmpty()) {
            body.set("system", conversation.system());
        }
        body.set("messages", conversation.turns());
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        choice(tools, json);
        thinking();
        sampling();
        if (request.setting("stop") instanceof ArrayNode stop) {
            stop(stop);
        }
        user();
        tier();
        boolean automatic = caching();
        MessagesWriter.limitMarks(
                judge, List.of(tools, conversation.system(), conversation.turns()), automatic ? 1 : 0);
        if (request.stream()) {
            body.put("stream", true);
        }
        request.nativeFields().forEach((name, value) -> {
            if (name.equals("output_config")
                    && body.get(name) instanceof ObjectNode mine
                    && value instanceof ObjectNode) {
                value.properties().forEach(member -> mine.set(member.getKey(), member.getValue()));
            } else {
                body.set(name, value);
            }
        });
        betas.addAll(conversation.betas());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("anthropic-version", VERSION);
        if (!betas.isEmpty()) {
            headers.put("anthropic-beta", String.join(",", betas));
        }
        return new UpstreamCall(
                "/v1/messages",
                JsonTree.bytes(body),
                headers,
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        json.tool(),
                        json.inText(),
                        names.back(),
                        customTools,
                        false,
                        true));
    }

    private ArrayNode tools() {
        ArrayNode out = JsonTree.array();
        for (Tool tool : request.tools()) {
            switch (tool) {
                case Tool.Function function -> {
                    ObjectNode one = JsonTree.object().put("name", names.sent(function.name()));
                    if (function.description() != null) {
                        one.put("description", function.description());
                    }
                    boolean strict = Boolean.TRUE.equals(function.strict());
                    if (strict && !model.can(Ability.STRICT_TOOLS)) {
                        judge.report(
                                "tools",
                                Outcome.STRIPPED,
                                "strict of " + function.name(),
                                "this model does not enforce schemas of tools");
                        strict = false;
                    }
                    one.set("input_schema", inputSchema(function.parameters(), strict));
                    if (strict) {
                        one.put("strict", true);
                    }
                    out.add(MessagesWriter.marked(one, function.cache()));
                }
                case Tool.Custom custom -> out.add(custom(custom));
                case Tool.Native own -> {
                    if (own.dialect().equals(RequestReader.DIALECT)
                            || judge.unsupported(
                                    "tools",
                                    "tools[].type " + own.name(),
                                    true,
                                    "Anthropic does not know this type of tool")) {
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

    private static JsonNode inputSchema(@Nullable JsonNode parameters, boolean strict) {
        if (!(parameters instanceof ObjectNode given)) {
            ObjectNode none = JsonTree.object().put("type", "object");
            none.putObject("properties");
            return none;
        }
        ObjectNode schema = given.deepCopy();
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        return strict ? SCHEMA.lower(schema) : schema;
    }

    private ObjectNode webSearch(JsonNode options) {
        ObjectNode tool = JsonTree.object().put("type", "web_search_20250305").put("name", "web_search");
        if (options.path("user_location").path("approximate") instanceof ObjectNode place) {
            ObjectNode location = tool.putObject("user_location").put("type", "approximate");
            place.properties().forEach(member -> location.set(member.getKey(), member.getValue()));
        }
        judge.report(
                "web_search_options",
                Outcome.EMULATED,
                "tool web_search",
                "Anthropic searches the web with a tool of its own; it has no search_context_size");
        return tool;
    }

    /// The form of the answer: native, by a tool that must be called, or in words.
    private JsonWish format(ArrayNode tools, ArrayNode system) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        if (format instanceof ResponseFormat.JsonSchema schema
                && schema.schema() != null
                && model.can(Ability.JSON_SCHEMA)) {
            ObjectNode own = outputConfig().putObject("format").put("type", "json_schema");
            own.set("schema", SCHEMA.lower(schema.schema()));
            judge.report("response_format", Outcome.CONVERTED, "output_config.format", "Anthropic's name of it");
            return JsonWish.NONE;
        }
        boolean byTool = format instanceof ResponseFormat.JsonSchema
                && tools.isEmpty()
                && model.can(Ability.FORCED_TOOL)
                && (!thinks || model.can(Ability.FORCED_TOOL_WITH_THINKING));
        if (byTool && format instanceof ResponseFormat.JsonSchema schema) {
            ObjectNode tool = tools.addObject().put("name", JsonWish.TOOL);
            tool.put("description", "Give the answer by calling this tool.");
            tool.set("input_schema", inputSchema(schema.schema(), false));
            judge.report("response_format", Outcome.EMULATED, "a tool", "this model has no schemas for answers");
            return JsonWish.byTool();
        }
        system.addObject().put("type", "text").put("text", JsonWish.instruction(format));
        judge.report(
                "response_format",
                Outcome.EMULATED,
                "an instruction",
                "this model has no such form of answer; it is asked in words, and the JSON is taken out of its text");
        return JsonWish.inWords();
    }

    private ObjectNode outputConfig() {
        return body.get("output_config") instanceof ObjectNode there ? there : body.putObject("output_config");
    }

    private void choice(ArrayNode tools, JsonWish json) {
        if (json.tool() != null) {
            body.putObject("tool_choice")
                    .put("type", "tool")
                    .put("name", json.tool())
                    .put("disable_parallel_tool_use", true);
            return;
        }
        ToolChoice asked = request.toolChoice();
        boolean one = Boolean.FALSE.equals(request.flag("parallel_tool_calls"));
        if (tools.isEmpty()) {
            return;
        }
        ObjectNode choice = JsonTree.object();
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
                for (int i = tools.size() - 1; i >= 0; i--) {
                    if (!sent.contains(Blocks.string(tools.get(i), "name"))) {
                        tools.remove(i);
                    }
                }
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
        if (asked != null || one) {
            body.set("tool_choice", choice);
        }
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

    private void thinking() {
        ReasoningWish wish = request.reasoning();
        long asked = request.maxTokens();
        int most = model.outputTokens() > 0 ? model.outputTokens() : MAX_TOKENS_UNKNOWN;
        long limit = asked > 0 ? asked : most;
        String field = "reasoning_effort";
        boolean own = request.nativeFields().containsKey("thinking");
        if (wish != null && !own) {
            switch (model.thinking()) {
                case NONE -> {
                    if (wish.on()) {
                        judge.unsupported(field, false, "this model does not think");
                    }
                }
                case BUDGET, LEVEL -> {
                    if (wish.on()) {
                        int budget = Math.max(1_024, Efforts.budget(wish, model));
                        limit = asked > 0 ? Math.min(asked + budget, Math.max(most, budget + 1)) : limit;
                        budget = (int) Math.min(budget, limit - 1);
                        body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
                        judge.report(
                                field, Outcome.CONVERTED, "a budget of " + budget, "this model thinks by a budget");
                    } else if (wish.off() && model.can(Ability.THINKS_BY_DEFAULT)) {
                        body.putObject("thinking").put("type", "disabled");
                        judge.report(field, Outcome.CONVERTED, "thinking disabled", "Anthropic's words for it");
                    }
                }
                case ADAPTIVE -> adaptive(wish, field);
                case ALWAYS -> {
                    if (wish.off()) {
                        effort("low");
                        judge.report(field, Outcome.CLAMPED, "none→low", "this model always thinks");
                    } else if (wish.on()) {
                        adaptive(wish, field);
                    }
                }
            }
        }
        body.put("max_tokens", limit);
        if (asked == 0) {
            judge.report(
                    "max_tokens",
                    Outcome.CONVERTED,
                    Long.toString(limit),
                    "Anthropic requires it; the model's maximum");
        } else {
            judge.report(
                    "max_completion_tokens",
                    Outcome.RENAMED,
                    "max_tokens",
                    limit == asked ? "Anthropic's name of it" : "Anthropic's name of it; thinking comes on top");
        }
    }

    private void adaptive(ReasoningWish wish, String field) {
        if (wish.off()) {
            if (model.can(Ability.THINKS_BY_DEFAULT)) {
                body.putObject("thinking").put("type", "disabled");
                judge.report(field, Outcome.CONVERTED, "thinking disabled", "Anthropic's words for it");
            }
            return;
        }
        if (!wish.on()) {
            return;
        }
        ObjectNode thinking = body.putObject("thinking").put("type", "adaptive");
        if (!Boolean.FALSE.equals(wish.visible())) {
            thinking.put("display", "summarized");
        }
        String effort = Efforts.effort(wish, model);
        if (effort != null) {
            effort(effort);
        }
        boolean same = Objects.equals(effort, wish.effort());
        judge.report(
                field,
                same ? Outcome.CONVERTED : Outcome.CLAMPED,
                same ? "output_config.effort" : wish.effort() + "→" + effort,
                same ? "Anthropic's place for it" : "nearest effort that this model knows");
    }

    private void effort(String effort) {
        outputConfig().put("effort", effort);
    }

    private void sampling() {
        boolean thinkingOn = body.has("thinking") && !"disabled".equals(JsonTree.string(body.get("thinking"), "type"));
        boolean both = request.setting("temperature") != null && request.setting("top_p") != null;
        for (String field : List.of("temperature", "top_p", "top_k")) {
            JsonNode value = request.setting(field);
            if (value == null) {
                continue;
            }
            String reason = !model.can(Ability.SAMPLING)
                    ? "this model takes no sampling parameters"
                    : thinkingOn && !field.equals("top_p")
                            ? "not while the model thinks"
                            : both && field.equals("top_p") && !model.can(Ability.TEMPERATURE_WITH_TOP_P)
                                    ? "this model takes only one of temperature and top_p"
                                    : null;
            if (reason == null || judge.unsupported(field, false, reason)) {
                body.set(field, value);
            }
        }
    }

    private void stop(ArrayNode stop) {
        ArrayNode kept = JsonTree.array();
        for (JsonNode one : stop) {
            if (one.isTextual() && !one.textValue().isBlank()) {
                kept.add(one);
            }
        }
        if (!kept.isEmpty()) {
            body.set("stop_sequences", kept);
        }
        judge.report(
                "stop",
                kept.size() == stop.size() ? Outcome.RENAMED : Outcome.CONVERTED,
                "stop_sequences",
                kept.size() == stop.size()
                        ? "Anthropic's name of it"
                        : "Anthropic refuses stop sequences of white space, which were left out");
    }

    private void user() {
        String user = request.text("safety_identifier");
        String field = user == null ? "user" : "safety_identifier";
        user = user == null ? request.text("user") : user;
        if (user != null && !user.isEmpty()) {
            body.putObject("metadata").put("user_id", Hashes.sha256(user));
            judge.report(
                    field,
                    Outcome.CONVERTED,
                    "metadata.user_id",
                    "Anthropic's place for it; hashed, because it must not be personal");
        }
    }

    private void tier() {
        String tier = request.text("service_tier");
        if (tier == null) {
            return;
        }
        String mapped =
                switch (tier) {
                    case "default", "flex", "standard_only" -> "standard_only";
                    default -> "auto";
                };
        body.put("service_tier", mapped);
        if (!mapped.equals(tier)) {
            judge.report("service_tier", Outcome.CONVERTED, tier + "→" + mapped, "Anthropic's tiers");
        }
    }

    /// Automatic caching of the whole prompt: by `cache_control` at the top, or `prompt_cache_options` that ask for it.
    private boolean caching() {
        JsonNode control = request.setting("cache_control");
        boolean implicit = request.setting("prompt_cache_options") instanceof JsonNode options
                && "implicit".equals(JsonTree.string(options, "mode"));
        if (control != null) {
            body.set("cache_control", control);
        } else if (implicit) {
            body.putObject("cache_control").put("type", "ephemeral");
            judge.report("prompt_cache_options", Outcome.CONVERTED, "cache_control", "Anthropic's automatic caching");
        }
        return control != null || implicit;
    }
}
