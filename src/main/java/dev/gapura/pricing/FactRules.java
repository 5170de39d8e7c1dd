package dev.gapura.pricing;

import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Rule;
import dev.gapura.provider.Rule.Dispensable;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.SchemaInWords;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.util.ArrayList;
import java.util.List;

/// What follows for request fields from the abilities of a model, where requests are passed on and no writer looks at
/// them. Stateless.
final class FactRules {
    private FactRules() {}

    /// Rules from what the catalogue knows of a model: what it lacks is not sent.
    static Profile known(ModelFacts facts) {
        return Profile.of(lacking(facts, "this model"));
    }

    /// Rules from what the configuration says of a model.
    static Profile said(ModelFacts said) {
        List<Rule> rules = lacking(said, "the configuration says that this model");
        if (!said.efforts().isEmpty()) {
            rules.add(new Nearest(
                    "reasoning_effort", Scope.ALWAYS, said.efforts(), "nearest effort that the configuration names"));
        }
        if (said.lacks(Ability.JSON_SCHEMA)) {
            rules.add(new SchemaInWords(
                    "response_format",
                    Scope.ALWAYS,
                    "{\"type\":\"json_object\"}",
                    "the configuration says that this model has no schemas for answers"));
        }
        return Profile.of(rules);
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
