package dev.gapura.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.ProxySettings;
import dev.gapura.config.Secret;
import dev.gapura.credential.CredentialSource.Issued;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity;
import dev.gapura.testkit.IssuerServer;
import dev.gapura.testkit.TestClock;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of Entra ID from a loopback endpoint. The shapes are documented, none was recorded.
class EntraSourceTest {
    private final TestClock clock = new TestClock("2026-03-01T12:00:00Z");
    private Vertx vertx;
    private IssuerClient client;
    private IssuerServer server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        client = new IssuerClient(vertx, ProxySettings.NONE);
        server = new IssuerServer();
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().await();
        server.close();
    }

    private Issued issued() throws CredentialException {
        Identity.Entra identity = new Identity.Entra("corp.example", "client-1", new Secret("s&c=ret"));
        Map<String, String> environment = Map.of("AZURE_AUTHORITY_HOST", server.url("/"));
        return EntraSource.of(identity, environment, new TokenEndpoint(client, clock, null))
                .issue();
    }

    @Test
    void aClientSecretBringsAToken() throws Exception {
        server.on("/corp.example/oauth2/v2.0/token", 200, "{\"access_token\":\"token-1\",\"expires_in\":3599}");

        Issued issued = issued();

        assertThat(issued.expires()).isEqualTo(Instant.parse("2026-03-01T12:59:59Z"));
        assertThat(issued.credential()
                        .headers(new UnsignedCall(
                                "POST",
                                new Endpoint("host", 443, true, "/"),
                                Map.of(),
                                () -> new ByteArrayInputStream(new byte[0]))))
                .isEqualTo(Map.of("authorization", "Bearer token-1"));
        assertThat(server.asked().getFirst().form())
                .isEqualTo(Map.of(
                        "grant_type", "client_credentials",
                        "client_id", "client-1",
                        "client_secret", "s&c=ret",
                        "scope", "https://cognitiveservices.azure.com/.default"));
    }

    @Test
    void aRefusalNamesMicrosoftsNumberAndTheRemedy() {
        server.on(
                "/corp.example/oauth2/v2.0/token",
                401,
                "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided "
                        + "for app 'client-1'. Trace ID: 1234\"}");

        assertThatThrownBy(this::issued)
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("invalid_client (AADSTS7000215)")
                .hasMessageContaining("client_secret, and whether the secret has expired")
                .hasMessageNotContaining("Trace ID")
                .hasMessageNotContaining("s&c=ret");
    }

    private Issued managed(@Nullable String clientId, Map<String, String> environment) throws CredentialException {
        return new EntraManagedSource(new Identity.EntraManaged(clientId), environment, clock, client).issue();
    }

    private static String header(Issued issued) {
        return issued.credential()
                .headers(new UnsignedCall(
                        "POST",
                        new Endpoint("host", 443, true, "/"),
                        Map.of(),
                        () -> new ByteArrayInputStream(new byte[0])))
                .get("authorization");
    }

    @Test
    void aMachineHasAnIdentity() throws Exception {
        server.on(
                "/metadata/identity/oauth2/token",
                200,
                "{\"access_token\":\"token-2\",\"expires_in\":\"3599\",\"expires_on\":\"1\"}");

        Issued issued = managed("id-1", Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url("/")));

        assertThat(issued.expires()).isEqualTo(Instant.parse("2026-03-01T12:59:59Z"));
        assertThat(header(issued)).isEqualTo("Bearer token-2");
        IssuerServer.Asked asked = server.asked().getFirst();
        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.headers()).containsEntry("metadata", "true");
        assertThat(asked.target())
                .isEqualTo("/metadata/identity/oauth2/token?api-version=2018-02-01"
                        + "&resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=id-1");
    }

    @Test
    void aServiceOfAzureHasOne() throws Exception {
        server.on("/msi/token", 200, "{\"access_token\":\"token-3\",\"expires_on\":\"1772370000\"}");

        Issued issued =
                managed(null, Map.of("IDENTITY_ENDPOINT", server.url("/msi/token"), "IDENTITY_HEADER", "s3cret"));

        assertThat(issued.expires()).isEqualTo(Instant.ofEpochSecond(1_772_370_000));
        assertThat(server.asked().getFirst().headers()).containsEntry("x-identity-header", "s3cret");
        assertThat(server.asked().getFirst().target()).doesNotContain("client_id");
    }

    @Test
    void whatIsNoIdentityIsTold() {
        server.on(
                "/metadata/identity/oauth2/token",
                400,
                "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}");

        assertThatThrownBy(() -> managed(null, Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url("/"))))
                .hasMessageContaining("refused with invalid_request")
                .hasMessageContaining("assign an identity");
        assertThatThrownBy(() -> managed(null, Map.of("IDENTITY_ENDPOINT", server.url("/x"))))
                .hasMessageContaining("Azure Arc");
        server.close();
        assertThatThrownBy(() -> managed(null, Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url("/"))))
                .hasMessageContaining("machines and services of Azure only");
    }

    @Test
    void aWorkloadShowsTheTokenOfItsCluster(@TempDir Path folder) throws Exception {
        server.on("/t-1/oauth2/v2.0/token", 200, "{\"access_token\":\"token-4\",\"expires_in\":3599}");
        Path file = Files.writeString(folder.resolve("token"), "cluster-token\n");
        Map<String, String> environment = new HashMap<>(Map.of(
                "AZURE_AUTHORITY_HOST",
                server.url("/"),
                "AZURE_TENANT_ID",
                "t-1",
                "AZURE_CLIENT_ID",
                "c-1",
                "AZURE_FEDERATED_TOKEN_FILE",
                file.toString()));
        EntraSource source = EntraSource.ofWorkload(environment, new TokenEndpoint(client, clock, null));

        assertThat(header(source.issue())).isEqualTo("Bearer token-4");

        assertThat(server.asked().getFirst().form())
                .isEqualTo(Map.of(
                        "grant_type", "client_credentials",
                        "client_id", "c-1",
                        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion", "cluster-token",
                        "scope", "https://cognitiveservices.azure.com/.default"));
        Files.delete(file);
        assertThatThrownBy(source::issue).hasMessageContaining("AZURE_FEDERATED_TOKEN_FILE names cannot be read");
        environment.remove("AZURE_CLIENT_ID");
        assertThatThrownBy(source::issue).hasMessageContaining("workload_identity needs AZURE_CLIENT_ID");
    }
}
