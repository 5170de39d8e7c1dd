package dev.gapura.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.Efforts;
import dev.gapura.dialect.Hashes;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.SignedThoughts;
import dev.gapura.dialect.StrictSchemas;
import dev.gapura.dialect.ToolNames;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes one request of the Messages API. One instance a request.
final class RequestWriter {
    /// `max_tokens` is required; this is sent where neither the caller nor the model's profile says anything.
    private static final int MAX_TOKENS_UNKNOWN = 32_000;

    private static final String BETA = "anthropic-beta";

    /// Least `top_p` that the provider takes while a model thinks
    /// (<https://docs.claude.com/en/docs/build-with-claude/extended-thinking>).
    private static final double LEAST_TOP_P = 0.95;

    /// Least thinking budget that the provider takes.
    private static final int MIN_BUDGET = 1_024;

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private final ObjectNode body = JsonTree.object();
    private final ToolNames names = ToolNames.anthropic();
    private final List<Message> messages;
    private final @Nullable ReasoningWish wish;
    private final boolean thinks;

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.surface = Surface.of(judge.provider());
        this.model = surface.here(model);
        this.judge = judge;
        this.messages = SignedThoughts.ofModel(request.messages(), request.model(), ReasoningFormat.ANTHROPIC, judge);
        this.wish = wish();
        this.thinks =
                model.thinking() == Thinking.ALWAYS || (model.thinking() != Thinking.NONE && wish != null && wish.on());
    }

    UpstreamCall write() {
        surface.begin(body, request.model());
        body.put("max_tokens", 0);
        MessagesWriter conversation = new MessagesWriter(messages, model, judge, thinks, names::sent).write();
        ToolsWriter toolsWriter = new ToolsWriter(request, model, judge, thinks, names);
        ArrayNode tools = toolsWriter.tools();
        JsonWish json = format(tools, conversation.system());
        if (!conversation.system().isEmpty()) {
            body.set("system", conversation.system());
        }
        conversation.settlePrefill(body.path("output_config").has("format"));
        body.set("messages", conversation.turns());
        ObjectNode choice = toolsWriter.choice(json);
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        if (choice != null) {
            body.set("tool_choice", choice);
        }
        thinking();
        sampling();
        if (request.setting("stop") instanceof ArrayNode stop) {
            stop(stop);
        }
        user();
        tier();
        caching();
        new CacheMarks(judge, body).settle(List.of(tools, conversation.system(), conversation.turns()));
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
        Map<String, String> headers = new LinkedHashMap<>(surface.headers());
        if (!conversation.betas().isEmpty()) {
            String configured = judge.provider().headers().get(BETA);
            headers.put(BETA, (configured == null ? "" : configured + ",") + String.join(",", conversation.betas()));
        }
        return new UpstreamCall(
                surface.path(request.model(), request.stream()),
                JsonTree.wellFormed(body),
                headers,
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        json.tool(),
                        json.inText(),
                        names.back(),
                        toolsWriter.customTools(),
                        false,
                        true));
    }

    /// The form of the answer: native, by a tool that must be called, or in words.
    private JsonWish format(ArrayNode tools, ArrayNode system) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        if (format instanceof ResponseFormat.JsonSchema schema
                && schema.schema() != null
                && model.can(Ability.JSON_SCHEMA)
                && !StrictSchemas.recursive(schema.schema())) {
            ObjectNode own = outputConfig().putObject("format").put("type", "json_schema");
            own.set("schema", StrictSchemas.strict(schema.schema()));
            judge.report("response_format", Outcome.CONVERTED, "output_config.format", "Anthropic's name of it");
            return JsonWish.NONE;
        }
        boolean byTool = tools.isEmpty()
                && model.can(Ability.FORCED_TOOL)
                && (!thinks || model.can(Ability.FORCED_TOOL_WITH_THINKING));
        if (byTool && format instanceof ResponseFormat.JsonSchema schema && StrictSchemas.ofObject(schema.schema())) {
            ObjectNode tool = tools.addObject().put("name", JsonWish.TOOL);
            tool.put("description", "Give the answer by calling this tool.");
            tool.set("input_schema", ToolsWriter.inputSchema(schema.schema(), false));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "a tool",
                    "this model cannot be held to this schema otherwise");
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

    /// The caller's wish for thought as far as the conversation allows it: a model that thinks by a budget goes
    /// on after tool calls only where the turn that called them still has its signed thoughts.
    private @Nullable ReasoningWish wish() {
        ReasoningWish asked = request.reasoning();
        boolean budget =
                model.thinking() == Thinking.BUDGET && !request.nativeFields().containsKey("thinking");
        if (asked == null || !asked.on() || !budget || !SignedThoughts.lost(messages, ReasoningFormat.ANTHROPIC)) {
            return asked;
        }
        judge.report(
                Efforts.field(judge),
                Outcome.STRIPPED,
                null,
                "the turn that called the tools came back without its signed thoughts; this model would refuse it");
        return null;
    }

    private void thinking() {
        long asked = request.maxTokens();
        long most = model.outputTokens() > 0 ? model.outputTokens() : MAX_TOKENS_UNKNOWN;
        long limit = asked > 0 ? asked : most;
        String field = Efforts.field(judge);
        JsonNode config = request.nativeFields().get("output_config");
        boolean own = request.nativeFields().containsKey("thinking") || (config != null && config.has("effort"));
        if (wish != null && !own) {
            switch (model.thinking()) {
                case NONE -> {
                    if (wish.on()) {
                        judge.unsupported(field, false, "this model does not think");
                    }
                }
                case BUDGET, LEVEL -> {
                    if (wish.on()) {
                        limit = budget(wish, field, asked, most);
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
        } else if (judge.has("max_completion_tokens")) {
            judge.report(
                    "max_completion_tokens",
                    Outcome.RENAMED,
                    "max_tokens",
                    limit == asked ? "Anthropic's name of it" : "Anthropic's name of it; thinking comes on top");
        } else if (limit != asked) {
            judge.report("max_tokens", Outcome.CONVERTED, asked + "→" + limit, "thinking comes on top of the answer");
        }
    }

    /// Writes a thinking budget and gives the limit of the answer, which has to hold both: what was asked for
    /// the visible answer stays, and the thought gets what is left of the model's maximum.
    private long budget(ReasoningWish wanted, String field, long asked, long most) {
        long visible = asked > 0 ? asked : MIN_BUDGET;
        long budget = Math.clamp(Efforts.budget(wanted, model), MIN_BUDGET, Math.max(MIN_BUDGET, most - visible));
        ObjectNode thinking = body.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        if (Boolean.FALSE.equals(wanted.visible())) {
            thinking.put("display", "omitted");
        }
        judge.report(field, Outcome.CONVERTED, "a budget of " + budget, "this model thinks by a budget");
        return asked > 0 ? Math.max(asked, Math.min(asked + budget, most)) : most;
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
        thinking.put("display", Boolean.FALSE.equals(wish.visible()) ? "omitted" : "summarized");
        String effort = Efforts.effort(wish, model);
        if (effort != null) {
            effort(effort);
        }
        boolean same = Objects.equals(effort, wish.effort());
        judge.report(
                field,
                same ? Outcome.CONVERTED : Outcome.CLAMPED,
                same ? "output_config.effort" : Efforts.asked(wish) + "→" + effort,
                same ? "Anthropic's place for it" : "nearest effort that this model knows");
    }

    private void effort(String effort) {
        outputConfig().put("effort", effort);
    }

    private void sampling() {
        boolean thinkingOn = body.has("thinking") && !"disabled".equals(JsonTree.string(body.get("thinking"), "type"));
        for (String field : List.of("temperature", "top_p", "top_k")) {
            JsonNode value = request.setting(field);
            if (value == null) {
                continue;
            }
            String reason = !model.can(Ability.SAMPLING)
                    ? "this model takes no sampling parameters"
                    : thinkingOn && !(field.equals("top_p") && value.doubleValue() >= LEAST_TOP_P)
                            ? "not while the model thinks"
                            : body.has("temperature")
                                            && field.equals("top_p")
                                            && !model.can(Ability.TEMPERATURE_WITH_TOP_P)
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
            if (!field.equals("user") && request.text("user") != null) {
                judge.report("user", Outcome.STRIPPED, null, "Anthropic takes one, and safety_identifier wins");
            }
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

    /// Automatic caching of the whole prompt: by `cache_control` at the top, or `prompt_cache_options` that ask
    /// for it. Without, the marks of the request count and nothing else, which is what explicit caching means.
    private void caching() {
        JsonNode control = request.setting("cache_control");
        String mode = request.setting("prompt_cache_options") instanceof JsonNode options
                ? JsonTree.string(options, "mode")
                : null;
        if (control != null) {
            body.set("cache_control", control);
        } else if ("implicit".equals(mode)) {
            body.putObject("cache_control").put("type", "ephemeral");
        }
        if (request.setting("prompt_cache_options") != null) {
            boolean asked = control == null && "implicit".equals(mode);
            judge.report(
                    "prompt_cache_options",
                    asked || "explicit".equals(mode) ? Outcome.CONVERTED : Outcome.STRIPPED,
                    asked ? "cache_control" : "explicit".equals(mode) ? "the marks of the request" : null,
                    asked
                            ? "Anthropic's automatic caching"
                            : control != null ? "cache_control says it already" : "Anthropic caches up to marks");
        }
    }
}
