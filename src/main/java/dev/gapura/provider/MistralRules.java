package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.List;

/// Mistral, field by field: it refuses a request with a member it does not know (422), so what is not named
/// here never reaches it. Documented (`mistralai/client-python` `docs/models/chatcompletionrequest.md`):
/// random_seed for seed, temperature up to 1.5, max_tokens only. Recorded: n 2, stop, reasoning_effort,
/// parallel_tool_calls, response_format, safe_prompt; log probabilities refused with 400.
final class MistralRules {
    private MistralRules() {}

    static final Profile PROFILE = Profile.of(rules()).whichIsAll();

    static KnownProvider provider() {
        return new KnownProvider(
                "mistral",
                Dialect.MISTRAL,
                "https://api.mistral.ai/v1",
                PathStyle.PLAIN,
                List.of("MISTRAL_API_KEY"),
                "authorization",
                PROFILE,
                new Quirks(false, false, false));
    }

    private static List<Rule> rules() {
        List<Rule> rules = RuleList.translated(
                "max_tokens",
                "stop",
                "top_p",
                "n",
                "frequency_penalty",
                "presence_penalty",
                "prediction",
                "prompt_cache_key",
                "metadata",
                "random_seed",
                "safe_prompt",
                "guardrails",
                "document_image_limit",
                "document_page_limit",
                "prompt_mode");
        rules.add(new Rename("seed", Scope.ALWAYS, "random_seed", false, "Mistral's name of it"));
        rules.add(new Rename(
                "max_completion_tokens", Scope.ALWAYS, "max_tokens", true, "Mistral knows the limit by this name"));
        rules.add(new Clamp(
                "temperature", Scope.ALWAYS, BigDecimal.ZERO, new BigDecimal("1.5"), "Mistral takes at most 1.5"));
        for (String gone : List.of(
                "user",
                "store",
                "service_tier",
                "logit_bias",
                "logprobs",
                "top_logprobs",
                "modalities",
                "audio",
                "verbosity",
                "safety_identifier",
                "web_search_options",
                "moderation",
                "prompt_cache_retention",
                "prompt_cache_options",
                "cache_control")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "not supported by Mistral"));
        }
        return rules;
    }
}
