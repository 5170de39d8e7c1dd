package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Members by which calls to clouds prove who they are.
class CloudReaderTest {
    private static Config.Cloud read(String name, String members) {
        return load(name, members).config().providers().get(name).cloud();
    }

    private static Loaded load(String name, String members) {
        return new ConfigLoader(Map.of("SECRET", "s3cr3t"), Set.of())
                .parse("providers:\n  " + name + ": { " + members + " }\n", "f.yaml", Overrides.NONE);
    }

    @Test
    void googleHasProjectLocationAndAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key.json"), "{}");

        Config.Cloud cloud = read("vertex", "project: my-project, location: eu, credentials: \"" + file + "\"");

        assertThat(cloud.project()).isEqualTo("my-project");
        assertThat(cloud.location()).isEqualTo("eu");
        assertThat(cloud.credentials()).isEqualTo(file);
        assertThat(read("second", "dialect: anthropic, project: \"123456\", location: us-east5")
                        .project())
                .isEqualTo("123456");
    }

    @Test
    void azureHasAnApplication() {
        String url = "base_url: \"https://n.openai.azure.com\", ";

        assertThat(read("azure", url + "entra: { tenant: corp.example, client_id: c, client_secret: \"${SECRET}\" }")
                        .entra())
                .isEqualTo(new Config.Entra.Application("corp.example", "c", new Secret("s3cr3t")));
    }

    @Test
    void identitiesThatAzureGives() {
        String url = "base_url: \"https://n.example\", ";
        assertThat(read("azure", url + "entra: { managed_identity: true }").entra())
                .isEqualTo(new Config.Entra.Managed(null));
        assertThat(read("azure", url + "entra: { managed_identity: true, client_id: c }")
                        .entra())
                .isEqualTo(new Config.Entra.Managed("c"));
        assertThat(read("azure", url + "entra: { workload_identity: true }").entra())
                .isEqualTo(new Config.Entra.Workload());
    }

    @Test
    void others() {
        assertThat(read("openai", "api_key: x")).isEqualTo(Config.Cloud.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "openai | region: us-east-1 | f.yaml:2:21: providers.openai.region belongs to Amazon Bedrock",
                "openai | project: p1, location: eu | f.yaml:2:22: providers.openai.project belongs to Vertex AI",
                "mine | dialect: gemini, entra: { } | belongs to Azure",
                "vertex | project: my-project | f.yaml:2:22: providers.vertex.project needs providers.vertex.location",
                "vertex | location: eu | providers.vertex.location needs providers.vertex.project",
                "vertex | project: P_1, location: eu | 'P_1' is not the id of a Google Cloud project",
                "vertex | project: p1, location: Europe | 'Europe' is not a location of Vertex AI",
                "vertex | project: p1, location: eu, credentials: /none | is not a file that can be read",
                "azure | entra: { tenant: a/b, client_id: c, client_secret: d } | 'a/b' is not the id or the domain",
                "azure | entra: { tenant: t, client_id: c } | providers.azure.entra.client_secret is missing",
                "azure | entra: { tenant: t, client_id: c, client_secret: d, scope: e } | unknown key",
                "azure | entra: { } | managed_identity: true",
                "azure | entra: { managed_identity: true, client_secret: d } | unknown key",
                "azure | entra: { managed_identity: true, workload_identity: true } | are two ways; keep one",
                "azure | api_key: k, entra: { tenant: t, client_id: c, client_secret: d } | two ways to prove the same",
                "bedrock | region: us_east | 'us_east' is not a region of AWS",
                "bedrock | region: us-east-1, access_key_id: a | needs providers.bedrock.secret_access_key beside it",
                "bedrock | region: us-east-1, secret_access_key: a | needs providers.bedrock.access_key_id beside it",
                "bedrock | region: us-east-1, session_token: a | goes with access_key_id and secret_access_key",
                "bedrock | region: us-east-1, profile: p, api_key: k | two ways to prove the same",
            })
    void mistakesAreToldWithPlaceAndRemedy(String name, String members, String message) {
        assertThatThrownBy(() -> load(name, members))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("f.yaml:2:")
                .hasMessageContaining(message);
    }

    @Test
    void secretsAreNotShown() {
        assertThatThrownBy(() -> load("bedrock", "region: us-east-1, secret_access_key: \"${SECRET}\""))
                .hasMessageNotContaining("s3cr3t");
        assertThat(read(
                                "azure",
                                "base_url: \"https://n.example\", entra: { tenant: t, client_id: c, "
                                        + "client_secret: \"${SECRET}\" }")
                        .toString())
                .doesNotContain("s3cr3t");
    }
}
