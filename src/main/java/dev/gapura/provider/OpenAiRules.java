package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import java.util.List;
import java.util.Map;

/// What OpenAI's model families take, for OpenAI itself and for Azure. A model that is not known inherits the
/// rules of the newest of its family, so `gpt-9` counts as a reasoning model. A deployment on Azure may have any
/// name: what is true of all models but a few holds only for names that are OpenAI's own.
///
/// Sources: openai/openai-openapi `CreateChatCompletionRequest`, vercel/ai
/// `packages/openai/src/openai-language-model-capabilities.ts` and `chat/openai-chat-language-model.ts`, and
/// recordings: gpt-5-mini refuses `stop` (400 `unsupported_parameter`), o3-mini takes n and an empty stop,
/// gpt-5-nano takes temperature 1, gpt-5.4 takes logprobs and seed when no effort is asked for, gpt-4o refuses
/// web_search_options (400), o1-mini refuses the role `developer` (400). What search models refuse beside
/// `temperature`, and that audio models give no structured output, is only documented.
final class OpenAiRules {
    private OpenAiRules() {}

    /// Where names of OpenAI's begin; those of fine-tuned models tell their base first.
    private static final String START = "^(?:ft:)?";

    /// gpt-5.6 and later.
    private static final String GPT_5_6 = START + "gpt-(5\\.([6-9]|\\d\\d)|[6-9](?!\\d)|[12]\\d)";

    private static final String GPT_6 = START + "gpt-([6-9](?!\\d)|[12]\\d)";

    /// o1, o3, o4 …; gpt-5 and later, but for the chat-tuned `gpt-5-chat` and Azure's `gpt-35-turbo`.
    private static final String REASONING = START + "(o\\d|gpt-([5-9](?!\\d)|[12]\\d)(?!-chat))";

    /// Reasoning that cannot be switched off, or whose models take no sampling parameters even then: the o-series,
    /// gpt-5 before 5.1, gpt-6 and later.
    private static final String ALWAYS_REASONING = START + "(o\\d|gpt-5(?!\\.|-chat)|gpt-([6-9](?!\\d)|[12]\\d))";

    private static final String OLDER = START + "(gpt-3|gpt-4|chatgpt-4o|gpt-audio|gpt-5-chat)";

    private static final String NOT_BESIDE_REASONING = "refused by a model that reasons";
    private static final String NOT_WHILE_SEARCHING = "refused by OpenAI's search models";

    static final Profile PROFILE = rules().profile();

    static KnownProvider openai() {
        return new KnownProvider(
                "openai",
                Dialect.OPENAI_CHAT,
                "https://api.openai.com/v1",
                PathStyle.PLAIN,
                List.of("OPENAI_API_KEY"),
                "authorization",
                PROFILE,
                new Quirks(false, true, true).exactly());
    }

    /// One base URL per resource. Recorded: max_completion_tokens, n 1, reasoning_effort, stop, stream_options,
    /// user; streams are padded, and begin with a chunk of findings of the content filter.
    static KnownProvider azure() {
        return new KnownProvider(
                "azure",
                Dialect.OPENAI_CHAT,
                null,
                PathStyle.AZURE_V1,
                List.of("AZURE_OPENAI_API_KEY"),
                "api-key",
                PROFILE,
                new Quirks(false, true, true).exactly().withFilterChunks());
    }

    private static RuleList rules() {
        RuleList rules = new RuleList("OpenAI");
        sampling(rules);
        efforts(rules);
        special(rules);
        return rules.requiredIsNotAny()
                .demands(Scope.models(START + "o1-(mini|preview)"), Habit.INSTRUCTIONS_ARE_USERS)
                .demands(
                        Scope.models(START + "(gpt-3\\.5|gpt-35|o1-mini|o1-preview|o3-mini|gpt-4(-\\d{4}|-32k.*)?$)"),
                        Habit.TEXT_ONLY)
                .demands(Scope.models(GPT_5_6), Habit.BREAKPOINTS)
                .demands(
                        Scope.models(START + "(o\\d|gpt-(?!(5\\.([6-9]|\\d\\d)|[6-9](?!\\d)|[12]\\d))|chatgpt)"),
                        Habit.NO_CACHE_MARKS);
    }

    private static void sampling(RuleList rules) {
        Scope reasoning = Scope.models(REASONING);
        Scope always = Scope.models(ALWAYS_REASONING);
        Scope whileReasoning = reasoning.beside(
                "reasoning_effort", "\"minimal\"", "\"low\"", "\"medium\"", "\"high\"", "\"xhigh\"", "\"max\"");
        Scope searching = Scope.models("search-preview");
        rules.add(new Rename(
                "max_tokens",
                reasoning,
                "max_completion_tokens",
                false,
                "OpenAI's reasoning models know the limit by this name"));
        for (Scope scope : List.of(always, whileReasoning)) {
            rules.only(scope, "temperature", NOT_BESIDE_REASONING, "1")
                    .only(scope, "top_p", NOT_BESIDE_REASONING, "1")
                    .lacks(scope, NOT_BESIDE_REASONING, "logprobs", "top_logprobs");
        }
        rules.only(reasoning, "frequency_penalty", NOT_BESIDE_REASONING, "0")
                .only(reasoning, "presence_penalty", NOT_BESIDE_REASONING, "0")
                .lacks(reasoning, NOT_BESIDE_REASONING, "logit_bias")
                .only(
                        Scope.models(START + "(o3(?!-mini)|o[4-9]|gpt-([5-9](?!\\d)|[12]\\d)(?!-chat))"),
                        "stop",
                        NOT_BESIDE_REASONING,
                        "[]")
                .lacks(searching, NOT_WHILE_SEARCHING, "temperature", "top_p", "frequency_penalty")
                .lacks(searching, NOT_WHILE_SEARCHING, "presence_penalty", "logit_bias", "seed")
                .lacks(searching, NOT_WHILE_SEARCHING, "logprobs", "top_logprobs")
                .only(searching, "n", "a search model gives one answer per call", "1");
    }

    private static void efforts(RuleList rules) {
        rules.noReasoning(Scope.models(OLDER))
                .noReasoning(Scope.models(START + "o1-(mini|preview)"))
                .reasoning("reasoning_effort", ReasoningField.EFFORT);
        nearest(rules, "o\\d", "low", "medium", "high");
        nearest(rules, "gpt-5(?!\\.|-chat)", "minimal", "low", "medium", "high");
        nearest(rules, "gpt-5\\.\\d+-chat", "medium");
        nearest(rules, "gpt-5\\.1(?!\\d)", "none", "low", "medium", "high");
        nearest(rules, "gpt-5\\.[2-5](?!\\d)", "none", "low", "medium", "high", "xhigh");
        nearest(rules, "gpt-6-(sol|luna)", "none", "low", "medium", "high", "xhigh", "max");
        nearest(rules, "gpt-([6-9](?!\\d)|[12]\\d)", "low", "medium", "high", "xhigh", "max");
        nearest(rules, "gpt-5\\.\\d", "none", "low", "medium", "high", "xhigh", "max");
    }

    private static void nearest(RuleList rules, String models, String... efforts) {
        rules.add(new Nearest(
                "reasoning_effort",
                Scope.models(START + models),
                List.of(efforts),
                "nearest effort that this model knows"));
    }

    private static void special(RuleList rules) {
        Scope silent = Scope.models(START + "(gpt-|o\\d|chatgpt)(?!.*audio)");
        Scope speaking = Scope.models("audio");
        rules.only(Scope.models(OLDER), "verbosity", "this model's verbosity is fixed", "\"medium\"")
                .lacks(
                        Scope.models(START + "(gpt-|o\\d|chatgpt)(?!.*search)"),
                        "only OpenAI's search models take it",
                        "web_search_options")
                .only(silent, "modalities", "only OpenAI's audio models speak", "[\"text\"]")
                .lacks(silent, "only OpenAI's audio models speak", "audio")
                .only(
                        speaking,
                        "response_format",
                        "OpenAI's audio models have no structured output",
                        "{\"type\":\"text\"}")
                .add(new Convert(
                        "service_tier",
                        Scope.models(START + "(gpt-3|gpt-4|chatgpt|gpt-audio|gpt-5-chat|o1)"),
                        Map.of("\"flex\"", "\"auto\""),
                        "this model has no flex tier"))
                .lacks(Scope.models(GPT_6), "gpt-6 and later know prompt_cache_options only", "prompt_cache_retention")
                .extensions();
    }
}
