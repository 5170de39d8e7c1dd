package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.ReasoningWish;
import dev.gapura.chat.ResponseFormat;
import dev.gapura.dialect.Efforts;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes `generationConfig`: how the answer is made and what form it has. One instance a request.
final class GenerationConfigWriter {
    /// Most answers of one call (`candidateCount`); not recorded.
    private static final int MAX_CHOICES = 8;

    /// Most alternatives for a token (`googleapis/js-genai` `src/types.ts`, GenerateContentConfig.logprobs).
    private static final int MAX_TOP_LOGPROBS = 20;

    private final ChatRequest request;
    private final ModelProfile model;
    private final Judge judge;
    private final Surface surface;
    private final ObjectNode config = JsonTree.object();
    private @Nullable ResponseFormat format;

    GenerationConfigWriter(ChatRequest request, ModelProfile model, Judge judge, Surface surface) {
        this.request = request;
        this.model = model;
        this.judge = judge;
        this.surface = surface;
    }

    /// The answer shall have this form.
    void format(ResponseFormat wanted) {
        format = wanted;
    }

    /// How many answers one call brings.
    int choices() {
        return model.can(Ability.SEVERAL_CHOICES) ? Math.max(1, request.choices()) : 1;
    }

    /// @param resolution how closely pictures are looked at, null where nothing was said
    ObjectNode write(@Nullable String resolution) {
        limit();
        renamed("temperature", "temperature");
        renamed("top_p", "topP");
        renamed("top_k", "topK");
        renamed("stop", "stopSequences");
        if (choices() > MAX_CHOICES) {
            throw judge.refusal("n", "Gemini gives at most " + MAX_CHOICES + " answers");
        }
        if (choices() > 1) {
            config.put("candidateCount", choices());
            judge.report("n", Outcome.RENAMED, "candidateCount", "Gemini's name of it");
        }
        seed();
        penalty("frequency_penalty", "frequencyPenalty");
        penalty("presence_penalty", "presencePenalty");
        logprobs();
        if (format != null) {
            config.put("responseMimeType", "application/json");
            if (format instanceof ResponseFormat.JsonSchema wanted && wanted.schema() != null) {
                config.set("responseJsonSchema", Schemas.lower(wanted.schema()));
            }
        }
        output();
        thinking();
        if (resolution != null) {
            config.put("mediaResolution", resolution);
        }
        return config;
    }

    private void limit() {
        long asked = request.maxTokens();
        if (asked <= 0) {
            return;
        }
        long limit = asked;
        ReasoningWish wish = request.reasoning();
        if (model.thinking() == ModelProfile.Thinking.BUDGET && wish != null && wish.on() && !ownThinking()) {
            limit = asked + Efforts.budget(wish, model);
            limit = model.outputTokens() > 0 ? Math.min(limit, Math.max(asked, model.outputTokens())) : limit;
        }
        config.put("maxOutputTokens", limit);
        judge.report(
                judge.named("max_completion_tokens", "max_tokens"),
                Outcome.RENAMED,
                "maxOutputTokens",
                limit == asked ? "Gemini's name of it" : "Gemini's name of it; thinking comes on top");
    }

    private void renamed(String field, String name) {
        JsonNode value = request.setting(field);
        if (value != null) {
            config.set(name, value);
            if (!field.equals(name)) {
                judge.report(field, Outcome.RENAMED, name, "Gemini's name of it");
            }
        }
    }

    private void seed() {
        JsonNode value = request.setting("seed");
        if (value == null || !value.isNumber()) {
            return;
        }
        long seed = value.longValue();
        int small = (int) (seed == (int) seed ? seed : seed ^ (seed >>> 32));
        config.put("seed", small);
        if (small != seed) {
            judge.report("seed", Outcome.CONVERTED, seed + "→" + small, "Gemini takes seeds of 32 bits");
        }
    }

    private void penalty(String field, String name) {
        JsonNode value = request.setting(field);
        if (value == null) {
            return;
        }
        boolean none = value.isNumber() && value.decimalValue().signum() == 0;
        if (none) {
            return;
        }
        if (model.can(Ability.PENALTIES) || judge.unsupported(field, false, "this model takes no penalties")) {
            renamed(field, name);
        }
    }

    private void logprobs() {
        if (!Boolean.TRUE.equals(request.flag("logprobs"))) {
            return;
        }
        long top = request.number("top_logprobs", 0);
        String none = "this model gives no log probabilities";
        boolean can = model.can(Ability.LOGPROBS) || surface == Surface.VERTEX;
        if (!can && !judge.unsupported("logprobs", true, none)) {
            if (top > 0) {
                judge.report("top_logprobs", Outcome.STRIPPED, null, none);
            }
            return;
        }
        config.put("responseLogprobs", true);
        judge.report("logprobs", Outcome.RENAMED, "responseLogprobs", "Gemini's name of it");
        if (top > 0) {
            config.put("logprobs", Math.min(top, MAX_TOP_LOGPROBS));
            judge.report("top_logprobs", Outcome.RENAMED, "logprobs", "Gemini's name of it");
        }
    }

    /// Kinds of output other than text, and the voice.
    private void output() {
        JsonNode modalities = request.setting("modalities");
        ArrayNode kinds = JsonTree.array();
        boolean speech = false;
        if (modalities != null) {
            for (JsonNode kind : modalities) {
                String name = kind.asText().toUpperCase(Locale.ROOT);
                speech |= name.equals("AUDIO");
                kinds.add(name);
            }
        }
        boolean textOnly = kinds.size() == 1 && kinds.get(0).asText().equals("TEXT");
        if (kinds.isEmpty() || textOnly) {
            return;
        }
        if (speech && request.model().contains("tts")) {
            kinds = JsonTree.array().add("AUDIO");
        }
        config.set("responseModalities", kinds);
        judge.report("modalities", Outcome.RENAMED, "responseModalities", "Gemini's name of it");
        if (speech && request.setting("audio") instanceof JsonNode audio) {
            speech(audio);
        }
    }

    private void speech(JsonNode audio) {
        JsonNode voice = audio.path("voice");
        String name = voice.isTextual() ? voice.textValue() : voice.path("id").asText();
        if (!name.isEmpty()) {
            config.putObject("speechConfig")
                    .putObject("voiceConfig")
                    .putObject("prebuiltVoiceConfig")
                    .put("voiceName", name);
        }
        String encoding = audio.path("format").asText();
        judge.report(
                "audio",
                Outcome.CONVERTED,
                encoding.equals("pcm16") ? "speechConfig" : encoding + "→pcm16",
                "Gemini speaks 16 bit PCM of 24 kHz and nothing else");
    }

    private void thinking() {
        ReasoningWish wish = request.reasoning();
        if (wish == null || ownThinking()) {
            return;
        }
        String field = Efforts.field(judge);
        ObjectNode thinking = JsonTree.object();
        switch (model.thinking()) {
            case NONE -> {
                if (wish.on()) {
                    judge.unsupported(field, false, "this model's thinking, if it has any, cannot be chosen");
                }
                return;
            }
            case BUDGET -> budget(wish, field, thinking);
            case LEVEL, ADAPTIVE, ALWAYS -> level(wish, field, thinking);
        }
        boolean visible = wish.visible() != null ? wish.visible() : wish.on();
        if (visible && !wish.off()) {
            thinking.put("includeThoughts", true);
        }
        if (!thinking.isEmpty()) {
            config.set("thinkingConfig", thinking);
        }
    }

    /// Whether the caller says it in Gemini's own words.
    private boolean ownThinking() {
        JsonNode own = request.nativeFields().get("generationConfig");
        return own != null && own.has("thinkingConfig");
    }

    private void budget(ReasoningWish wish, String field, ObjectNode thinking) {
        if (wish.off()) {
            boolean can = model.can(Ability.THINKING_CAN_BE_OFF);
            thinking.put("thinkingBudget", can ? 0 : model.minBudget());
            judge.report(
                    field,
                    can ? Outcome.CONVERTED : Outcome.CLAMPED,
                    "a budget of " + (can ? 0 : model.minBudget()),
                    can ? "this model thinks by a budget" : "this model always thinks");
        } else if (wish.on()) {
            int budget = Efforts.budget(wish, model);
            thinking.put("thinkingBudget", budget);
            judge.report(field, Outcome.CONVERTED, "a budget of " + budget, "this model thinks by a budget");
        }
    }

    private void level(ReasoningWish wish, String field, ObjectNode thinking) {
        List<String> levels = model.efforts();
        if (levels.isEmpty() || !(wish.off() || wish.on())) {
            return;
        }
        String level = wish.off() ? levels.getFirst() : Efforts.effort(wish, model);
        if (level == null) {
            return;
        }
        thinking.put("thinkingLevel", level);
        boolean same = Objects.equals(level, wish.effort());
        judge.report(
                field,
                same ? Outcome.CONVERTED : Outcome.CLAMPED,
                same ? "thinkingLevel" : Efforts.asked(wish) + "→" + level,
                wish.off() ? "this model always thinks" : same ? "Gemini's name of it" : "nearest level of this model");
    }
}
