package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Secret;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider.Dialect;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {
    private static final Config.Timeouts TIMEOUTS = new Config.Timeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(120), Duration.ofMinutes(15));

    @ParameterizedTest
    @CsvSource({
        "openai, https, api.openai.com, 443, /v1/chat/completions",
        "xai, https, api.x.ai, 443, /v1/chat/completions",
        "groq, https, api.groq.com, 443, /openai/v1/chat/completions",
        "deepseek, https, api.deepseek.com, 443, /chat/completions",
        "openrouter, https, openrouter.ai, 443, /api/v1/chat/completions",
        "together, https, api.together.xyz, 443, /v1/chat/completions",
        "fireworks, https, api.fireworks.ai, 443, /inference/v1/chat/completions",
        "cerebras, https, api.cerebras.ai, 443, /v1/chat/completions",
        "perplexity, https, api.perplexity.ai, 443, /chat/completions",
        "nvidia, https, integrate.api.nvidia.com, 443, /v1/chat/completions",
        "huggingface, https, router.huggingface.co, 443, /v1/chat/completions",
        "moonshot, https, api.moonshot.ai, 443, /v1/chat/completions",
        "qwen, https, dashscope-intl.aliyuncs.com, 443, /compatible-mode/v1/chat/completions",
        "zai, https, api.z.ai, 443, /api/paas/v4/chat/completions",
        "mistral, https, api.mistral.ai, 443, /v1/chat/completions",
    })
    void hostedProvidersNeedOnlyAKey(String name, String scheme, String host, int port, String target) {
        Provider provider = build(entry(name, null, null, "k-123", null));

        assertThat(provider.chatEndpoint("any/model"))
                .isEqualTo(new Endpoint(host, port, scheme.equals("https"), target));
        assertThat(provider.credentialHeader()).isEqualTo("authorization");
        assertThat(provider.credential()).isEqualTo(new Secret("Bearer k-123"));
    }

    @ParameterizedTest
    @CsvSource({"vllm, 8000", "lmstudio, 1234"})
    void localProvidersNeedNothing(String name, int port) {
        Provider provider = build(entry(name, null, null, null, null));

        assertThat(provider.chatEndpoint("m"))
                .isEqualTo(new Endpoint("127.0.0.1", port, false, "/v1/chat/completions"));
        assertThat(provider.credential()).isNull();
    }

    @Test
    void everyKnownNameIsCovered() {
        assertThat(Providers.knownNames())
                .containsExactlyInAnyOrder(
                        "openai",
                        "anthropic",
                        "gemini",
                        "vertex",
                        "bedrock",
                        "xai",
                        "groq",
                        "deepseek",
                        "openrouter",
                        "together",
                        "fireworks",
                        "cerebras",
                        "perplexity",
                        "nvidia",
                        "huggingface",
                        "moonshot",
                        "qwen",
                        "zai",
                        "mistral",
                        "cohere",
                        "azure",
                        "ollama",
                        "vllm",
                        "lmstudio");
    }

    @Test
    void ollamaSpeaksItsOwnLanguageAtItsBareAddress() {
        for (String url : new String[] {null, "http://127.0.0.1:11434", "http://127.0.0.1:11434/"}) {
            Provider provider = build(entry("ollama", null, url, null, null));

            assertThat(provider.dialect()).as(url).isEqualTo(Dialect.OLLAMA);
            assertThat(provider.endpoint("/api/chat")).isEqualTo(new Endpoint("127.0.0.1", 11434, false, "/api/chat"));
            assertThat(provider.credential()).isNull();
        }
        assertThat(build(entry("mine", "ollama", "https://ollama.example", "k-123", null))
                        .credential())
                .isEqualTo(new Secret("Bearer k-123"));
    }

    @ParameterizedTest
    @CsvSource({
        ", http://127.0.0.1:9/v1",
        ", http://127.0.0.1:9/v1/",
        "openai_chat, http://127.0.0.1:9/v1",
        "openai_chat, ",
    })
    void ollamaKeepsItsCompatibleSide(String dialect, String url) {
        Provider provider = build(entry("ollama", dialect, url, null, null));

        assertThat(provider.dialect()).isEqualTo(Dialect.OPENAI_CHAT);
        assertThat(provider.chatEndpoint("m").target()).isEqualTo("/v1/chat/completions");
        assertThat(provider.profile().closed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:9/api, leave '/api' out", "http://127.0.0.1:9/v1, openai_chat"})
    void ollamasOwnAddressIsBare(String url, String said) {
        assertThatThrownBy(() -> build(entry("ollama", "ollama", url, null, null)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }

    @Test
    void azureSpeaksTheV1SurfaceWithoutAVersion() {
        Provider provider = build(entry("azure", null, "https://name.openai.azure.com/", "secret", null));

        assertThat(provider.chatEndpoint("my deployment").target()).isEqualTo("/openai/v1/chat/completions");
        assertThat(provider.credentialHeader()).isEqualTo("api-key");
        assertThat(provider.credential()).isEqualTo(new Secret("secret"));
        assertThat(provider.declinesPadding()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://name.openai.azure.com/openai/v1, , /openai/v1/chat/completions",
        "https://name.openai.azure.com/openai, , /openai/v1/chat/completions",
        "https://name.openai.azure.com, preview, /openai/v1/chat/completions?api-version=preview",
    })
    void azureAddressesAreTolerated(String url, @Nullable String version, String target) {
        assertThat(build(entry("azure", null, url, "secret", version))
                        .chatEndpoint("d")
                        .target())
                .isEqualTo(target);
    }

    @Test
    void azureDeploymentsAreEncodedIntoThePath() {
        Provider provider = build(entry("azure", null, "https://name.openai.azure.com", "secret", "2024-10-21"));

        assertThat(provider.chatEndpoint("über/../x?y#z %").target())
                .isEqualTo(
                        "/openai/deployments/%C3%BCber%2F..%2Fx%3Fy%23z%20%25/chat/completions?api-version=2024-10-21");
        assertThat(provider.declinesPadding()).isFalse();
        assertThatThrownBy(() -> provider.chatEndpoint("..")).isInstanceOf(GatewayException.class);
    }

    @ParameterizedTest
    @CsvSource({"openai_chat, 2024-10-21", ", 2024-10-21", "openai_responses, preview"})
    void whateverHasAnApiVersionIsAzure(@Nullable String dialect, String version) {
        Provider provider = build(entry("corp", dialect, "https://name.openai.azure.com", "secret", version));

        assertThat(provider.name()).isEqualTo("corp");
        assertThat(provider.credentialHeader()).isEqualTo("api-key");
        assertThat(provider.credential()).isEqualTo(new Secret("secret"));
        assertThat(provider.quirks().padding()).isTrue();
        assertThat(provider.forModel("gpt-5-pro").dialect())
                .isEqualTo(
                        dialect == null || dialect.equals("openai_responses")
                                ? Provider.Dialect.OPENAI_RESPONSES
                                : Provider.Dialect.OPENAI_CHAT);
        assertThat(build(entry("corp", dialect, "http://127.0.0.1:9", null, version))
                        .credential())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "o1-pro, true",
        "gpt-5-pro, true",
        "gpt-5.2-pro-2025-12-11, true",
        "gpt-5-codex, true",
        "gpt-5.1-codex-max, true",
        "codex-mini-latest, true",
        "o3-deep-research, true",
        "o4-mini-deep-research-2025-06-26, true",
        "computer-use-preview, true",
        "gpt-5, false",
        "o4-mini, false",
        "gpt-4o-search-preview, false",
    })
    void someModelsAreReachedInTheResponsesApiOnly(String model, boolean there) {
        for (String name : new String[] {"openai", "azure"}) {
            Provider provider = build(entry(name, null, "https://name.example", "k", null));

            assertThat(provider.forModel(model).dialect())
                    .isEqualTo(there ? Provider.Dialect.OPENAI_RESPONSES : Provider.Dialect.OPENAI_CHAT);
        }
        assertThat(build(entry("xai", null, null, "k", null)).forModel(model).dialect())
                .isEqualTo(Provider.Dialect.OPENAI_CHAT);
    }

    /// Written from documentation.
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4o, true",
        "openai, gpt-5-mini, true",
        "openai, o4-mini, true",
        "openai, gpt-4o-search-preview, false",
        "openai, gpt-5-search-api, false",
        "openai, gpt-4o-audio-preview, false",
        "openai, gpt-3.5-turbo, false",
        "openai, gpt-4, false",
        "azure, gpt-4o, false",
        "xai, grok-4, true",
    })
    void searchingTheWebMayNeedTheResponsesApi(String name, String model, boolean there) {
        Bridge bridge =
                build(entry(name, null, "https://name.example", "k", null)).bridge();

        assertThat(bridge).isNotNull();
        assertThat(bridge.takes("web_search_options", model)).isEqualTo(there);
        assertThat(bridge.takes("temperature", model)).isFalse();
        assertThat(bridge.tools()).contains("web_search", "code_interpreter", "mcp");
    }

    @Test
    void anotherLanguageUnderAzuresNameHasItsOwnRules() {
        Provider provider = build(entry("azure", "anthropic", "https://name.example", "secret", null));

        assertThat(provider.credentialHeader()).isEqualTo("x-api-key");
        assertThat(provider.profile()).isEqualTo(AnthropicRules.provider().profile());
    }

    @Test
    void oldAzureVersionsAreNotAskedForUsage() {
        assertThat(build(entry("azure", null, "https://n.openai.azure.com", "s", "2024-06-01"))
                        .quirks()
                        .streamUsage())
                .isFalse();
        assertThat(build(entry("azure", null, "https://n.openai.azure.com", "s", "2024-10-21"))
                        .quirks()
                        .streamUsage())
                .isTrue();
    }

    @Test
    void anyNameWithDialectAndAddressIsAProvider() {
        Provider provider = build(entry("local", "openai_chat", "http://[::1]:8000/v1/", null, null));

        assertThat(provider.chatEndpoint("m")).isEqualTo(new Endpoint("::1", 8000, false, "/v1/chat/completions"));
        assertThat(provider.profile()).isEqualTo(Profile.EVERYTHING);
    }

    @Test
    void aKnownNameKeepsItsRulesAtAnotherAddress() {
        Provider provider = build(entry("xai", null, "http://127.0.0.1:9/v1", null, null));

        assertThat(provider.chatEndpoint("m").port()).isEqualTo(9);
        assertThat(provider.quirks().usageExcludesReasoning()).isTrue();
        assertThat(provider.credential()).isNull();
    }

    @Test
    void aMissingKeyNamesPositionAndRemedy() {
        assertThatThrownBy(() -> build(entry("groq", null, null, null, null)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gapura.yaml:7:3")
                .hasMessageContaining("${GROQ_API_KEY}");
        assertThatThrownBy(() -> build(entry("azure", null, "https://n.openai.azure.com", null, null)))
                .hasMessageContaining("${AZURE_OPENAI_API_KEY}");
        assertThatThrownBy(() -> build(entry("openai", null, null, " ", null))).hasMessageContaining("needs a key");
    }

    @Test
    void dialectsThatAreNotServedSayWhatIs() {
        assertThatThrownBy(() -> build(entry("mine", "openai-chat", "https://p.example", "k", null)))
                .hasMessageContaining("there is no dialect 'openai-chat'");
        assertThat(build(entry("mine", "anthropic", "https://p.example", "k", null))
                        .credentialHeader())
                .isEqualTo("x-api-key");
    }

    @Test
    void anUnknownNameNeedsDialectAndAddress() {
        assertThatThrownBy(() -> build(entry("mine", null, null, "k", null)))
                .hasMessageContaining("'dialect' and 'base_url'");
        assertThatThrownBy(() -> build(entry("mine", "openai_chat", null, "k", null)))
                .hasMessageContaining("needs 'base_url'");
        assertThatThrownBy(() -> build(entry("azure", null, null, "k", null)))
                .hasMessageContaining("https://NAME.openai.azure.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/v1",
                "host/v1",
                "https://user:pass@host/v1",
                "https://host/v1?x=1",
                "https://host/v1#f",
                "https://host/v1/chat/completions",
                "https:///v1"
            })
    void addressesThatCannotBeUsedAreRefused(String url) {
        assertThatThrownBy(() -> build(entry("mine", "openai_chat", url, null, null)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("base_url")
                .hasMessageNotContaining("pass");
    }

    @Test
    void aKeyThatCannotBeSentIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> build(entry("openai", null, null, "sk-“geheim”", null)))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("geheim");
    }

    @Test
    void everyProblemIsTold() {
        Map<String, ProviderEntry> entries = new LinkedHashMap<>();
        entries.put("groq", entry("groq", null, null, null, null));
        entries.put("xai", entry("xai", null, null, null, null));

        assertThatThrownBy(() -> Providers.build(entries))
                .hasMessageContaining("GROQ_API_KEY")
                .hasMessageContaining("XAI_API_KEY");
    }

    @Test
    void headersAreLowerCase() {
        assertThat(build(withHeaders(Map.of("X-Team", "a"))).headers()).isEqualTo(Map.of("x-team", "a"));
    }

    @Test
    void theEnvironmentGivesEveryProviderWhoseKeyIsSet() {
        Map<String, ProviderEntry> entries = Providers.fromEnvironment(
                Map.of("OPENAI_API_KEY", "a", "HF_TOKEN", "b", "XAI_API_KEY", " ", "AZURE_OPENAI_API_KEY", "c"),
                TIMEOUTS);

        assertThat(entries.keySet()).containsExactly("openai", "huggingface");
        assertThat(Providers.build(entries).get("openai").credential()).isEqualTo(new Secret("Bearer a"));
        assertThat(Providers.fromEnvironment(
                        Map.of("AZURE_OPENAI_API_KEY", "c", "AZURE_OPENAI_ENDPOINT", "https://n.openai.azure.com"),
                        TIMEOUTS))
                .containsOnlyKeys("azure");
    }

    private static Provider build(ProviderEntry entry) {
        Map<String, ProviderEntry> entries = new LinkedHashMap<>();
        entries.put(entry.name(), entry);
        return Providers.build(entries).get(entry.name());
    }

    private static ProviderEntry withHeaders(Map<String, String> headers) {
        return new ProviderEntry(
                "mine", "openai_chat", URI.create("https://h/v1"), null, null, headers, TIMEOUTS, null, null, "f:1:1");
    }

    private static ProviderEntry entry(
            String name,
            @Nullable String dialect,
            @Nullable String baseUrl,
            @Nullable String key,
            @Nullable String version) {
        return new ProviderEntry(
                name,
                dialect,
                baseUrl == null ? null : URI.create(baseUrl),
                key == null ? null : new Secret(key),
                version,
                Map.of(),
                TIMEOUTS,
                null,
                null,
                "gapura.yaml:7:3");
    }
}
