package dev.gapura.provider;

import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import java.util.List;

/// Cerebras. Documented (Cerebras/cerebras-cloud-sdk-python `types/chat`): max_completion_tokens, temperature up to
/// 1.5, penalties refused by most models, unknown fields 422, so what is not named here is not sent; earlier
/// reasoning as `reasoning`. Recorded: reasoning_effort, also `none` for GLM, clear_thinking, tools, reasoning in
/// history.
final class CerebrasRules {
    private CerebrasRules() {}

    static final Profile PROFILE = rules().profile().whichIsAll().withoutNulls();

    static KnownProvider provider() {
        return KnownProvider.hosted(
                "cerebras", "https://api.cerebras.ai/v1", PROFILE, Quirks.PLAIN, "CEREBRAS_API_KEY");
    }

    private static RuleList rules() {
        String nearest = "nearest effort that this model knows";
        return new RuleList("Cerebras")
                .lacks("presence_penalty", "frequency_penalty", "store", "metadata", "verbosity")
                .clamp("temperature", "0", "1.5")
                .add(new Rename(
                        "max_tokens", Scope.ALWAYS, "max_completion_tokens", false, "Cerebras' name of the limit"))
                .reasoning("reasoning_effort", ReasoningField.EFFORT)
                .add(new Nearest(
                        "reasoning_effort", Scope.models("glm"), List.of("none", "low", "medium", "high"), nearest))
                .add(new Nearest("reasoning_effort", Scope.ALWAYS, List.of("low", "medium", "high"), nearest))
                .requiredIsNotAny()
                .takes("max_completion_tokens", "min_tokens", "min_completion_tokens", "top_p", "seed", "stop", "n")
                .takes("user", "logprobs", "top_logprobs", "logit_bias", "response_format", "prediction")
                .takes("tools", "tool_choice", "parallel_tool_calls", "service_tier", "prompt_cache_key")
                .takes("reasoning_format", "disable_reasoning", "clear_thinking")
                .demands(Habit.REASONING_IS_REASONING, Habit.NO_CACHE_MARKS)
                .demands(Habit.CALLS_BRING_REASONING);
    }
}
