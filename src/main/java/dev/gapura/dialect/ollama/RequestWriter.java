package dev.gapura.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Writes one request. One instance a request.
final class RequestWriter {
    /// Members that stand at the top; every other setting is one of the `options`.
    private static final Set<String> AT_THE_TOP =
            Set.of("keep_alive", "truncate", "shift", "think", "logprobs", "top_logprobs");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final ObjectNode body = JsonTree.object();
    private final ObjectNode options = JsonTree.object();
    private final FunctionTools functions;

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.functions = new FunctionTools(judge, RequestReader.DIALECT, ToolNames.any(), false);
    }

    UpstreamCall write() {
        body.put("model", request.model());
        ArrayNode messages = new MessagesWriter(model, judge).write(request.messages());
        body.set("messages", messages);
        tools();
        JsonWish json = format(messages);
        request.settings().forEach(this::setting);
        think();
        if (!options.isEmpty()) {
            body.set("options", options);
        }
        // Without it Ollama streams.
        body.put("stream", request.stream());
        request.nativeFields().forEach(body::set);
        boolean oneCall = functions.oneCall(request, body.has("tools"), "Ollama");
        return new UpstreamCall(
                "/api/chat",
                JsonTree.wellFormed(body),
                Map.of(),
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        null,
                        json.inText(),
                        Map.of(),
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
                tools.removeAll();
                judge.report("tool_choice", Outcome.EMULATED, "no tools", "Ollama has no choice of tools");
                judge.report("tools", Outcome.STRIPPED, null, "none may be called, and Ollama has no choice of tools");
            }
            case ToolChoice.Required required -> forced(JsonTree.textNode("required"));
            case ToolChoice.Named named -> {
                ObjectNode choice = JsonTree.object().put("type", "function");
                choice.putObject("function").put("name", named.name());
                forced(choice);
            }
            case ToolChoice.Allowed allowed -> {
                FunctionTools.keepOnly(tools, allowed.names());
                judge.report("tool_choice", Outcome.EMULATED, "fewer tools", "Ollama has no choice of tools");
                if (allowed.required()) {
                    forced(JsonTree.textNode("required"));
                }
            }
        }
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        if (request.tools().stream()
                .anyMatch(tool -> tool instanceof Tool.Function function && Boolean.TRUE.equals(function.strict()))) {
            judge.report("tools", Outcome.STRIPPED, "strict", "Ollama does not enforce schemas of tools");
        }
    }

    /// Ollama ignores a `tool_choice` (`ollama/ollama` `docs/api/openai-compatibility.mdx`): the model may
    /// answer text.
    private void forced(JsonNode choice) {
        if (judge.unsupported("tool_choice", true, "Ollama cannot make a model call a tool")) {
            body.set("tool_choice", choice);
        }
    }

    /// Where a form is set, a model of Ollama's never calls a tool (`ollama/ollama` issue 13750): beside
    /// tools it is asked for in words.
    private JsonWish format(ArrayNode messages) {
        ResponseFormat format = request.format();
        if (format == null) {
            return JsonWish.NONE;
        }
        boolean beside = body.has("tools");
        if (beside || !model.can(Ability.JSON_SCHEMA)) {
            MessagesWriter.instruct(messages, JsonWish.instruction(format));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "an instruction",
                    beside
                            ? "a model of Ollama's calls no tool where its answer must have a form"
                            : "this model has no such form of answer");
            return JsonWish.inWords();
        }
        if (format instanceof ResponseFormat.JsonSchema schema && schema.schema() != null) {
            body.set("format", schema.schema());
            judge.report("response_format", Outcome.CONVERTED, "format", "Ollama's name of it");
        } else {
            body.put("format", "json");
            boolean asked = JsonTree.text(messages).toLowerCase(Locale.ROOT).contains("json");
            if (!asked) {
                MessagesWriter.instruct(messages, JsonWish.instruction(new ResponseFormat.JsonObject()));
            }
            judge.report(
                    "response_format",
                    asked ? Outcome.CONVERTED : Outcome.EMULATED,
                    asked ? "format" : "format and an instruction",
                    asked ? "Ollama's name of it" : "Ollama's JSON mode has to be asked for in words too");
        }
        return JsonWish.NONE;
    }

    /// A model that thinks by levels takes one of them; every other is told to think or not: it refuses
    /// levels.
    private void think() {
        ReasoningWish wish = request.reasoning();
        if (wish == null || !(wish.on() || wish.off())) {
            return;
        }
        String field = "reasoning_effort";
        if (model.thinking() == Thinking.NONE) {
            if (wish.on() && judge.unsupported(field, false, "this model does not think")) {
                body.put("think", true);
            }
            return;
        }
        String level = wish.on() && model.thinking() == Thinking.LEVEL ? Efforts.effort(wish, model) : null;
        body.set("think", level == null ? JsonTree.flag(wish.on()) : JsonTree.textNode(level));
        boolean other = level != null && wish.effort() != null && !Objects.equals(level, wish.effort());
        judge.report(
                field,
                other ? Outcome.CLAMPED : Outcome.CONVERTED,
                other ? Efforts.asked(wish) + "→" + level : "think",
                other ? "nearest effort that this model knows" : "Ollama's name of it");
    }

    private void setting(String name, JsonNode value) {
        if (AT_THE_TOP.contains(name)) {
            body.set(name, value);
            return;
        }
        switch (name) {
            case "n", "parallel_tool_calls" -> {}
            case "max_completion_tokens" -> options.set("num_predict", value);
            case "repetition_penalty" -> options.set("repeat_penalty", value);
            case "options" -> options(value);
            default -> options.set(name, value);
        }
    }

    /// Ollama's own member, for what else it knows; what Chat Completions names wins.
    private void options(JsonNode own) {
        if (!own.isObject()) {
            throw judge.refusal("options", "it must be an object of Ollama's options");
        }
        own.properties().forEach(option -> {
            if (!options.has(option.getKey())) {
                options.set(option.getKey(), option.getValue());
            }
        });
    }
}
