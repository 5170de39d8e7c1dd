package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.List;

/// Amazon Bedrock's Converse, field by field. What depends on the model is judged by the writer of its dialect with the
/// model's profile. Source: the service model in `boto/botocore`
/// (`botocore/data/bedrock-runtime/2023-09-30/service-2.json`). Recorded: inferenceConfig, toolConfig, outputConfig,
/// guardrailConfig and additionalModelRequestFields; the other members are documented only.
final class BedrockRules {
    private BedrockRules() {}

    static final Profile PROFILE = Profile.of(rules()).whichIsAll();

    static KnownProvider provider() {
        return new KnownProvider(
                "bedrock",
                Dialect.BEDROCK,
                null,
                PathStyle.PLAIN,
                List.of("AWS_BEARER_TOKEN_BEDROCK"),
                "authorization",
                PROFILE,
                new Quirks(false, false, false));
    }

    private static List<Rule> rules() {
        List<Rule> rules = RuleList.translated(
                "max_tokens",
                "max_completion_tokens",
                "stop",
                "top_p",
                "top_k",
                "n",
                "service_tier",
                "metadata",
                "cache_control",
                "prompt_cache_options",
                "web_search_options",
                // Converse's own members, for callers who know them.
                "guardrailConfig",
                "performanceConfig",
                "promptVariables",
                "additionalModelRequestFields",
                "additionalModelResponseFieldPaths");
        rules.add(new Clamp("temperature", Scope.ALWAYS, BigDecimal.ZERO, BigDecimal.ONE, "Bedrock takes at most 1"));
        for (String gone : List.of(
                "seed",
                "logit_bias",
                "frequency_penalty",
                "presence_penalty",
                "prediction",
                "verbosity",
                "store",
                "user",
                "safety_identifier",
                "moderation",
                "logprobs",
                "top_logprobs",
                "modalities",
                "audio",
                "prompt_cache_key",
                "prompt_cache_retention")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "Bedrock has no such parameter for all its models"));
        }
        return rules;
    }
}
