package dev.gapura.provider;

import java.util.Set;
import java.util.regex.Pattern;

/// A second language of a provider, for what exists only there: OpenAI's `-pro` and `-codex` models answer nothing but
/// the Responses API, and xAI runs its server tools nowhere else. Data; immutable; any thread.
///
/// @param models names of models, in lower case, that are reached only there
/// @param fields top-level request fields that have a meaning only there
/// @param tools types of tools that work only there
/// @param to the same provider, speaking that language
public record Bridge(Pattern models, Set<String> tools, Set<String> fields, Provider to) {
    public Bridge {
        tools = Set.copyOf(tools);
        fields = Set.copyOf(fields);
    }
}
