package dev.gapura.dialect.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
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
import java.util.Locale;
import java.util.Map;

/// Writes one request. One instance a request.
final class RequestWriter {
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
        this.functions = new FunctionTools(judge, RequestReader.DIALECT, names, true);
    }

    UpstreamCall write() {
        body.put("model", request.model());
        MessagesWriter conversation = new MessagesWriter(model, judge, names::sent);
        ArrayNode messages = conversation.write(
                model.can(Ability.TOOLS) ? request.messages() : ToolTurns.asText(request.messages(), judge));
        body.set("messages", messages);
        tools();
        format(messages);
        reasoning();
        int choices = settings();
        if (request.stream()) {
            body.put("stream", true);
        }
        request.nativeFields().forEach(body::set);
        return new UpstreamCall(
                "/chat/completions",
                JsonTree.wellFormed(body),
                Map.of(),
                new Question(
                        judge.provider(),
                        request.model(),
                        choices,
                        null,
                        false,
                        names.back(),
                        functions.customTools(),
                        false,
                        !(request.toolChoice() instanceof ToolChoice.None)));
    }

    private void tools() {
        if (!functions.wanted(request, model)) {
            return;
        }
        ArrayNode tools = functions.write(request.tools());
        if (tools.isEmpty()) {
            return;
        }
        body.set("tools", tools);
        switch (request.toolChoice()) {
            case null -> {}
            case ToolChoice.Auto auto -> body.put("tool_choice", "auto");
            case ToolChoice.None none -> body.put("tool_choice", "none");
            case ToolChoice.Required required -> required();
            case ToolChoice.Named named ->
                body.putObject("tool_choice")
                        .put("type", "function")
                        .putObject("function")
                        .put("name", names.sent(named.name()));
            case ToolChoice.Allowed allowed -> {
                FunctionTools.keepOnly(
                        tools, allowed.names().stream().map(names::sent).toList());
                judge.report("tool_choice", Outcome.CONVERTED, "fewer tools", "Mistral has no list of allowed tools");
                if (allowed.required()) {
                    required();
                } else {
                    body.put("tool_choice", "auto");
                }
            }
        }
    }

    /// By the word that older deployments know too.
    private void required() {
        body.put("tool_choice", "any");
        judge.report("tool_choice", Outcome.CONVERTED, "any", "Mistral's word for it");
    }

    private void format(ArrayNode messages) {
        switch (request.format()) {
            case null -> {}
            case ResponseFormat.JsonObject object -> jsonObject(object, messages);
            case ResponseFormat.JsonSchema schema -> {
                if (schema.schema() == null || !model.can(Ability.JSON_SCHEMA)) {
                    jsonObject(schema, messages);
                    return;
                }
                ObjectNode wanted = body.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema");
                wanted.put("name", schema.name().isEmpty() ? "response" : schema.name());
                if (schema.description() != null) {
                    wanted.put("description", schema.description());
                }
                wanted.set("schema", schema.schema());
                if (schema.strict() != null) {
                    wanted.put("strict", schema.strict());
                }
            }
        }
    }

    /// Mistral's JSON mode wants the word in the conversation as well; without it the model may go on for
    /// ever.
    private void jsonObject(ResponseFormat format, ArrayNode messages) {
        body.putObject("response_format").put("type", "json_object");
        boolean schema = format instanceof ResponseFormat.JsonSchema asked && asked.schema() != null;
        if (schema || !JsonTree.text(messages).toLowerCase(Locale.ROOT).contains("json")) {
            MessagesWriter.instruct(messages, JsonWish.instruction(format));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "json_object and an instruction",
                    "Mistral's JSON mode has to be asked for in words too");
        }
    }

    private void reasoning() {
        ReasoningWish wish = request.reasoning();
        if (wish == null || !(wish.on() || wish.off())) {
            return;
        }
        String field = "reasoning_effort";
        switch (model.thinking()) {
            case NONE -> {
                if (wish.on() && judge.unsupported(field, false, "this model does not think")) {
                    effort(wish, "high");
                }
            }
            case ALWAYS -> {
                if (wish.on()) {
                    body.put("prompt_mode", "reasoning");
                    judge.report(field, Outcome.CONVERTED, "prompt_mode", "this model thinks, however much it wants");
                } else {
                    judge.unsupported(field, false, "this model always thinks");
                }
            }
            case LEVEL, ADAPTIVE, BUDGET -> effort(wish, wish.off() ? "none" : "high");
        }
    }

    private void effort(ReasoningWish wish, String effort) {
        body.put("reasoning_effort", effort);
        if (!effort.equals(wish.effort())) {
            judge.report(
                    "reasoning_effort",
                    Outcome.CLAMPED,
                    Efforts.asked(wish) + "→" + effort,
                    "Mistral knows none and high");
        }
    }

    /// What keeps its name, and what is only called otherwise.
    ///
    /// @return how many answers were asked for
    private int settings() {
        int[] choices = {1};
        request.settings().forEach((name, value) -> {
            switch (name) {
                case "max_completion_tokens" -> body.set("max_tokens", value);
                case "seed" -> seed(value);
                case "n" -> choices[0] = several(value);
                case "parallel_tool_calls" -> {
                    if (body.has("tools")) {
                        body.set(name, value);
                    }
                }
                case "prompt_mode" -> {
                    // Only thinking models know it.
                    if (model.thinking() != Thinking.NONE
                            || judge.unsupported(name, false, "this model does not think")) {
                        body.set(name, value);
                    }
                }
                default -> body.set(name, value);
            }
        });
        return choices[0];
    }

    private void seed(JsonNode seed) {
        long value = seed.longValue();
        if (value >= 0) {
            body.set("random_seed", seed);
            return;
        }
        long taken = Math.max(0, -value);
        body.put("random_seed", taken);
        judge.report("seed", Outcome.CLAMPED, value + "→" + taken, "Mistral takes no seed below 0");
    }

    private int several(JsonNode n) {
        JsonNode temperature = request.setting("temperature");
        boolean cold = temperature != null
                && temperature.isNumber()
                && temperature.decimalValue().signum() == 0;
        if (request.choices() > 1
                && cold
                && !judge.unsupported("n", true, "Mistral gives one answer where the temperature is 0")) {
            return 1;
        }
        body.set("n", n);
        return cold ? 1 : request.choices();
    }
}
