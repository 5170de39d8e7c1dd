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
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        return new EntraSource(identity, environment, new TokenEndpoint(client, clock, null)).issue();
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
}
