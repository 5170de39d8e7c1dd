package dev.gapura.provider;

import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.OnlyValues;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What OpenAI's model families take, for OpenAI itself and for Azure. A model that is not known inherits the
/// rules of the newest of its family, so `gpt-9` counts as a reasoning model.
///
/// Sources: openai/openai-openapi `CreateChatCompletionRequest`, vercel/ai
/// `packages/openai/src/openai-language-model-capabilities.ts`, and recordings: gpt-5-mini refuses `stop`
/// (400 `unsupported_parameter`), o3-mini takes n and an empty stop, gpt-5-nano takes temperature 1, gpt-5.4
/// takes logprobs and seed when no effort is asked for, gpt-4o refuses web_search_options (400).
final class OpenAiRules {
    private OpenAiRules() {}

    /// o1, o3, o4 …; gpt-5 and later, but for the chat-tuned `gpt-5-chat` and Azure's `gpt-35-turbo`.
    private static final String REASONING = "^(o\\d|gpt-([5-9](?!\\d)|[12]\\d)(?!-chat))";

    /// Reasoning that cannot be switched off: the o-series, and gpt-5 before 5.1.
    private static final String ALWAYS_REASONING = "^(o\\d|gpt-5(?!\\.|-chat))";

    private static final String NOT_BESIDE_REASONING = "refused by a model that reasons";

    private static final String LOW = "\"low\"";
    private static final String HIGH = "\"high\"";

    static final Profile PROFILE = Profile.of(rules());

    private static List<Rule> rules() {
        Scope reasoning = Scope.models(REASONING);
        Scope always = Scope.models(ALWAYS_REASONING);
        Scope whileReasoning = reasoning.beside(
                "reasoning_effort", "\"minimal\"", "\"low\"", "\"medium\"", "\"high\"", "\"xhigh\"", "\"max\"");
        List<Rule> rules = new ArrayList<>();
        rules.add(new Rename(
                "max_tokens",
                reasoning,
                "max_completion_tokens",
                false,
                "OpenAI's reasoning models know the limit by this name"));
        for (Scope scope : List.of(always, whileReasoning)) {
            rules.add(new OnlyValues("temperature", scope, List.of("1", "1.0"), NOT_BESIDE_REASONING));
            rules.add(new OnlyValues("top_p", scope, List.of("1", "1.0"), NOT_BESIDE_REASONING));
            rules.add(new Unsupported("logprobs", scope, NOT_BESIDE_REASONING));
            rules.add(new Unsupported("top_logprobs", scope, NOT_BESIDE_REASONING));
        }
        rules.add(new OnlyValues("frequency_penalty", reasoning, List.of("0", "0.0"), NOT_BESIDE_REASONING));
        rules.add(new OnlyValues("presence_penalty", reasoning, List.of("0", "0.0"), NOT_BESIDE_REASONING));
        rules.add(new Unsupported("logit_bias", reasoning, NOT_BESIDE_REASONING));
        rules.add(new OnlyValues(
                "stop",
                Scope.models("^(o3(?!-mini)|o[4-9]|gpt-([5-9](?!\\d)|[12]\\d)(?!-chat))"),
                List.of("[]"),
                NOT_BESIDE_REASONING));
        String nearest = "nearest effort this model knows";
        rules.add(new Convert(
                "reasoning_effort",
                Scope.models("^o\\d"),
                Map.of("\"none\"", LOW, "\"minimal\"", LOW, "\"xhigh\"", HIGH, "\"max\"", HIGH),
                nearest));
        rules.add(new Convert(
                "reasoning_effort",
                Scope.models("^gpt-5(?!\\.|-chat)"),
                Map.of("\"none\"", "\"minimal\"", "\"xhigh\"", HIGH, "\"max\"", HIGH),
                nearest));
        rules.add(new Convert("reasoning_effort", reasoning, Map.of("\"minimal\"", LOW), nearest));
        Scope older = Scope.models("^(gpt-3|gpt-4|chatgpt-4o)");
        rules.add(new Unsupported("reasoning_effort", older, "this model does not reason"));
        rules.add(new OnlyValues("verbosity", older, List.of("\"medium\""), "this model's verbosity is fixed"));
        rules.add(new Unsupported(
                "web_search_options", Scope.models("^(?!.*search)"), "only OpenAI's search models take it"));
        return rules;
    }
}
