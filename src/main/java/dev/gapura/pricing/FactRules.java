package dev.gapura.pricing;

import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.provider.Habit;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Rule;
import dev.gapura.provider.Rule.Dispensable;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.SchemaInWords;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What follows for requests from what is known of a model. Stateless.
final class FactRules {
    private static final String WHO = "the configuration says that this model";

    private static final Map<String, Habit> UNSEEN =
            Map.of("image", Habit.NO_PICTURES, "audio", Habit.NO_SOUND, "file", Habit.NO_DOCUMENTS);

    private FactRules() {}

    /// Rules from what the catalogue knows of a model, where requests are passed on and no writer looks at them:
    /// what the model lacks is not sent.
    static Profile known(ModelFacts facts) {
        boolean blind = !facts.inputs().isEmpty() && !facts.inputs().contains("image");
        if (!blind && !facts.abilities().containsValue(false)) {
            return Profile.EVERYTHING;
        }
        return Profile.of(lacking(facts, "this model"))
                .demanding(habits(facts, blind ? List.of(Habit.NO_PICTURES) : List.of()));
    }

    /// Rules from what the configuration says of a model. The rest is up to the writer of the dialect.
    static Profile said(ModelFacts said) {
        if (said.isNothing()) {
            return Profile.EVERYTHING;
        }
        return Profile.of(lacking(said, WHO));
    }

    /// The same where requests are passed on.
    static Profile saidOfRelayed(ModelFacts said) {
        if (said.isNothing()) {
            return Profile.EVERYTHING;
        }
        List<Rule> rules = lacking(said, WHO);
        if (!said.efforts().isEmpty()) {
            rules.add(new Nearest(
                    "reasoning_effort", Scope.ALWAYS, said.efforts(), "nearest effort that the configuration names"));
        }
        if (said.lacks(Ability.JSON_SCHEMA)) {
            rules.add(new SchemaInWords(
                    "response_format",
                    Scope.ALWAYS,
                    "{\"type\":\"json_object\"}",
                    WHO + " has no schemas for answers"));
        }
        List<Habit> unseen = new ArrayList<>();
        if (!said.inputs().isEmpty()) {
            UNSEEN.forEach((kind, habit) -> {
                if (!said.inputs().contains(kind)) {
                    unseen.add(habit);
                }
            });
        }
        return Profile.of(rules).demanding(habits(said, unseen));
    }

    private static List<Habit> habits(ModelFacts facts, List<Habit> unseen) {
        List<Habit> habits = new ArrayList<>(unseen);
        if (facts.lacks(Ability.TOOLS)) {
            habits.add(Habit.NO_TOOL_TURNS);
        }
        return habits;
    }

    private static List<Rule> lacking(ModelFacts facts, String who) {
        List<Rule> rules = new ArrayList<>();
        if (facts.lacks(Ability.TOOLS)) {
            String reason = who + " calls no tools";
            for (String field : List.of("tools", "functions", "parallel_tool_calls")) {
                rules.add(new Dispensable(field, Scope.ALWAYS, reason));
            }
            for (String field : List.of("tool_choice", "function_call")) {
                rules.add(new Dispensable(field, Scope.ALWAYS.beside(field, "\"auto\"", "\"none\""), reason));
                rules.add(new Unsupported(field, Scope.ALWAYS, reason));
            }
        }
        if (facts.lacks(Ability.REASONING)) {
            for (String field : List.of("reasoning_effort", "reasoning", "thinking")) {
                rules.add(new Unsupported(field, Scope.ALWAYS, who + " does not reason"));
            }
        }
        if (facts.lacks(Ability.TEMPERATURE)) {
            for (String field : List.of("temperature", "top_p")) {
                rules.add(new Unsupported(field, Scope.ALWAYS, who + " draws tokens in its own way"));
            }
        }
        return rules;
    }
}
