package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.Efforts;
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
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes one request of the Responses API. Nothing is ever stored there: the whole conversation is sent each time,
/// and reasoning comes sealed and goes back. One instance a request.
final class RequestWriter {
    /// The `include` that makes reasoning survive without a memory at the provider.
    static final String SEALED = "reasoning.encrypted_content";

    private static final String LOGPROBS = "message.output_text.logprobs";

    /// OpenAI takes no smaller limit (`CreateResponse.max_output_tokens`).
    private static final int MIN_OUTPUT_TOKENS = 16;

    /// Settings that have the same name and meaning here.
    private static final List<String> SAME = List.of(
            "metadata",
            "user",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "service_tier",
            "moderation");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final ObjectNode body = JsonTree.object();
    private final ToolNames names = ToolNames.anthropic();

    RequestWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.judge = judge;
    }

    UpstreamCall write() {
        ToolsWriter tools = new ToolsWriter(request, model, judge, names::sent);
        body.put("model", request.model());
        ArrayNode input = new InputWriter(request.messages(), model, judge, names::sent, tools::asFunction).write();
        JsonWish json = text(input);
        body.set("input", input);
        tools.write(body);
        reasoning();
        limit();
        sampling();
        logprobs();
        for (String name : SAME) {
            JsonNode value = request.setting(name);
            if (value != null) {
                body.set(name, value);
            }
        }
        body.put("store", false);
        if (request.stream()) {
            body.put("stream", true);
            if (judge.provider().declinesPadding()) {
                body.putObject("stream_options").put("include_obfuscation", false);
            }
        }
        request.nativeFields().forEach(this::own);
        return new UpstreamCall(
                judge.provider().responsesPath(),
                JsonTree.wellFormed(body),
                Map.of(),
                new Question(
                        judge.provider(),
                        request.model(),
                        1,
                        null,
                        json.inText(),
                        names.back(),
                        tools.emulated(),
                        false,
                        true));
    }

    /// Members of objects and elements of `include` join what is there, everything else takes its place.
    private void own(String name, JsonNode value) {
        JsonNode there = body.get(name);
        if (there instanceof ObjectNode mine && value instanceof ObjectNode theirs) {
            theirs.properties().forEach(member -> mine.set(member.getKey(), member.getValue()));
        } else if (name.equals("include") && there instanceof ArrayNode mine && value instanceof ArrayNode theirs) {
            theirs.forEach(mine::add);
        } else {
            body.set(name, value);
        }
    }

    /// `text`: form and length of the answer.
    private JsonWish text(ArrayNode input) {
        ObjectNode text = JsonTree.object();
        JsonWish wish = JsonWish.NONE;
        ResponseFormat format = request.format();
        if (format != null && !model.can(Ability.JSON_SCHEMA) && format instanceof ResponseFormat.JsonSchema) {
            ObjectNode instruction = JsonTree.object().put("role", "system");
            input.insert(0, instruction.put("content", JsonWish.instruction(format)));
            judge.report(
                    "response_format",
                    Outcome.EMULATED,
                    "an instruction",
                    "this model has no schemas for answers; it is asked in words, and the JSON is taken out of its"
                            + " text");
            wish = JsonWish.inWords();
        } else if (format != null) {
            ObjectNode own = text.putObject("format");
            switch (format) {
                case ResponseFormat.JsonObject object -> own.put("type", "json_object");
                case ResponseFormat.JsonSchema schema -> {
                    own.put("type", "json_schema").put("name", schema.name());
                    if (schema.description() != null) {
                        own.put("description", schema.description());
                    }
                    own.set("schema", schema.schema() == null ? JsonTree.object() : schema.schema());
                    own.put("strict", Boolean.TRUE.equals(schema.strict()));
                }
            }
            judge.report("response_format", Outcome.CONVERTED, "text.format", "its place in the Responses API");
        }
        if (request.setting("verbosity") instanceof JsonNode verbosity) {
            text.set("verbosity", verbosity);
            judge.report("verbosity", Outcome.CONVERTED, "text.verbosity", "its place in the Responses API");
        }
        if (!text.isEmpty()) {
            body.set("text", text);
        }
        return wish;
    }

    private void reasoning() {
        ReasoningWish wish = request.reasoning();
        if (wish == null) {
            return;
        }
        ObjectNode reasoning = JsonTree.object();
        String field = "reasoning_effort";
        boolean wanted = wish.on() || wish.off();
        if (wanted && model.thinking() == Thinking.NONE) {
            if (wish.on()) {
                judge.unsupported(field, false, "this model does not reason");
            }
            return;
        }
        if (wanted && model.efforts().isEmpty()) {
            judge.unsupported(field, false, "this model's reasoning cannot be adjusted");
        } else if (wanted) {
            String asked = wish.off() ? "none" : Efforts.asked(wish);
            String effort = wish.off() ? model.nearestEffort("none") : Efforts.effort(wish, model);
            reasoning.put("effort", effort);
            boolean same = asked == null || Objects.equals(asked, effort);
            judge.report(
                    field,
                    same ? Outcome.CONVERTED : Outcome.CLAMPED,
                    same ? "reasoning.effort" : asked + "→" + effort,
                    same ? "its place in the Responses API" : "nearest effort that this model knows");
        }
        if (wish.on() && !Boolean.FALSE.equals(wish.visible()) || Boolean.TRUE.equals(wish.visible())) {
            reasoning.put("summary", "auto");
        }
        if (!reasoning.isEmpty()) {
            body.set("reasoning", reasoning);
        }
    }

    /// Whether the model will think as far as is known.
    private boolean thinks() {
        String effort = Items.string(body.path("reasoning"), "effort");
        return model.thinking() == Thinking.ALWAYS || !(effort.isEmpty() || effort.equals("none"));
    }

    private void limit() {
        long asked = request.maxTokens();
        if (asked <= 0) {
            return;
        }
        long limit = Math.max(asked, MIN_OUTPUT_TOKENS);
        body.put("max_output_tokens", limit);
        judge.report(
                "max_completion_tokens",
                limit == asked ? Outcome.RENAMED : Outcome.CLAMPED,
                limit == asked ? "max_output_tokens" : asked + "→" + limit,
                limit == asked ? "its name in the Responses API" : "the Responses API takes no smaller limit");
    }

    private void sampling() {
        for (String field : List.of("temperature", "top_p")) {
            JsonNode value = request.setting(field);
            if (value == null) {
                continue;
            }
            boolean standard = value.isNumber() && value.decimalValue().compareTo(BigDecimal.ONE) == 0;
            String reason = refusesSampling(standard);
            if (reason == null || judge.unsupported(field, false, reason)) {
                body.set(field, value);
            }
        }
    }

    /// Why the model takes no sampling parameters now, null where it does.
    private @Nullable String refusesSampling(boolean standard) {
        if (standard) {
            return null;
        }
        if (!model.can(Ability.SAMPLING)) {
            return "this model takes no sampling parameters";
        }
        return thinks() && !model.can(Ability.SAMPLING_WITH_THINKING) ? "not while the model reasons" : null;
    }

    /// Reasoning is always asked for sealed; log probabilities where they are wanted and can be had.
    private void logprobs() {
        ArrayNode include = body.putArray("include").add(SEALED);
        if (!Boolean.TRUE.equals(request.flag("logprobs"))) {
            return;
        }
        boolean can = model.can(Ability.LOGPROBS) && refusesSampling(false) == null;
        if (!can && !judge.unsupported("logprobs", true, "this model gives no log probabilities")) {
            judge.report("top_logprobs", Outcome.STRIPPED, null, "this model gives no log probabilities");
            return;
        }
        include.add(LOGPROBS);
        judge.report("logprobs", Outcome.CONVERTED, "include", "its place in the Responses API");
        if (request.setting("top_logprobs") instanceof JsonNode top) {
            body.set("top_logprobs", top);
        }
    }
}
