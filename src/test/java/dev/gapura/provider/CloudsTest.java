package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Secret;
import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Vertex AI, Bedrock and Azure with Entra: addresses, languages and identities, from entries and from the environment.
class CloudsTest {
    private static final Config.Timeouts TIMEOUTS = new Config.Timeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(120), Duration.ofMinutes(15));

    private static Provider build(
            String name,
            @Nullable String dialect,
            @Nullable String baseUrl,
            @Nullable String key,
            Map<String, String> headers,
            Config.Cloud cloud) {
        ProviderEntry entry = new ProviderEntry(
                name,
                dialect,
                baseUrl == null ? null : URI.create(baseUrl),
                key == null ? null : new Secret(key),
                null,
                headers,
                TIMEOUTS,
                null,
                null,
                cloud,
                "f.yaml:3:5");
        return Providers.build(Map.of(name, entry)).get(name);
    }

    private static Config.Cloud google(@Nullable String project, @Nullable String location) {
        return new Config.Cloud(project, location, null, null, null, null, null, null, null);
    }

    private static Config.Cloud aws(@Nullable String region) {
        return new Config.Cloud(null, null, null, region, null, null, null, null, null);
    }

    private static Provider vertex(String location) {
        return build("vertex", null, null, null, Map.of(), google("p1", location));
    }

    @ParameterizedTest
    @CsvSource({
        "us-central1, us-central1-aiplatform.googleapis.com",
        "global, aiplatform.googleapis.com",
        "us, aiplatform.us.rep.googleapis.com",
        "eu, aiplatform.eu.rep.googleapis.com",
    })
    void vertexAnswersWhereItsLocationIs(String location, String host) {
        Provider gemini = vertex(location);

        assertThat(gemini.endpoint("/publishers/google/models/m:generateContent"))
                .isEqualTo(new Endpoint(
                        host,
                        443,
                        true,
                        "/v1beta1/projects/p1/locations/" + location + "/publishers/google/models/m:generateContent"));
        assertThat(gemini.identity()).isEqualTo(new Identity.Google(null));
        assertThat(gemini.credential()).isNull();
        assertThat(gemini.profile()).isSameAs(GeminiRules.VERTEX);
    }

    @Test
    void claudeOnVertexIsAskedInAnthropicsLanguage() {
        Provider gemini = vertex("us-east5");
        Provider claude = gemini.forModel("Claude-Opus-4-8@20260601");

        assertThat(gemini.dialect()).isEqualTo(Dialect.GEMINI);
        assertThat(claude.dialect()).isEqualTo(Dialect.ANTHROPIC);
        assertThat(claude.name()).isEqualTo("vertex");
        assertThat(claude.path()).isEqualTo(PathStyle.VERTEX);
        assertThat(claude.baseUrl())
                .isEqualTo(URI.create("https://us-east5-aiplatform.googleapis.com/v1/projects/p1/locations/us-east5"));
        assertThat(claude.identity()).isEqualTo(gemini.identity());
        assertThat(claude.profile()).isSameAs(AnthropicRules.PROFILE);
        assertThat(gemini.forModel("gemini-2.5-pro")).isSameAs(gemini);
        assertThat(gemini.forModel("endpoints/123")).isSameAs(gemini);
    }

    @Test
    void aDialectWrittenOutIsTheOnlyOne() {
        Provider claude = build("second", "anthropic", null, null, Map.of(), google("p1", "eu"));
        Provider gemini = build("third", "gemini", "http://127.0.0.1:9/", null, Map.of(), google("p1", "eu"));

        assertThat(claude.endpoint("/x").target()).isEqualTo("/v1/projects/p1/locations/eu/x");
        assertThat(claude.profile()).isSameAs(AnthropicRules.PROFILE);
        assertThat(gemini.endpoint("/x"))
                .isEqualTo(new Endpoint("127.0.0.1", 9, false, "/v1beta1/projects/p1/locations/eu/x"));
        assertThat(gemini.forModel("claude-3")).isSameAs(gemini);
    }

    @Test
    void expressModeHasAKeyAndNoProject() {
        Provider vertex = build("vertex", null, null, "express-key", Map.of(), Config.Cloud.NONE);

        assertThat(vertex.endpoint("/publishers/google/models/m:generateContent"))
                .isEqualTo(new Endpoint(
                        "aiplatform.googleapis.com", 443, true, "/v1beta1/publishers/google/models/m:generateContent"));
        assertThat(vertex.credentialHeader()).isEqualTo("x-goog-api-key");
        assertThat(vertex.credential()).isEqualTo(new Secret("express-key"));
        assertThat(vertex.identity()).isNull();
    }

    @Test
    void vertexUnderAFreeNameWithItsWholeAddress() {
        String base = "https://eu-west4-aiplatform.googleapis.com/v1/projects/p/locations/eu-west4";
        for (String url : new String[] {base, base + "/publishers/google", base + "/publishers/google/"}) {
            Provider mine = build("mine", "gemini", url, "k", Map.of(), Config.Cloud.NONE);
            assertThat(mine.baseUrl()).as(url).isEqualTo(URI.create(base));
            assertThat(mine.path()).isEqualTo(PathStyle.VERTEX);
        }
    }

    @Test
    void aCredentialHeaderOfTheOperatorsDoes() {
        Provider vertex = build("vertex", null, null, null, Map.of("Authorization", "Bearer own"), google("p1", "eu"));
        assertThatThrownBy(() -> build("vertex", null, null, null, Map.of(), Config.Cloud.NONE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("f.yaml:3:5")
                .hasMessageContaining("'project' and 'location'")
                .hasMessageContaining("express mode");

        assertThat(vertex.identity()).isNull();
    }

    @Test
    void aFileOfCredentialsBelongsToTheIdentity() {
        Config.Cloud cloud = new Config.Cloud("p", "eu", Path.of("k.json"), null, null, null, null, null, null);

        assertThat(build("vertex", null, null, null, Map.of(), cloud).identity())
                .isEqualTo(new Identity.Google(Path.of("k.json")));
    }

    @Test
    void bedrockAnswersWhereItsRegionIs() {
        Provider bedrock = build("bedrock", null, null, null, Map.of(), aws("us-east-1"));

        assertThat(bedrock.endpoint("/model/m/converse"))
                .isEqualTo(new Endpoint("bedrock-runtime.us-east-1.amazonaws.com", 443, true, "/model/m/converse"));
        assertThat(bedrock.identity()).isEqualTo(new Identity.Aws("us-east-1", "bedrock", null, null));
        assertThat(build("europe", "bedrock", null, null, Map.of(), aws("eu-west-1"))
                        .baseUrl())
                .isEqualTo(URI.create("https://bedrock-runtime.eu-west-1.amazonaws.com"));
        assertThat(build("bedrock", null, null, null, Map.of(), aws("cn-north-1"))
                        .baseUrl())
                .isEqualTo(URI.create("https://bedrock-runtime.cn-north-1.amazonaws.com.cn"));
        Provider own = build("bedrock", null, "http://127.0.0.1:9/vpc", null, Map.of(), aws("eu-west-1"));
        assertThat(own.endpoint("/x")).isEqualTo(new Endpoint("127.0.0.1", 9, false, "/vpc/x"));
        assertThat(own.identity()).isNotNull();
    }

    @Test
    void bedrocksKeysAndProfileBelongToTheIdentity() {
        Config.Cloud keys = new Config.Cloud(
                null, null, null, "r-1", null, new Secret("id"), new Secret("canary"), new Secret("token"), null);
        Config.Cloud profile = new Config.Cloud(null, null, null, "r-1", "p", null, null, null, null);

        Provider bedrock = build("bedrock", null, null, null, Map.of(), keys);
        assertThat(bedrock.identity())
                .isEqualTo(new Identity.Aws(
                        "r-1", "bedrock", new Identity.AwsKeys("id", new Secret("canary"), new Secret("token")), null));
        assertThat(bedrock.toString()).doesNotContain("canary");
        assertThat(build("bedrock", null, null, null, Map.of(), profile).identity())
                .isEqualTo(new Identity.Aws("r-1", "bedrock", null, "p"));
        assertThat(build("bedrock", null, null, "key", Map.of(), aws("r-1")).identity())
                .isNull();
    }

    @Test
    void bedrockNeedsARegionUnlessAKeyGoesToAnAddress() {
        assertThatThrownBy(() -> build("bedrock", null, null, "key", Map.of(), Config.Cloud.NONE))
                .hasMessageContaining("f.yaml:3:5")
                .hasMessageContaining("needs 'region', such as region: us-east-1");
        assertThatThrownBy(() -> build("bedrock", null, "https://h.example", null, Map.of(), Config.Cloud.NONE))
                .hasMessageContaining("or an 'api_key'");
        assertThat(build("bedrock", null, "https://h.example", "key", Map.of(), Config.Cloud.NONE)
                        .credential())
                .isEqualTo(new Secret("Bearer key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure", "azure-two"})
    void azureTakesEntraUnderAnyFreeName(String name) {
        Config.Cloud cloud = new Config.Cloud(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Config.Entra.Application("t", "c", new Secret("s")));

        Provider azure = build(name, null, "https://n.openai.azure.com", null, Map.of(), cloud);

        assertThat(azure.path()).isEqualTo(PathStyle.AZURE_V1);
        assertThat(azure.credential()).isNull();
        assertThat(azure.identity()).isEqualTo(new Identity.Entra("t", "c", new Secret("s")));
        assertThatThrownBy(() -> build("openai", null, null, "k", Map.of(), cloud))
                .hasMessageContaining("belongs to Azure");
    }

    @Test
    void theEnvironmentGivesVertexWithProjectAndLocation() {
        assertThat(Providers.fromEnvironment(Map.of("GOOGLE_CLOUD_PROJECT", "p1"), TIMEOUTS))
                .isEmpty();
        Map<String, ProviderEntry> entries = Providers.fromEnvironment(
                Map.of("GOOGLE_CLOUD_PROJECT", "p1", "GOOGLE_CLOUD_LOCATION", "global"), TIMEOUTS);

        assertThat(entries).containsOnlyKeys("vertex");
        assertThat(Providers.build(entries).get("vertex").identity()).isEqualTo(new Identity.Google(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS_ACCESS_KEY_ID",
                "AWS_PROFILE",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI"
            })
    void theEnvironmentGivesBedrockWithARegionAndAnIdentity(String variable) {
        Map<String, String> environment = new HashMap<>(Map.of(variable, "x"));
        assertThat(Providers.fromEnvironment(environment, TIMEOUTS)).isEmpty();
        environment.put("AWS_DEFAULT_REGION", "eu-west-1");
        Map<String, ProviderEntry> entries = Providers.fromEnvironment(environment, TIMEOUTS);

        assertThat(entries).containsOnlyKeys("bedrock");
        assertThat(Providers.build(entries).get("bedrock").identity())
                .isEqualTo(new Identity.Aws("eu-west-1", "bedrock", null, null));
    }

    @Test
    void theEnvironmentsBedrockKeyIsSentAsItIs() {
        Map<String, ProviderEntry> entries = Providers.fromEnvironment(
                Map.of("AWS_BEARER_TOKEN_BEDROCK", "key", "AWS_REGION", "us-west-2", "AWS_PROFILE", "p"), TIMEOUTS);
        Provider bedrock = Providers.build(entries).get("bedrock");

        assertThat(bedrock.credential()).isEqualTo(new Secret("Bearer key"));
        assertThat(bedrock.identity()).isNull();
        assertThat(Providers.fromEnvironment(Map.of("AWS_REGION", "us-west-2"), TIMEOUTS))
                .isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(Providers.absence("vertex")).contains("GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION");
        assertThat(Providers.absence("bedrock")).contains("AWS_REGION").contains("providers.bedrock.region");
    }
}
