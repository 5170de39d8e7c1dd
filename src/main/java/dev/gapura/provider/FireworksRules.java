package dev.gapura.provider;

import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Scope;
import java.util.List;

/// Fireworks. Documented (fw-ai-external/python-sdk `types/chat`): very wide; at most 5 alternatives; an effort or
/// `thinking`, not both; a prompt that is too long is cut in silence unless `context_length_exceeded_behavior` says
/// `error`.
final class FireworksRules {
    private FireworksRules() {}

    static final Profile PROFILE = rules().profile();

    static KnownProvider provider() {
        return KnownProvider.hosted(
                "fireworks", "https://api.fireworks.ai/inference/v1", PROFILE, Quirks.PLAIN, "FIREWORKS_API_KEY");
    }

    private static RuleList rules() {
        return new RuleList("Fireworks")
                .clamp("top_logprobs", "0", "5")
                .add(new Nearest(
                        "reasoning_effort",
                        Scope.ALWAYS,
                        List.of("none", "low", "medium", "high"),
                        "nearest effort that Fireworks knows"))
                .lacks(
                        Scope.ALWAYS.beside("reasoning_effort", "\"none\"", "\"low\"", "\"medium\"", "\"high\""),
                        "Fireworks takes it or reasoning_effort, not both",
                        "thinking")
                .takes("thinking")
                .reasoning("reasoning_effort", ReasoningField.EFFORT)
                .fill(Scope.ALWAYS, "context_length_exceeded_behavior", "\"error\"")
                .demands(Habit.NO_CACHE_MARKS);
    }
}
