package dev.gapura.dialect.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.dialect.Efforts;
import dev.gapura.dialect.SignedThoughts;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes how the model shall answer: `inferenceConfig`, which is the same for all models, and
/// `additionalModelRequestFields`, where thinking and `top_k` go by the names of the model's maker. Recorded: Claude's
/// `thinking`, Nova's `inferenceConfig.topK`, Qwen's `reasoning_config`; the others are documented only. One instance a
/// request.
final class InferenceWriter {
    /// Least thinking budget that Claude takes.
    private static final int MIN_BUDGET = 1_024;

    /// Longest answer assumed for a model whose limit is unknown.
    private static final long MOST_UNKNOWN = 32_000;

    /// Members by which a caller who knows the model asks it to think himself.
    private static final Set<String> THINKING =
            Set.of("thinking", "output_config", "reasoning_effort", "reasoning_config", "reasoningConfig", "reasoning");

    private final ChatRequest request;
    private final ModelProfile model;
    private final Maker maker;
    private final Judge judge;
    private final ObjectNode inference = JsonTree.object();
    private final ObjectNode additional = JsonTree.object();
    private final ObjectNode own;
    private final @Nullable ReasoningWish wish;

    InferenceWriter(ChatRequest request, ModelProfile model, Judge judge) {
        this.request = request;
        this.model = model;
        this.maker = Maker.of(model);
        this.judge = judge;
        this.own =
                request.setting("additionalModelRequestFields") instanceof ObjectNode given ? given : JsonTree.object();
        this.wish = wish();
    }

    /// Whether thinking is on for this request.
    boolean thinks() {
        String type = Blocks.string(own.path("thinking"), "type");
        boolean asked = wish != null && wish.on() && model.thinking() != Thinking.NONE;
        return model.thinking() == Thinking.ALWAYS || asked || type.equals("enabled") || type.equals("adaptive");
    }

    ObjectNode inference() {
        return inference;
    }

    /// What the caller wrote himself wins.
    ObjectNode additional() {
        merge(additional, own);
        return additional;
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(member -> {
            if (into.get(member.getKey()) instanceof ObjectNode there && member.getValue() instanceof ObjectNode more) {
                merge(there, more);
            } else {
                into.set(member.getKey(), member.getValue());
            }
        });
    }

    InferenceWriter write() {
        long limit = thinking(request.maxTokens());
        if (limit > 0) {
            inference.put("maxTokens", limit);
            judge.report(
                    judge.named("max_completion_tokens", "max_tokens"),
                    Outcome.RENAMED,
                    "maxTokens",
                    limit == request.maxTokens()
                            ? "Bedrock's name of it"
                            : "Bedrock's name of it; thinking comes on top");
        }
        sampling("temperature", "temperature");
        sampling("top_p", "topP");
        topK();
        if (request.setting("stop") instanceof ArrayNode stop) {
            stop(stop);
        }
        return this;
    }

    /// The caller's wish for thought as far as the conversation allows it: a Claude that thinks by a budget goes on
    /// after tool calls only where the turn that called them still has its signed thoughts.
    private @Nullable ReasoningWish wish() {
        ReasoningWish asked = request.reasoning();
        if (own.properties().stream().anyMatch(member -> THINKING.contains(member.getKey()))) {
            return null;
        }
        if (asked == null
                || !asked.on()
                || model.thinking() != Thinking.BUDGET
                || !SignedThoughts.lost(request.messages(), ReasoningFormat.BEDROCK)) {
            return asked;
        }
        judge.report(
                Efforts.field(judge),
                Outcome.STRIPPED,
                null,
                "the turn that called the tools came back without its signed thoughts; this model would refuse it");
        return null;
    }

    /// Asks for thought.
    ///
    /// @param asked most tokens of the answer that the caller wants, 0 where it did not say
    /// @return the limit that holds both thought and answer, 0 for the model's maximum
    private long thinking(long asked) {
        String field = Efforts.field(judge);
        if (wish == null || !(wish.on() || wish.off())) {
            return asked;
        }
        switch (model.thinking()) {
            case NONE -> {
                if (wish.on()) {
                    judge.unsupported(field, false, "this model does not think");
                }
            }
            case BUDGET -> {
                return wish.on() ? budget(wish, field, asked) : asked;
            }
            case ADAPTIVE -> adaptive(wish, field);
            case LEVEL -> {
                if (wish.on()) {
                    effort(wish, field, asked);
                }
            }
            case ALWAYS -> {
                if (model.efforts().isEmpty()) {
                    judge.unsupported(field, false, "this model thinks as much as it likes");
                } else if (maker == Maker.ANTHROPIC && wish.on()) {
                    adaptive(wish, field);
                } else {
                    effort(wish, field, asked);
                }
            }
        }
        return asked;
    }

    /// What was asked for the visible answer stays, and the thought gets what is left of the model's maximum.
    private long budget(ReasoningWish wanted, String field, long asked) {
        long most = model.outputTokens() > 0 ? model.outputTokens() : MOST_UNKNOWN;
        long visible = asked > 0 ? asked : MIN_BUDGET;
        long budget = Math.clamp(Efforts.budget(wanted, model), MIN_BUDGET, Math.max(MIN_BUDGET, most - visible));
        additional.putObject("thinking").put("type", "enabled").put("budget_tokens", budget);
        judge.report(field, Outcome.CONVERTED, "a budget of " + budget, "this model thinks by a budget");
        return asked > 0 ? Math.max(asked, Math.min(asked + budget, most)) : 0;
    }

    private void adaptive(ReasoningWish wanted, String field) {
        if (wanted.off()) {
            if (model.can(Ability.THINKS_BY_DEFAULT)) {
                additional.putObject("thinking").put("type", "disabled");
                judge.report(field, Outcome.CONVERTED, "thinking disabled", "Claude's words for it");
            }
            return;
        }
        ObjectNode thinking = additional.putObject("thinking").put("type", "adaptive");
        if (!Boolean.FALSE.equals(wanted.visible())) {
            thinking.put("display", "summarized");
        }
        effort(wanted, field, 0);
    }

    /// Writes the effort where the model's maker has it.
    private void effort(ReasoningWish wanted, String field, long asked) {
        String effort = wanted.off() ? model.efforts().getFirst() : Efforts.effort(wanted, model);
        if (effort == null) {
            return;
        }
        // Nova takes no limit of tokens beside its highest effort.
        boolean limited = maker == Maker.AMAZON && effort.equals("high") && asked > 0;
        String sent = limited ? "medium" : effort;
        switch (maker) {
            case ANTHROPIC -> additional.putObject("output_config").put("effort", sent);
            case AMAZON ->
                additional.putObject("reasoningConfig").put("type", "enabled").put("maxReasoningEffort", sent);
            case QWEN -> additional.put("reasoning_config", sent);
            case OPENAI, MISTRAL, OTHER -> additional.put("reasoning_effort", sent);
        }
        boolean same = Objects.equals(sent, wanted.effort());
        judge.report(
                field,
                same ? Outcome.CONVERTED : Outcome.CLAMPED,
                same
                        ? "additionalModelRequestFields"
                        : (wanted.effort() == null ? "budget" : wanted.effort()) + "→" + sent,
                same
                        ? "Bedrock passes it to the model in the words of its maker"
                        : limited
                                ? "Nova takes no limit of tokens beside its highest effort"
                                : "nearest effort that this model knows");
    }

    private void sampling(String field, String name) {
        JsonNode value = request.setting(field);
        if (value == null) {
            return;
        }
        String reason = refusal(field, value);
        if (reason == null || judge.unsupported(field, false, reason)) {
            inference.set(name, value);
        }
    }

    /// Why the model takes no such parameter now, null where it does.
    private @Nullable String refusal(String field, JsonNode value) {
        if (!model.can(Ability.SAMPLING)) {
            return "this model takes no sampling parameters";
        }
        boolean standard = field.equals("temperature")
                && value.isNumber()
                && value.decimalValue().compareTo(BigDecimal.ONE) == 0;
        if (thinks() && !model.can(Ability.SAMPLING_WITH_THINKING) && !standard && !field.equals("top_p")) {
            return "not while the model thinks";
        }
        if ("high".equals(JsonTree.string(additional.path("reasoningConfig"), "maxReasoningEffort"))) {
            return "Nova takes no sampling parameters beside its highest effort";
        }
        return field.equals("top_p") && inference.has("temperature") && !model.can(Ability.TEMPERATURE_WITH_TOP_P)
                ? "this model takes only one of temperature and top_p"
                : null;
    }

    private void topK() {
        JsonNode value = request.setting("top_k");
        if (value == null) {
            return;
        }
        boolean known = maker == Maker.ANTHROPIC || maker == Maker.AMAZON;
        String reason = known ? refusal("top_k", value) : "Bedrock knows no top_k for this model";
        if (reason != null && !judge.unsupported("top_k", false, reason)) {
            return;
        }
        if (maker == Maker.AMAZON) {
            additional.putObject("inferenceConfig").set("topK", value);
        } else {
            additional.set("top_k", value);
        }
        if (reason == null) {
            judge.report(
                    "top_k",
                    Outcome.RENAMED,
                    maker == Maker.AMAZON ? "inferenceConfig.topK" : "additionalModelRequestFields.top_k",
                    "Bedrock passes it to the model in the words of its maker");
        }
    }

    private void stop(ArrayNode stop) {
        if (!model.can(Ability.STOP) && !judge.unsupported("stop", false, "this model takes no stop sequences")) {
            return;
        }
        ArrayNode kept = JsonTree.array();
        for (JsonNode one : stop) {
            String text = one.asText();
            if (!text.isEmpty() && !(maker == Maker.ANTHROPIC && text.isBlank())) {
                kept.add(one);
            }
        }
        if (!kept.isEmpty()) {
            inference.set("stopSequences", kept);
        }
        judge.report(
                "stop",
                kept.size() == stop.size() ? Outcome.RENAMED : Outcome.CONVERTED,
                "stopSequences",
                kept.size() == stop.size()
                        ? "Bedrock's name of it"
                        : "this model refuses stop sequences of white space, which were left out");
    }
}
