package dev.gapura.provider;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a provider's models accept, by request field: the rules that decide verdicts. The first rule of a field
/// whose scope covers the upstream model and the rest of the request wins; no rule means the field passes. Data
/// only, immutable; any thread.
///
/// @param rules rules by the field they speak of, in order of precedence
/// @param additions what goes along unasked
/// @param habits what it demands of messages, and for which models
/// @param dropNulls the provider refuses members whose value is `null`; they are left out, which means the same
/// @param closed a field without a rule is unsupported instead of passed: for providers whose language is not
///     OpenAI's
public record Profile(
        Map<String, List<Rule>> rules,
        List<Rule.Addition> additions,
        List<Demand> habits,
        boolean dropNulls,
        boolean closed) {
    /// Everything passes.
    public static final Profile EVERYTHING = new Profile(Map.of(), List.of(), List.of(), false, false);

    public Profile {
        rules = Map.copyOf(rules);
        additions = List.copyOf(additions);
        habits = List.copyOf(habits);
    }

    /// A habit and where it holds.
    public record Demand(Habit habit, Rule.Scope scope) {}

    /// A profile of these rules that lets nulls pass.
    public static Profile of(List<Rule> rules) {
        Map<String, List<Rule>> byField = new LinkedHashMap<>();
        for (Rule rule : rules) {
            byField.computeIfAbsent(rule.field(), field -> new ArrayList<>()).add(rule);
        }
        byField.replaceAll((field, list) -> List.copyOf(list));
        return new Profile(byField, List.of(), List.of(), false, false);
    }

    /// The same rules for a provider that takes nothing else.
    public Profile whichIsAll() {
        return new Profile(rules, additions, habits, dropNulls, true);
    }

    /// The same rules for a provider that refuses nulls.
    public Profile withoutNulls() {
        return new Profile(rules, additions, habits, true, closed);
    }

    /// The same rules with habits of every model.
    public Profile demanding(List<Habit> more) {
        List<Demand> all = new ArrayList<>(habits);
        more.forEach(habit -> all.add(new Demand(habit, Rule.Scope.ALWAYS)));
        return new Profile(rules, additions, all, dropNulls, closed);
    }

    /// What a model demands of messages; the caller's own set.
    public Set<Habit> habitsOf(String upstreamModel, FieldValues values) {
        Set<Habit> held = EnumSet.noneOf(Habit.class);
        for (Demand demand : habits) {
            if (demand.scope().covers(upstreamModel, values)) {
                held.add(demand.habit());
            }
        }
        return held;
    }

    /// The rule that decides about a field, or null when it passes.
    ///
    /// @param upstreamModel model name as the provider knows it
    /// @param values JSON text of another top-level field of the same request, null when absent
    public @Nullable Rule ruleFor(String field, String upstreamModel, FieldValues values) {
        List<Rule> candidates = rules.get(field);
        if (candidates == null) {
            return null;
        }
        for (Rule rule : candidates) {
            if (rule.scope().covers(upstreamModel, values)) {
                return rule;
            }
        }
        return null;
    }

    /// Gives a rule sight of the other fields of a request.
    @FunctionalInterface
    public interface FieldValues {
        /// JSON text of the field as the client wrote it, or null when absent or `null`.
        @Nullable
        String of(String field);
    }
}
