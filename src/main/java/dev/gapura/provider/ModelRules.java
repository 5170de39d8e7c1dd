package dev.gapura.provider;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which request fields one model at one provider takes: what the configuration says of the model, then the
/// provider's rules, then, for fields that the provider's rules do not speak of, what the catalogue knows.
/// Immutable; any thread.
///
/// @param said rules that follow from the configuration
/// @param own the provider's
/// @param known rules that follow from what is known of the model
/// @param longestAnswer tokens above which a limit for the answer is set to this, because the configuration says
///     so; 0: the provider is right
/// @param model the model by the name that the provider's rules are written for, which is not always the one it is
///     called by
public record ModelRules(Profile said, Profile own, Profile known, int longestAnswer, String model) {

    /// A provider's rules for a model of which nothing else is known.
    public static ModelRules of(Profile own, String model) {
        return new ModelRules(Profile.EVERYTHING, own, Profile.EVERYTHING, 0, model);
    }

    /// The rule that decides about a field, or null when it passes.
    ///
    /// @param values JSON text of another top-level field of the same request, null when absent
    public @Nullable Rule ruleFor(String field, Profile.FieldValues values) {
        Rule rule = said.ruleFor(field, model, values);
        if (rule == null) {
            rule = own.ruleFor(field, model, values);
        }
        if (rule == null && !own.rules().containsKey(field)) {
            rule = known.ruleFor(field, model, values);
        }
        return rule;
    }

    /// What the model demands of messages; the caller's own set.
    public Set<Habit> habits(Profile.FieldValues values) {
        Set<Habit> habits = own.habitsOf(model, values);
        habits.addAll(said.habitsOf(model, values));
        habits.addAll(known.habitsOf(model, values));
        return habits;
    }

    /// Whether a field without a rule is unsupported instead of passed.
    public boolean closed() {
        return own.closed();
    }

    /// Whether members that are `null` are left out.
    public boolean dropNulls() {
        return own.dropNulls();
    }
}
