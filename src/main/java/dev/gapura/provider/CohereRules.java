package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Taken;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.List;

/// Cohere, field by field. Documented (`cohere-ai/cohere-python` `src/cohere/v2/client.py`): `p` from 0.01 to
/// 0.99 and `k` up to 500 for top_p and top_k, penalties from 0 to 1, at most five stop sequences, log
/// probabilities without alternatives. Recorded: tool_choice `REQUIRED` and `NONE`, thinking, seed,
/// stop_sequences, response_format with a schema, documents.
final class CohereRules {
    private CohereRules() {}

    static final Profile PROFILE = Profile.of(rules()).whichIsAll();

    static KnownProvider provider() {
        return new KnownProvider(
                "cohere",
                Dialect.COHERE,
                "https://api.cohere.com",
                PathStyle.PLAIN,
                List.of("COHERE_API_KEY", "CO_API_KEY"),
                "authorization",
                PROFILE,
                new Quirks(false, false, false));
    }

    private static List<Rule> rules() {
        List<Rule> rules = RuleList.translated(
                "max_tokens",
                "n",
                "top_p",
                "top_k",
                "seed",
                "logprobs",
                "documents",
                "citation_options",
                "safety_mode",
                "priority");
        rules.add(new Rename(
                "max_completion_tokens", Scope.ALWAYS, "max_tokens", true, "Cohere knows the limit by this name"));
        rules.add(new Rename("stop", Scope.ALWAYS, "stop_sequences", false, "Cohere's name of it"));
        rules.add(new Clamp(
                "temperature",
                Scope.models("^command-r|^command(-light|-nightly)?$"),
                BigDecimal.ZERO,
                BigDecimal.ONE,
                "this model takes at most 1"));
        rules.add(new Taken("temperature", Scope.ALWAYS));
        for (String penalty : List.of("frequency_penalty", "presence_penalty")) {
            rules.add(new Clamp(penalty, Scope.ALWAYS, BigDecimal.ZERO, BigDecimal.ONE, "Cohere takes 0 to 1"));
        }
        for (String gone : List.of(
                "user",
                "store",
                "metadata",
                "service_tier",
                "logit_bias",
                "top_logprobs",
                "modalities",
                "audio",
                "verbosity",
                "prediction",
                "safety_identifier",
                "web_search_options",
                "moderation",
                "prompt_cache_key",
                "prompt_cache_retention",
                "prompt_cache_options",
                "cache_control")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "Cohere has no such parameter"));
        }
        return rules;
    }
}
