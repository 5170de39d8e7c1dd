package dev.gapura.provider;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A second language of a provider, for what exists only there: OpenAI's `-pro` and `-codex` models answer nothing but
/// the Responses API, and xAI runs its server tools nowhere else. Data; immutable; any thread.
///
/// @param models names of models, in lower case, that are reached only there
/// @param fields top-level request fields that have a meaning only there, with the names of models, in lower case, for
///     which that is so
/// @param tools types of tools that work only there
/// @param to the same provider, speaking that language
public record Bridge(Pattern models, Set<String> tools, Map<String, Pattern> fields, Provider to) {
    public Bridge {
        tools = Set.copyOf(tools);
        fields = Map.copyOf(fields);
    }

    /// Whether a field that a request has leads there.
    ///
    /// @param upstreamModel model name as the provider knows it
    public boolean takes(String field, String upstreamModel) {
        Pattern only = fields.get(field);
        return only != null
                && only.matcher(upstreamModel.toLowerCase(Locale.ROOT)).find();
    }
}
