package dev.gapura.provider;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Dispensable;
import dev.gapura.provider.Rule.OnlyValues;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Taken;
import dev.gapura.provider.Rule.Unsupported;
import dev.gapura.provider.Rule.Wish;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules of one profile while they are written down: what is said first about a field wins. One instance a
/// profile, made when the class of the provider is loaded.
final class RuleList {
    private static final List<String> REASONING =
            List.of("reasoning_effort", "reasoning", "thinking", "enable_thinking");
    /// Fields that every language but OpenAI's own takes in the neutral one's form: its writer sees to
    /// them.
    private static final List<String> CONVERSED = List.of(
            "tools",
            "functions",
            "tool_choice",
            "function_call",
            "parallel_tool_calls",
            "response_format",
            "reasoning_effort",
            "reasoning",
            "thinking",
            "enable_thinking");

    private static final String ONE_ANSWER = "this provider gives one answer per call";

    private final String who;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Rule.Addition> additions = new ArrayList<>();
    private final List<Profile.Demand> demands = new ArrayList<>();

    /// @param who name of the provider for people
    RuleList(String who) {
        this.who = who;
    }

    /// Rules of a provider whose language is translated to: what every such language takes, and these
    /// fields as they are.
    static List<Rule> translated(String... taken) {
        List<Rule> rules = new ArrayList<>();
        CONVERSED.forEach(field -> rules.add(new Taken(field, Scope.ALWAYS)));
        Arrays.stream(taken).forEach(field -> rules.add(new Taken(field, Scope.ALWAYS)));
        return rules;
    }

    RuleList add(Rule rule) {
        rules.add(rule);
        return this;
    }

    /// The provider has no such fields.
    RuleList lacks(String... fields) {
        return lacks(Scope.ALWAYS, who + " has no such parameter", fields);
    }

    RuleList lacks(Scope scope, String reason, String... fields) {
        Arrays.stream(fields).forEach(field -> rules.add(new Unsupported(field, scope, reason)));
        return this;
    }

    /// The provider takes these as they are.
    RuleList takes(String... fields) {
        Arrays.stream(fields).forEach(field -> rules.add(new Taken(field, Scope.ALWAYS)));
        return this;
    }

    /// Of a field only these values are known.
    RuleList only(Scope scope, String field, String reason, String... values) {
        return add(new OnlyValues(field, scope, List.of(values), reason));
    }

    RuleList oneAnswer() {
        return only(Scope.ALWAYS, "n", ONE_ANSWER, "1");
    }

    RuleList clamp(String field, String min, String max) {
        return add(new Clamp(
                field, Scope.ALWAYS, new BigDecimal(min), new BigDecimal(max), who + " takes at most " + max));
    }

    /// The limit of tokens has its older name there.
    RuleList maxTokensOnly() {
        return add(new Rename(
                "max_completion_tokens", Scope.ALWAYS, "max_tokens", true, who + " knows the limit by this name"));
    }

    /// The provider knows `required` by no other name.
    RuleList requiredIsNotAny() {
        return add(
                new Rule.Convert("tool_choice", Scope.ALWAYS, Map.of("\"any\"", "\"required\""), "its name at " + who));
    }

    /// The models call no tools; whatever speaks of them is left out.
    RuleList noTools(Scope scope) {
        for (String field : List.of("tools", "functions", "tool_choice", "function_call", "parallel_tool_calls")) {
            rules.add(new Dispensable(field, scope, "this model calls no tools"));
        }
        return demands(scope, Habit.NO_TOOL_TURNS);
    }

    /// Wishes for reasoning in other providers' words are said with the provider's own field.
    RuleList reasoning(String own, ReasoningField form) {
        for (String field : REASONING) {
            if (!field.equals(own)) {
                rules.add(new Wish(field, Scope.ALWAYS, own, form, "its name at " + who));
            }
        }
        return this;
    }

    /// These models do not reason.
    RuleList noReasoning(Scope scope) {
        return lacks(scope, "this model does not reason", REASONING.toArray(String[]::new));
    }

    /// Of the fields that are none of OpenAI's, these are known; the others are not sent. What was said
    /// before stays.
    RuleList extensions(String... known) {
        Set<String> all = Set.of(known);
        Set<String> said = new HashSet<>();
        rules.forEach(rule -> said.add(rule.field()));
        for (Parameter parameter : ParameterTable.chat()) {
            if (parameter.extension() && !all.contains(parameter.name()) && !said.contains(parameter.name())) {
                lacks(parameter.name());
            }
        }
        return this;
    }

    RuleList fill(Scope scope, String field, String value) {
        additions.add(new Rule.Fill(field, scope, value));
        return this;
    }

    RuleList strictly(String field, String name, String value) {
        additions.add(new Rule.Strict(field, Scope.ALWAYS, name, value));
        return this;
    }

    RuleList demands(Scope scope, Habit... habits) {
        Arrays.stream(habits).forEach(habit -> demands.add(new Profile.Demand(habit, scope)));
        return this;
    }

    RuleList demands(Habit... habits) {
        return demands(Scope.ALWAYS, habits);
    }

    Profile profile() {
        Profile plain = Profile.of(rules);
        return new Profile(plain.rules(), additions, demands, false, false);
    }
}
