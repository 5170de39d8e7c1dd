package dev.gapura.provider;

import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.Move;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import java.util.Map;

/// Together. Documented (togethercomputer/together-python, v1 SDK): only max_tokens; store, user, metadata,
/// service_tier and parallel_tool_calls are not taken; `logprobs` is the number of alternatives there and comes back
/// as lists side by side; `reasoning` switches thinking on and off; open models think between tags. Recorded:
/// streams, tools, `eos` as a finish reason.
final class TogetherRules {
    private TogetherRules() {}

    static final Profile PROFILE = rules().profile();

    static KnownProvider provider() {
        return KnownProvider.hosted(
                "together",
                "https://api.together.xyz/v1",
                PROFILE,
                Quirks.PLAIN.withFlatLogprobs().withThinkTags("deepseek-r1|qwq|qwen3|thinking"),
                "TOGETHER_API_KEY",
                "TOGETHERAI_API_KEY");
    }

    private static RuleList rules() {
        return new RuleList("Together")
                .lacks("store", "user", "metadata", "service_tier", "parallel_tool_calls", "prediction")
                .lacks("verbosity", "modalities", "audio", "web_search_options", "safety_identifier")
                .lacks("moderation", "prompt_cache_options", "prompt_cache_retention")
                .maxTokensOnly()
                .add(new Convert("logprobs", Scope.ALWAYS, Map.of("true", "1", "false", "0"), "a number at Together"))
                .add(new Move(
                        "top_logprobs",
                        Scope.ALWAYS,
                        Map.of("0", "1"),
                        "logprobs",
                        new Rename("top_logprobs", Scope.ALWAYS, "logprobs", true, "Together's name of it"),
                        "Together's name of it"))
                .requiredIsNotAny()
                .extensions(
                        "top_k",
                        "min_p",
                        "repetition_penalty",
                        "reasoning",
                        "chat_template_kwargs",
                        "enable_thinking",
                        "thinking")
                .demands(Habit.NO_CACHE_MARKS);
    }
}
