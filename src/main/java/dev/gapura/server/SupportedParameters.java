package dev.gapura.server;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Rule;
import java.util.List;

/// Which request fields a provider's model takes, from the parameter table and the provider's profile. Pure.
final class SupportedParameters {
    private SupportedParameters() {}

    /// @param upstreamModel model name as the provider knows it
    /// @return names in the order of the table; a field that goes on clamped or under another name counts
    static List<String> of(Provider provider, String upstreamModel) {
        return ParameterTable.chat().stream()
                .map(Parameter::name)
                .filter(field ->
                        !(provider.profile().ruleFor(field, upstreamModel, other -> null) instanceof Rule.Unsupported))
                .toList();
    }
}
