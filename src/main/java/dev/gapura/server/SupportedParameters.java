package dev.gapura.server;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.pricing.CatalogueEntry;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.provider.ModelRules;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which request fields a model takes: the parameter table, the rules that hold for it at its provider, and where
/// requests are translated, its profile. Pure.
public final class SupportedParameters {
    /// What a model must be able to do for a field to reach it.
    private static final Map<String, Ability> NEEDS = Map.ofEntries(
            Map.entry("temperature", Ability.SAMPLING),
            Map.entry("top_p", Ability.SAMPLING),
            Map.entry("top_k", Ability.SAMPLING),
            Map.entry("frequency_penalty", Ability.PENALTIES),
            Map.entry("presence_penalty", Ability.PENALTIES),
            Map.entry("logprobs", Ability.LOGPROBS),
            Map.entry("top_logprobs", Ability.LOGPROBS),
            Map.entry("tools", Ability.TOOLS),
            Map.entry("tool_choice", Ability.TOOLS),
            Map.entry("parallel_tool_calls", Ability.TOOLS),
            Map.entry("functions", Ability.TOOLS),
            Map.entry("function_call", Ability.TOOLS));

    /// Values that mean nothing in any field; `1.0` is another spelling of the only default that is a number but
    /// zero.
    private static final Set<String> INERT = Set.of("false", "0", "0.0", "1.0", "[]");

    private static final Set<String> ABOUT_THINKING = Set.of("reasoning_effort", "reasoning", "thinking");

    private SupportedParameters() {}

    /// @return names in the order of the table; a field that goes on clamped, converted or under another name
    ///     counts, and so does what the gateway makes up for
    static List<String> of(Provider provider, CatalogueEntry model) {
        ModelRules rules = model.rules(provider);
        boolean relayed = provider.dialect() == Provider.Dialect.OPENAI_CHAT;
        boolean anyWish = provider.dialect() == Provider.Dialect.MISTRAL;
        ModelProfile profile = model.profile(provider.dialect());
        return ParameterTable.chat().stream()
                .map(Parameter::name)
                .filter(field -> isTaken(rules, field) && (relayed || isOfUse(profile, field, anyWish)))
                .toList();
    }

    /// What a provider takes for a model of which nothing is known, in the order of the table.
    ///
    /// @param provider its rules
    public static List<String> of(Profile provider) {
        ModelRules rules = ModelRules.of(provider, "");
        return ParameterTable.chat().stream()
                .map(Parameter::name)
                .filter(field -> isTaken(rules, field))
                .toList();
    }

    private static boolean isTaken(ModelRules rules, String field) {
        return switch (rules.ruleFor(field, other -> null)) {
            case null -> !rules.closed();
            case Rule.Unsupported unsupported -> false;
            case Rule.Dispensable dispensable -> false;
            case Rule.OnlyValues only -> field.equals("n") || !saysNothing(field, only.accepted());
            case Rule.Clamp clamp -> true;
            case Rule.Rename rename -> true;
            case Rule.Convert convert -> true;
            case Rule.Nearest nearest -> true;
            case Rule.Move move -> true;
            case Rule.Wish wish -> true;
            case Rule.SchemaInWords schema -> true;
            case Rule.ToHeader header -> true;
            case Rule.Taken taken -> true;
        };
    }

    /// Whether the values that are taken mean the same as leaving the field out.
    private static boolean saysNothing(String field, List<String> accepted) {
        String standard = ParameterTable.chatField(field).standard();
        return accepted.stream().allMatch(value -> value.equals(standard) || INERT.contains(value));
    }

    /// @param anyWish whether a model without efforts takes a wish for thinking all the same
    private static boolean isOfUse(ModelProfile profile, String field, boolean anyWish) {
        if (ABOUT_THINKING.contains(field)) {
            return profile.thinking() == Thinking.BUDGET
                    || (profile.thinking() != Thinking.NONE
                            && (anyWish || !profile.efforts().isEmpty()));
        }
        Ability needed = NEEDS.get(field);
        return needed == null || profile.can(needed);
    }
}
