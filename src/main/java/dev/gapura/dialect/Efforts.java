package dev.gapura.dialect;

import dev.gapura.chat.ReasoningWish;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns the caller's wish for thinking into what a model knows: an effort into a budget of tokens and back.
/// The shares of the model's longest answer are those that vercel/ai uses
/// (`packages/provider-utils/src/map-reasoning-to-provider.ts`). Stateless; any thread.
public final class Efforts {
    /// Longest answer assumed for a model whose limit is unknown.
    private static final int UNKNOWN_OUTPUT = 32_000;

    private static final Map<String, Double> SHARES =
            Map.of("minimal", 0.02, "low", 0.10, "medium", 0.30, "high", 0.60, "xhigh", 0.90, "max", 0.90);

    private Efforts() {}

    /// The field by which the caller asked for thought.
    public static String field(Judge judge) {
        return judge.named("reasoning_effort", "reasoning", "thinking", "enable_thinking");
    }

    /// What was asked for, for a verdict.
    public static String asked(ReasoningWish wish) {
        return wish.effort() != null ? wish.effort() : "a budget of " + wish.budgetTokens();
    }

    /// The thinking budget in tokens that the wish means for a model.
    public static int budget(ReasoningWish wish, ModelProfile model) {
        int output = model.outputTokens() > 0 ? model.outputTokens() : UNKNOWN_OUTPUT;
        Integer asked = wish.budgetTokens();
        String effort = wish.effort();
        int wanted = asked != null ? asked : (int) (output * SHARES.getOrDefault(effort == null ? "" : effort, 0.30));
        int most = model.maxBudget() > 0 ? model.maxBudget() : Integer.MAX_VALUE;
        return Math.max(Math.min(wanted, most), model.minBudget());
    }

    /// The effort that the wish means: its own, or the one whose share is nearest to its budget. Null where
    /// the model knows none.
    public static @Nullable String effort(ReasoningWish wish, ModelProfile model) {
        String asked = wish.effort();
        Integer budget = wish.budgetTokens();
        if (asked == null && budget != null) {
            asked = ofBudget(budget, model.outputTokens());
        }
        return asked == null ? null : model.nearestEffort(asked);
    }

    /// The effort whose share is nearest to a budget.
    ///
    /// @param outputTokens the model's longest answer, 0 where unknown
    public static String ofBudget(int budgetTokens, int outputTokens) {
        double share = (double) budgetTokens / (outputTokens > 0 ? outputTokens : UNKNOWN_OUTPUT);
        return share <= 0.05 ? "minimal" : share <= 0.2 ? "low" : share <= 0.45 ? "medium" : "high";
    }
}
