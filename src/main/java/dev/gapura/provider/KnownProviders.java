package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.OnlyValues;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.ToHeader;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The providers that need no more than a key. One entry each: a new OpenAI-compatible provider is a row
/// here, not a class.
///
/// Where the facts come from is said at each entry. *Recorded* means that public recordings of real traffic
/// show the provider answering 200 to a request with that field; a recorded field passes, whatever
/// documentation says. *Documented* means the provider's API reference or SDK types. *From documentation* at
/// a base URL: the provider's public quick start, not seen in a recording.
final class KnownProviders {
    private KnownProviders() {}

    private static final String BEARER = "authorization";

    /// Usage on request, no padding, inclusive counts.
    private static final Quirks PLAIN = new Quirks(false, true, false);

    /// Sends usage unasked and does not document `stream_options`.
    private static final Quirks USAGE_UNASKED = new Quirks(false, false, false);

    private static final String ONE_ANSWER = "this provider gives one answer per call";

    static final Map<String, KnownProvider> ALL = index(
            openai(),
            AnthropicRules.provider(),
            GeminiRules.provider(),
            xai(),
            groq(),
            deepseek(),
            openrouter(),
            together(),
            fireworks(),
            cerebras(),
            perplexity(),
            nvidia(),
            huggingface(),
            moonshot(),
            qwen(),
            zai(),
            MistralRules.provider(),
            CohereRules.provider(),
            azure(),
            ollama(),
            vllm(),
            lmstudio());

    private static KnownProvider openai() {
        return hosted(
                "openai",
                "https://api.openai.com/v1",
                OpenAiRules.PROFILE,
                new Quirks(false, true, true),
                "OPENAI_API_KEY");
    }

    /// Documented (xai-org/xai-proto `chat.proto`, xai-sdk-python): no logit_bias, prediction, store,
    /// metadata, modalities, audio, verbosity; `top_logprobs` up to 8; reasoning models refuse stop and
    /// penalties; `prompt_cache_key` is the header `x-grok-conv-id` on chat; `minimal` effort is unknown,
    /// `grok-4` and the `-reasoning`/`-non-reasoning` pairs refuse the parameter. Recorded: max_tokens,
    /// parallel_tool_calls, response_format, stream_options, tool_choice by name.
    private static KnownProvider xai() {
        Scope reasoning = Scope.models("^grok-(3-mini|[4-9]|\\d\\d|code)(?!.*non-reasoning)");
        String gone = "xAI has no such parameter";
        return hosted(
                "xai",
                "https://api.x.ai/v1",
                rules(
                        unsupported(gone, "logit_bias", "prediction", "store", "metadata", "modalities", "audio"),
                        unsupported(gone, "verbosity"),
                        unsupported("Live Search is retired at xAI", "web_search_options", "search_parameters"),
                        unsupported(
                                reasoning,
                                "xAI's reasoning models refuse it",
                                "stop",
                                "presence_penalty",
                                "frequency_penalty"),
                        unsupported(
                                Scope.models("^grok-4(-0709|-latest)?$|^grok-4\\.20-(non-)?reasoning"),
                                "this model's reasoning cannot be adjusted",
                                "reasoning_effort"),
                        Stream.of(
                                new Convert(
                                        "reasoning_effort",
                                        Scope.ALWAYS,
                                        Map.of("\"minimal\"", "\"low\"", "\"max\"", "\"high\""),
                                        "nearest effort that xAI knows"),
                                new Clamp(
                                        "top_logprobs",
                                        Scope.ALWAYS,
                                        BigDecimal.ZERO,
                                        BigDecimal.valueOf(8),
                                        "xAI gives at most 8"),
                                new OnlyValues(
                                        "service_tier",
                                        Scope.ALWAYS,
                                        List.of("\"default\"", "\"priority\""),
                                        "xAI knows default and priority"),
                                new ToHeader(
                                        "prompt_cache_key",
                                        Scope.ALWAYS,
                                        "x-grok-conv-id",
                                        "xAI takes the cache key as a header"))),
                new Quirks(true, true, false),
                "XAI_API_KEY");
    }

    /// Documented (groq/groq-python `types/chat`): logprobs, top_logprobs, logit_bias and penalties "not yet
    /// supported" (400), n must be 1, temperature 0 becomes 1e-8, metadata and store are not taken. Recorded:
    /// n 1, parallel_tool_calls, max_tokens, stop, service_tier `on_demand`, reasoning_effort,
    /// response_format with json_schema, stream_options.
    private static KnownProvider groq() {
        return hosted(
                "groq",
                "https://api.groq.com/openai/v1",
                rules(
                        unsupported("not supported by Groq", "logprobs", "top_logprobs", "logit_bias"),
                        unsupported("not supported by Groq", "presence_penalty", "frequency_penalty"),
                        unsupported("not supported by Groq", "metadata", "store"),
                        onlyOne(),
                        Stream.of(
                                new Convert(
                                        "temperature",
                                        Scope.ALWAYS,
                                        Map.of("0", "1e-8", "0.0", "1e-8"),
                                        "Groq's spelling of zero"),
                                new Convert(
                                        "service_tier",
                                        Scope.ALWAYS,
                                        Map.of("\"default\"", "\"on_demand\""),
                                        "Groq's name of the ordinary tier"))),
                PLAIN,
                "GROQ_API_KEY");
    }

    /// Documented: only max_tokens; n, logit_bias and store have no effect. Recorded and therefore passed,
    /// although commonly listed as unsupported: seed, user, parallel_tool_calls, logprobs and top_logprobs
    /// (also with reasoning_effort), n 1.
    private static KnownProvider deepseek() {
        return hosted(
                "deepseek",
                "https://api.deepseek.com",
                rules(
                        unsupported("not supported by DeepSeek", "logit_bias", "store"),
                        onlyOne(),
                        maxTokensOnly("DeepSeek")),
                PLAIN,
                "DEEPSEEK_API_KEY");
    }

    /// OpenRouter drops what the chosen model lacks and says so in its own words; nothing is refused before.
    /// Recorded: both token limits, logprobs, n 2, seed, parallel_tool_calls, stop, usage, reasoning,
    /// provider, plugins.
    private static KnownProvider openrouter() {
        return hosted("openrouter", "https://openrouter.ai/api/v1", Profile.EVERYTHING, PLAIN, "OPENROUTER_API_KEY");
    }

    /// Documented (togethercomputer/together-python, v1 SDK): only max_tokens; store, user, metadata,
    /// service_tier and parallel_tool_calls are not taken; `logprobs` is a number there and comes back as
    /// lists.
    private static KnownProvider together() {
        return hosted(
                "together",
                "https://api.together.xyz/v1",
                rules(
                        unsupported("not supported by Together", "store", "user", "metadata", "service_tier"),
                        unsupported("not supported by Together", "parallel_tool_calls"),
                        unsupported(
                                "Together's log probabilities have a shape of their own, which is not translated",
                                "logprobs",
                                "top_logprobs"),
                        maxTokensOnly("Together")),
                PLAIN,
                "TOGETHER_API_KEY",
                "TOGETHERAI_API_KEY");
    }

    /// Documented (fw-ai-external/python-sdk `types/chat`): very wide; at most 5 alternatives.
    private static KnownProvider fireworks() {
        return hosted(
                "fireworks",
                "https://api.fireworks.ai/inference/v1",
                rules(Stream.of(new Clamp(
                        "top_logprobs",
                        Scope.ALWAYS,
                        BigDecimal.ZERO,
                        BigDecimal.valueOf(5),
                        "Fireworks gives at most 5"))),
                PLAIN,
                "FIREWORKS_API_KEY");
    }

    /// Documented (Cerebras/cerebras-cloud-sdk-python `types/chat`): max_completion_tokens, temperature up to
    /// 1.5, penalties refused by most models, unknown fields 422. Recorded: reasoning_effort, clear_thinking,
    /// tools.
    private static KnownProvider cerebras() {
        return hosted(
                "cerebras",
                "https://api.cerebras.ai/v1",
                rules(
                                unsupported("not supported by Cerebras", "presence_penalty", "frequency_penalty"),
                                unsupported("not supported by Cerebras", "store", "metadata", "verbosity"),
                                Stream.of(
                                        new Clamp(
                                                "temperature",
                                                Scope.ALWAYS,
                                                BigDecimal.ZERO,
                                                new BigDecimal("1.5"),
                                                "Cerebras takes at most 1.5"),
                                        new Rename(
                                                "max_tokens",
                                                Scope.ALWAYS,
                                                "max_completion_tokens",
                                                false,
                                                "Cerebras' name of the limit")))
                        .withoutNulls(),
                PLAIN,
                "CEREBRAS_API_KEY");
    }

    /// Documented (perplexityai/perplexity-py `completion_create_params.py`): max_tokens; no seed,
    /// logit_bias, service_tier, store, n. Usage stands on every chunk unasked (recorded).
    private static KnownProvider perplexity() {
        return hosted(
                "perplexity",
                "https://api.perplexity.ai",
                rules(
                                unsupported("not supported by Perplexity", "seed", "logit_bias", "service_tier"),
                                unsupported("not supported by Perplexity", "store"),
                                onlyOne(),
                                maxTokensOnly("Perplexity"))
                        .withoutNulls(),
                USAGE_UNASKED,
                "PERPLEXITY_API_KEY",
                "PPLX_API_KEY");
    }

    /// Base URL from documentation (NVIDIA API catalogue).
    private static KnownProvider nvidia() {
        return hosted(
                "nvidia",
                "https://integrate.api.nvidia.com/v1",
                rules(maxTokensOnly("NVIDIA")),
                PLAIN,
                "NVIDIA_API_KEY");
    }

    /// Base URL, max_tokens, stream_options, temperature and tools recorded.
    private static KnownProvider huggingface() {
        return hosted(
                "huggingface",
                "https://router.huggingface.co/v1",
                rules(maxTokensOnly("the Hugging Face router")),
                PLAIN,
                "HF_TOKEN",
                "HUGGINGFACE_API_KEY");
    }

    /// Base URL from documentation (Moonshot AI platform, international).
    private static KnownProvider moonshot() {
        return hosted("moonshot", "https://api.moonshot.ai/v1", Profile.EVERYTHING, PLAIN, "MOONSHOT_API_KEY");
    }

    /// Base URL from documentation (Alibaba Cloud Model Studio, compatible mode, international).
    private static KnownProvider qwen() {
        return hosted(
                "qwen",
                "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
                rules(maxTokensOnly("Qwen")),
                PLAIN,
                "DASHSCOPE_API_KEY",
                "QWEN_API_KEY");
    }

    /// Base URL, reasoning_effort, stream_options and tools recorded.
    private static KnownProvider zai() {
        return hosted(
                "zai",
                "https://api.z.ai/api/paas/v4",
                rules(maxTokensOnly("Z.ai")),
                PLAIN,
                "ZAI_API_KEY",
                "Z_AI_API_KEY");
    }

    /// One base URL per resource. A deployment may have any name: OpenAI's model rules hold where it is that
    /// of the model. Recorded: max_completion_tokens, n 1, reasoning_effort, stop, stream_options, user;
    /// streams are padded.
    private static KnownProvider azure() {
        return new KnownProvider(
                "azure",
                Dialect.OPENAI_CHAT,
                null,
                PathStyle.AZURE_V1,
                List.of("AZURE_OPENAI_API_KEY"),
                "api-key",
                OpenAiRules.PROFILE,
                new Quirks(false, true, true));
    }

    /// Served through its OpenAI surface (`/v1/chat/completions`); its own `/api/chat` is not spoken by this
    /// version. Documented (ollama/ollama `docs/api/openai-compatibility.mdx`): only max_tokens; tool_choice,
    /// parallel_tool_calls, n, logit_bias and user have no effect. Recorded: tool_choice and
    /// parallel_tool_calls are accepted, so nothing else is taken out.
    private static KnownProvider ollama() {
        return local(
                "ollama",
                "http://127.0.0.1:11434",
                PathStyle.V1,
                rules(unsupported("not supported by Ollama", "logit_bias"), onlyOne(), maxTokensOnly("Ollama")));
    }

    /// Documented (vllm-project/vllm `entrypoints/openai/chat_completion/protocol.py`): takes nearly
    /// everything, ignores the rest.
    private static KnownProvider vllm() {
        return local("vllm", "http://127.0.0.1:8000/v1", PathStyle.PLAIN, Profile.EVERYTHING);
    }

    /// Base URL from documentation (LM Studio developer docs); its field list names max_tokens only.
    private static KnownProvider lmstudio() {
        return local("lmstudio", "http://127.0.0.1:1234/v1", PathStyle.PLAIN, rules(maxTokensOnly("LM Studio")));
    }

    /// What a provider of no known name inherits from its dialect: where its key goes and what its language can say.
    static KnownProvider model(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> AnthropicRules.provider();
            case OPENAI_RESPONSES -> ResponsesRules.provider();
            case GEMINI -> GeminiRules.provider();
            case MISTRAL -> MistralRules.provider();
            case COHERE -> CohereRules.provider();
            case OPENAI_CHAT, BEDROCK, OLLAMA ->
                new KnownProvider(
                        dialect.configName(),
                        dialect,
                        null,
                        PathStyle.PLAIN,
                        List.of(),
                        BEARER,
                        Profile.EVERYTHING,
                        PLAIN);
        };
    }

    private static KnownProvider hosted(
            String name, String baseUrl, Profile profile, Quirks quirks, String... keyVariables) {
        return new KnownProvider(
                name, Dialect.OPENAI_CHAT, baseUrl, PathStyle.PLAIN, List.of(keyVariables), BEARER, profile, quirks);
    }

    private static KnownProvider local(String name, String baseUrl, PathStyle path, Profile profile) {
        return new KnownProvider(name, Dialect.OPENAI_CHAT, baseUrl, path, List.of(), BEARER, profile, PLAIN);
    }

    @SafeVarargs
    private static Profile rules(Stream<? extends Rule>... groups) {
        return Profile.of(Arrays.stream(groups).<Rule>flatMap(group -> group).toList());
    }

    private static Stream<Rule> unsupported(String reason, String... fields) {
        return unsupported(Scope.ALWAYS, reason, fields);
    }

    private static Stream<Rule> unsupported(Scope scope, String reason, String... fields) {
        return Arrays.stream(fields).map(field -> new Unsupported(field, scope, reason));
    }

    private static Stream<Rule> onlyOne() {
        return Stream.of(new OnlyValues("n", Scope.ALWAYS, List.of("1"), ONE_ANSWER));
    }

    private static Stream<Rule> maxTokensOnly(String who) {
        return Stream.of(new Rename(
                "max_completion_tokens", Scope.ALWAYS, "max_tokens", true, who + " knows the limit by this name"));
    }

    private static Map<String, KnownProvider> index(KnownProvider... entries) {
        Map<String, KnownProvider> byName = new LinkedHashMap<>();
        for (KnownProvider entry : entries) {
            byName.put(entry.name(), entry);
        }
        return Collections.unmodifiableMap(byName);
    }
}
