package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Taken;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.List;

/// Anthropic, field by field. What depends on the model (sampling, thinking, forced tools) is judged by the writer of
/// its dialect with the model's profile. Source: `anthropics/anthropic-sdk-python`
/// `src/anthropic/types/message_create_params.py`.
final class AnthropicRules {
    private AnthropicRules() {}

    static final Profile PROFILE = Profile.of(rules()).whichIsAll();

    static KnownProvider provider() {
        return new KnownProvider(
                "anthropic",
                Dialect.ANTHROPIC,
                "https://api.anthropic.com",
                PathStyle.PLAIN,
                List.of("ANTHROPIC_API_KEY"),
                "x-api-key",
                PROFILE,
                Quirks.PLAIN);
    }

    private static List<Rule> rules() {
        List<Rule> rules = RuleList.translated(
                "stop",
                "top_p",
                "top_k",
                "n",
                "user",
                "safety_identifier",
                "service_tier",
                "cache_control",
                "prompt_cache_options",
                "web_search_options");
        rules.add(new Clamp("temperature", Scope.ALWAYS, BigDecimal.ZERO, BigDecimal.ONE, "Anthropic takes at most 1"));
        for (String limit : List.of("max_tokens", "max_completion_tokens")) {
            rules.add(new Taken(limit, Scope.ALWAYS));
        }
        for (String gone : List.of(
                "seed",
                "logit_bias",
                "frequency_penalty",
                "presence_penalty",
                "prediction",
                "verbosity",
                "store",
                "moderation",
                "logprobs",
                "top_logprobs",
                "modalities",
                "audio",
                "prompt_cache_key",
                "prompt_cache_retention")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "Anthropic has no such parameter"));
        }
        rules.add(new Unsupported("metadata", Scope.ALWAYS, "Anthropic keeps no labels with an answer"));
        return rules;
    }
}
