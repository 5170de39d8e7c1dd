package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.chat.Tool;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.Efforts;
import dev.gapura.dialect.FunctionTools;
import dev.gapura.dialect.JsonWish;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.ToolNames;
import dev.gapura.dialect.ToolTurns;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Writes one request. One instance a request.
final class RequestWriter {
    private static final int MAX_STOPS = 5;
    private static final BigDecimal LEAST_P = new BigDecimal("0.01");
    private static final BigDecimal MOST_P = new BigDecimal("0.99");
    private static final BigDecimal MOST_K = BigDecimal.valueOf(500);

    /// Efforts that ask for as much thought as the model likes, which is what Cohere does without a budget.
    private static final Set<String> UNLIMITED = Set.of("high", "xhigh", "max");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final ObjectNode body = JsonTree.object();
    private final ToolNames names = ToolNames.anthropic();
    private final FunctionTools functions;

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.functions = new FunctionTools(judge, RequestReader.DIALECT, names, false);
    }

    UpstreamCall write() {
        body.put("model", request.model());
        ArrayNode messages = new MessagesWriter(model, judge, names::sent)
                .write(model.can(Ability.TOOLS) ? request.messages() : ToolTurns.asText(request.messages(), judge));
        body.set("messages", messages);
        tools();
        JsonWish json = format(messages);
        thinking();
        request.settings().forEach(this::setting);
        if (request.stream()) {
            body.put("stream", true);
        }
        request.nativeFields().forEach(body::set);
        boolean oneCall = functions.oneCall(request, body.has("tools"), "Cohere");
        return new UpstreamCall(
                "/v2/chat",
                JsonTree.wellFormed(body),
                Map.of(),
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        null,
                        json.inText(),
                        names.back(),
                        functions.customTools(),
                        oneCall,
                        !(request.toolChoice() instanceof ToolChoice.None)));
    }

    private void tools() {
        if (!functions.wanted(request, model)) {
            return;
        }
        ArrayNode tools = functions.write(request.tools());
        switch (request.toolChoice()) {
            case null -> {}
            case ToolChoice.Auto auto -> {}
            case ToolChoice.None none -> {
                body.put("tool_choice", "NONE");
                judge.report("tool_choice", Outcome.CONVERTED, "NONE", "Cohere's word for it");
            }
            case ToolChoice.Required required -> required();
            case ToolChoice.Named named -> {
                only(tools, List.of(named.name()));
                required();
            }
            case ToolChoice.Allowed allowed -> {
                only(tools, allowed.names());
                if (allowed.required()) {
                    required();
                }
            }
        }
        if (tools.isEmpty()) {
            body.remove("tool_choice");
            return;
        }
        body.set("tools", tools);
        boolean strict = request.tools().stream()
                .anyMatch(tool -> tool instanceof Tool.Function function && Boolean.TRUE.equals(function.strict()));
        if (strict && model.can(Ability.STRICT_TOOLS)) {
            body.put("strict_tools", true);
        } else if (strict) {
            judge.report("tools", Outcome.STRIPPED, "strict", "this model does not enforce schemas of tools");
        }
    }

    private void only(ArrayNode tools, List<String> wanted) {
        FunctionTools.keepOnly(tools, wanted.stream().map(names::sent).toList());
        judge.report("tool_choice", Outcome.CONVERTED, "fewer tools", "Cohere cannot name the tool to be called");
    }

    private void required() {
        if (model.can(Ability.FORCED_TOOL)
                || judge.unsupported("tool_choice", true, "this model cannot be forced to call a tool")) {
            body.put("tool_choice", "REQUIRED");
            judge.report("tool_choice", Outcome.CONVERTED, "REQUIRED", "Cohere's word for it");
        }
    }

    private JsonWish format(ArrayNode messages) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        boolean beside = body.has("tools") || request.setting("documents") instanceof ArrayNode list && !list.isEmpty();
        if (beside || !model.can(Ability.JSON_SCHEMA)) {
            MessagesWriter.instruct(messages, JsonWish.instruction(format));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "an instruction",
                    beside
                            ? "Cohere has no form of answer beside tools or documents"
                            : "this model has no such form of answer");
            return JsonWish.inWords();
        }
        ObjectNode wanted = body.putObject("response_format").put("type", "json_object");
        if (format instanceof ResponseFormat.JsonSchema schema && schema.schema() != null) {
            wanted.set("json_schema", schema.schema());
            judge.report("response_format", Outcome.CONVERTED, "json_object with json_schema", "Cohere's name of it");
        } else if (!JsonTree.text(messages).toLowerCase(Locale.ROOT).contains("json")) {
            MessagesWriter.instruct(messages, JsonWish.instruction(new ResponseFormat.JsonObject()));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "json_object and an instruction",
                    "Cohere's JSON mode has to be asked for in words too");
        }
        return JsonWish.NONE;
    }

    private void thinking() {
        ReasoningWish wish = request.reasoning();
        if (wish == null || !(wish.on() || wish.off())) {
            return;
        }
        String field = "reasoning_effort";
        if (model.thinking() == Thinking.NONE) {
            if (wish.off() || !judge.unsupported(field, false, "this model does not think")) {
                return;
            }
        }
        if (wish.off()) {
            body.putObject("thinking").put("type", "disabled");
            judge.report(field, Outcome.CONVERTED, "thinking disabled", "Cohere's words for it");
            return;
        }
        ObjectNode thinking = body.putObject("thinking").put("type", "enabled");
        String effort = wish.effort();
        if (wish.budgetTokens() == null && effort != null && UNLIMITED.contains(effort)) {
            judge.report(field, Outcome.CONVERTED, "thinking enabled", "Cohere's words for it");
            return;
        }
        int budget = Efforts.budget(wish, model);
        thinking.put("token_budget", budget);
        judge.report(field, Outcome.CONVERTED, "a budget of " + budget, "this model thinks by a budget");
    }

    private void setting(String name, JsonNode value) {
        switch (name) {
            case "n", "parallel_tool_calls" -> {}
            case "max_completion_tokens" -> body.set("max_tokens", value);
            case "top_p" -> bounded(name, "p", value, LEAST_P, MOST_P);
            case "top_k" -> bounded(name, "k", value, BigDecimal.ZERO, MOST_K);
            case "stop" -> stop(value);
            case "logprobs" -> {
                if (model.can(Ability.LOGPROBS)
                        || !value.asBoolean()
                        || judge.unsupported(name, true, "this model gives no log probabilities")) {
                    body.set(name, value);
                }
            }
            default -> body.set(name, value);
        }
    }

    private void bounded(String name, String sent, JsonNode value, BigDecimal least, BigDecimal most) {
        if (!value.isNumber()) {
            body.set(sent, value);
            return;
        }
        BigDecimal asked = value.decimalValue();
        BigDecimal kept = asked.max(least).min(most);
        if (asked.compareTo(kept) == 0) {
            body.set(sent, value);
            judge.report(name, Outcome.RENAMED, sent, "Cohere's name of it");
        } else {
            body.set(sent, DecimalNode.valueOf(kept));
            judge.report(
                    name,
                    Outcome.CLAMPED,
                    asked.toPlainString() + "→" + kept.toPlainString(),
                    "Cohere's " + sent + " is from " + least.toPlainString() + " to " + most.toPlainString());
        }
    }

    private void stop(JsonNode stops) {
        boolean many = stops.size() > MAX_STOPS
                && !judge.unsupported("stop", true, "Cohere takes " + MAX_STOPS + " stop sequences");
        ArrayNode sent = JsonTree.array();
        for (int i = 0; i < (many ? MAX_STOPS : stops.size()); i++) {
            sent.add(stops.get(i));
        }
        if (!sent.isEmpty()) {
            body.set("stop_sequences", sent);
        }
    }
}
