package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Scope;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    static final Map<String, KnownProvider> ALL = index(
            OpenAiRules.openai(),
            AnthropicRules.provider(),
            GeminiRules.provider(),
            GeminiRules.vertex(),
            BedrockRules.provider(),
            XaiRules.provider(),
            GroqRules.provider(),
            DeepSeekRules.provider(),
            openrouter(),
            TogetherRules.provider(),
            FireworksRules.provider(),
            CerebrasRules.provider(),
            PerplexityRules.provider(),
            nvidia(),
            huggingface(),
            moonshot(),
            qwen(),
            zai(),
            MistralRules.provider(),
            CohereRules.provider(),
            OpenAiRules.azure(),
            OllamaRules.provider(),
            vllm(),
            lmstudio());

    /// OpenRouter drops what the chosen model lacks without a word, unless `provider.require_parameters`
    /// tells it to pass over models that lack something: then that is asked for where the caller wants
    /// nothing dropped. Recorded: both token limits, logprobs, n 2, seed, parallel_tool_calls, stop, usage,
    /// reasoning, provider, plugins, require_parameters, cache_control. Documented: `reasoning_details` go
    /// back unchanged with calls.
    private static KnownProvider openrouter() {
        return KnownProvider.hosted(
                "openrouter",
                "https://openrouter.ai/api/v1",
                new RuleList("OpenRouter")
                        .strictly("provider", "require_parameters", "true")
                        .demands(Habit.CALLS_BRING_DETAILS)
                        .profile(),
                Quirks.PLAIN,
                "OPENROUTER_API_KEY");
    }

    /// Base URL from documentation (NVIDIA API catalogue).
    private static KnownProvider nvidia() {
        return KnownProvider.hosted(
                "nvidia",
                "https://integrate.api.nvidia.com/v1",
                new RuleList("NVIDIA").maxTokensOnly().profile(),
                Quirks.PLAIN.withThinkTags("deepseek-r1|qwq|nemotron"),
                "NVIDIA_API_KEY");
    }

    /// Base URL, max_tokens, stream_options, temperature and tools recorded; so are thoughts between tags.
    private static KnownProvider huggingface() {
        return KnownProvider.hosted(
                "huggingface",
                "https://router.huggingface.co/v1",
                new RuleList("the Hugging Face router").maxTokensOnly().profile(),
                Quirks.PLAIN.withThinkTags("deepseek-r1|qwq"),
                "HF_TOKEN",
                "HUGGINGFACE_API_KEY");
    }

    /// Base URL from documentation (Moonshot AI platform, international); so is that thoughts go back with
    /// calls.
    private static KnownProvider moonshot() {
        return KnownProvider.hosted(
                "moonshot",
                "https://api.moonshot.ai/v1",
                new RuleList("Moonshot AI").demands(Habit.CALLS_BRING_REASONING).profile(),
                Quirks.PLAIN,
                "MOONSHOT_API_KEY");
    }

    /// Base URL from documentation (Alibaba Cloud Model Studio, compatible mode, international); open
    /// models refuse to think where they do not stream.
    private static KnownProvider qwen() {
        return KnownProvider.hosted(
                "qwen",
                "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
                new RuleList("Qwen")
                        .maxTokensOnly()
                        .reasoning("enable_thinking", ReasoningField.FLAG)
                        .fill(
                                Scope.models("^qwen3-\\d+(\\.\\d+)?b(-a\\d+b)?$")
                                        .unless("stream", "true"),
                                "enable_thinking",
                                "false")
                        .profile(),
                Quirks.PLAIN,
                "DASHSCOPE_API_KEY",
                "QWEN_API_KEY");
    }

    /// Base URL, reasoning_effort, stream_options and tools recorded; `thinking` documented, and so is that
    /// thoughts go back with calls.
    private static KnownProvider zai() {
        return KnownProvider.hosted(
                "zai",
                "https://api.z.ai/api/paas/v4",
                new RuleList("Z.ai")
                        .maxTokensOnly()
                        .demands(Habit.CALLS_BRING_REASONING)
                        .profile(),
                Quirks.PLAIN,
                "ZAI_API_KEY",
                "Z_AI_API_KEY");
    }

    /// Documented (vllm-project/vllm `entrypoints/openai/chat_completion/protocol.py`): takes nearly
    /// everything; what it is said to ignore is left out and told.
    private static KnownProvider vllm() {
        return local(
                "vllm",
                "http://127.0.0.1:8000/v1",
                PathStyle.PLAIN,
                new RuleList("vLLM")
                        .lacks("user", "service_tier", "store", "metadata", "verbosity", "prediction")
                        .lacks("modalities", "audio")
                        .profile());
    }

    /// Base URL from documentation (LM Studio developer docs); its field list names max_tokens only.
    private static KnownProvider lmstudio() {
        return local(
                "lmstudio",
                "http://127.0.0.1:1234/v1",
                PathStyle.PLAIN,
                new RuleList("LM Studio").maxTokensOnly().profile());
    }

    /// What is known of the provider of that name, or null. Ollama has two sides: one of OpenAI's dialects,
    /// or a base URL that ends in `/v1`, means its compatible one.
    static @Nullable KnownProvider find(String name, @Nullable String dialect, @Nullable URI baseUrl) {
        boolean compatible = dialect == null
                ? baseUrl != null && baseUrl.getPath().replaceAll("/+$", "").endsWith("/v1")
                : dialect.startsWith("openai_");
        return name.equals("ollama") && compatible ? OllamaRules.COMPATIBLE : ALL.get(name);
    }

    /// What a provider of no known name inherits from its dialect: where its key goes and what its language
    /// can say.
    static KnownProvider model(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> AnthropicRules.provider();
            case OPENAI_RESPONSES -> ResponsesRules.provider();
            case GEMINI -> GeminiRules.provider();
            case MISTRAL -> MistralRules.provider();
            case COHERE -> CohereRules.provider();
            case OLLAMA -> OllamaRules.provider();
            case BEDROCK -> BedrockRules.provider();
            case OPENAI_CHAT ->
                new KnownProvider(
                        dialect.configName(),
                        dialect,
                        null,
                        PathStyle.PLAIN,
                        List.of(),
                        BEARER,
                        Profile.EVERYTHING,
                        Quirks.PLAIN);
        };
    }

    private static KnownProvider local(String name, String baseUrl, PathStyle path, Profile profile) {
        return new KnownProvider(name, Dialect.OPENAI_CHAT, baseUrl, path, List.of(), BEARER, profile, Quirks.PLAIN);
    }

    private static Map<String, KnownProvider> index(KnownProvider... entries) {
        Map<String, KnownProvider> byName = new LinkedHashMap<>();
        for (KnownProvider entry : entries) {
            byName.put(entry.name(), entry);
        }
        return Collections.unmodifiableMap(byName);
    }
}
