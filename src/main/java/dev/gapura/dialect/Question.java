package dev.gapura.dialect;

import dev.gapura.provider.Provider;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was asked, as far as the reader of the answer must know it. Kept as long as the answer runs, so it
/// holds no part of the conversation. Immutable; any thread.
///
/// @param provider who answers
/// @param model upstream model
/// @param choices answers that this call brings
/// @param jsonTool name of the tool that stands in for a response format the provider lacks: its arguments
///     are the answer's text; null where none does
/// @param jsonInText whether the answer's text was asked to be JSON by instruction only, so that a code fence
///     around it is taken off
/// @param toolNames tool names that the provider got in another form, back to the client's
/// @param customTools names of tools that take free text but were offered as functions with one `input`
/// @param oneCall whether only the first call of a turn may reach the client, because the provider has no
///     switch
/// @param callsAllowed whether tool calls may come at all: where the client forbade them and the provider has
///     no word for that, stray ones are dropped
public record Question(
        Provider provider,
        String model,
        int choices,
        @Nullable String jsonTool,
        boolean jsonInText,
        Map<String, String> toolNames,
        Set<String> customTools,
        boolean oneCall,
        boolean callsAllowed) {

    public Question {
        toolNames = Map.copyOf(toolNames);
        customTools = Set.copyOf(customTools);
    }

    /// A question without any of the special cases.
    public static Question plain(Provider provider, String model) {
        return new Question(provider, model, 1, null, false, Map.of(), Set.of(), false, true);
    }

    /// The same question to a provider that is called several times for it.
    public Question withChoices(int calls) {
        return new Question(
                provider, model, calls, jsonTool, jsonInText, toolNames, customTools, oneCall, callsAllowed);
    }

    /// Name of the provider, for failures.
    public String providerName() {
        return provider.name();
    }

    /// The name of a tool as the client knows it.
    public String toolName(String sent) {
        return toolNames.getOrDefault(sent, sent);
    }
}
