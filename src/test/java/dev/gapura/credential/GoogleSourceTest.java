package dev.gapura.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.ProxySettings;
import dev.gapura.credential.CredentialSource.Issued;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity;
import dev.gapura.testkit.IssuerServer;
import dev.gapura.testkit.IssuerServer.Answer;
import dev.gapura.testkit.IssuerServer.Asked;
import dev.gapura.testkit.TestClock;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where Google's tokens come from, each place on loopback, with real sockets and files. The shapes are documented,
/// none was recorded.
class GoogleSourceTest {
    private static final String TOKEN = "{\"access_token\":\"%s\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path home;

    private final TestClock clock = new TestClock(NOW.toString());
    private final Map<String, String> environment = new HashMap<>();
    private Vertx vertx;
    private IssuerClient client;
    private IssuerServer server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        client = new IssuerClient(vertx, ProxySettings.NONE);
        server = new IssuerServer();
        environment.put("HOME", home.toString());
        environment.put("GCE_METADATA_HOST", server.url("").substring("http://".length()));
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().await();
        server.close();
    }

    private Issued issued(@Nullable Path configured) throws CredentialException {
        return new GoogleSource(new Identity.Google(configured), environment, clock, client, null).issue();
    }

    private static Map<String, String> headers(Issued issued) {
        assertThat(issued.credential().coversBody()).isFalse();
        assertThat(issued.credential().toString()).doesNotContain("token-");
        return issued.credential()
                .headers(new UnsignedCall(
                        "POST",
                        new Endpoint("host", 443, true, "/"),
                        Map.of(),
                        () -> new ByteArrayInputStream(new byte[0])));
    }

    private static String token(Issued issued) {
        return headers(issued).get("authorization");
    }

    private Path file(String name, JsonNode content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, JsonTree.text(content));
    }

    private ObjectNode user(String refresh) {
        return JsonTree.object()
                .put("type", "authorized_user")
                .put("client_id", "id")
                .put("client_secret", "client-secret")
                .put("refresh_token", refresh)
                .put("token_uri", server.url("/token"));
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private ObjectNode serviceAccount(KeyPair keys) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        return JsonTree.object()
                .put("type", "service_account")
                .put("client_email", "app@my-project.iam.gserviceaccount.com")
                .put("private_key_id", "key-1")
                .put("private_key", pem)
                .put("token_uri", server.url("/token"));
    }

    private static JsonNode part(String assertion, int index) {
        byte[] json = Base64.getUrlDecoder().decode(assertion.split("\\.")[index]);
        return Objects.requireNonNull(JsonTree.readOrNull(new String(json, StandardCharsets.UTF_8)));
    }

    @Test
    void aServiceAccountSignsForItsToken() throws Exception {
        KeyPair keys = keys();
        Path key = file("key.json", serviceAccount(keys));
        server.on("/token", 200, TOKEN.formatted("token-1"));

        Issued issued = issued(key);

        assertThat(headers(issued)).isEqualTo(Map.of("authorization", "Bearer token-1"));
        assertThat(issued.expires()).isEqualTo(NOW.plusSeconds(3599));
        Map<String, String> form = server.asked().getFirst().form();
        assertThat(form).containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        String assertion = form.get("assertion");
        assertThat(part(assertion, 0))
                .isEqualTo(
                        JsonTree.object().put("alg", "RS256").put("typ", "JWT").put("kid", "key-1"));
        JsonNode claims = part(assertion, 1);
        assertThat(claims.path("iss").asText()).isEqualTo("app@my-project.iam.gserviceaccount.com");
        assertThat(claims.path("aud").asText()).isEqualTo(server.url("/token"));
        assertThat(claims.path("scope").asText()).isEqualTo("https://www.googleapis.com/auth/cloud-platform");
        assertThat(claims.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() + 3600);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(keys.getPublic());
        signature.update(assertion.substring(0, assertion.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(assertion.split("\\.")[2])))
                .isTrue();
    }

    @Test
    void filesAreTakenInTheirOrder() throws Exception {
        Path gcloud = file(".config/gcloud/application_default_credentials.json", user("of-gcloud"));
        server.on(
                        "/token",
                        asked -> new Answer(200, TOKEN.formatted(asked.form().get("refresh_token"))))
                .on("/computeMetadata/v1/instance/service-accounts/default/token", 200, TOKEN.formatted("of-metadata"));

        assertThat(token(issued(null))).isEqualTo("Bearer of-gcloud");
        environment.put(
                "GOOGLE_APPLICATION_CREDENTIALS",
                file("named.json", user("of-variable")).toString());
        assertThat(token(issued(null))).isEqualTo("Bearer of-variable");
        assertThat(token(issued(file("own.json", user("of-file"))))).isEqualTo("Bearer of-file");
        assertThat(server.asked().getFirst().form())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("client_secret", "client-secret");
        environment.remove("GOOGLE_APPLICATION_CREDENTIALS");
        Files.delete(gcloud);
        assertThat(token(issued(null))).isEqualTo("Bearer of-metadata");
        assertThat(server.asked().getLast().headers()).containsEntry("metadata-flavor", "Google");
        environment.put("CLOUDSDK_CONFIG", home.resolve("elsewhere").toString());
        file("elsewhere/application_default_credentials.json", user("of-folder"));
        assertThat(token(issued(null))).isEqualTo("Bearer of-folder");
    }

    @Test
    void aPersonsQuotaProjectIsNamed() throws Exception {
        server.on("/token", 200, TOKEN.formatted("token-1"));

        Issued issued = issued(file("user.json", user("r").put("quota_project_id", "billed-project")));

        assertThat(headers(issued))
                .isEqualTo(Map.of("authorization", "Bearer token-1", "x-goog-user-project", "billed-project"));
    }

    @Test
    void anotherCloudsTokenIsExchanged() throws Exception {
        Files.writeString(home.resolve("subject"), "subject-1\n");
        ObjectNode json = JsonTree.object()
                .put("type", "external_account")
                .put("audience", "//iam.googleapis.com/pool")
                .put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt")
                .put("token_url", server.url("/sts"));
        json.putObject("credential_source").put("file", home.resolve("subject").toString());
        server.on("/sts", 200, TOKEN.formatted("token-federated"));

        assertThat(token(issued(file("e.json", json)))).isEqualTo("Bearer token-federated");
        assertThat(server.asked().getLast().form())
                .containsEntry("subject_token", "subject-1")
                .containsEntry("audience", "//iam.googleapis.com/pool")
                .containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");

        ObjectNode source = json.putObject("credential_source").put("url", server.url("/subject"));
        source.putObject("headers").put("x-key", "v");
        source.putObject("format").put("type", "json").put("subject_token_field_name", "jwt");
        json.put("service_account_impersonation_url", server.url("/v1/sa:generateAccessToken"));
        server.on("/subject", 200, "{\"jwt\":\"subject-2\"}")
                .on(
                        "/v1/sa:generateAccessToken",
                        200,
                        "{\"accessToken\":\"token-sa\",\"expireTime\":\"2026-03-01T13:00:00Z\"}");

        Issued issued = issued(file("e.json", json));

        assertThat(token(issued)).isEqualTo("Bearer token-sa");
        assertThat(issued.expires()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        List<Asked> asked = server.asked().subList(1, 4);
        assertThat(asked.getFirst().headers()).containsEntry("x-key", "v");
        assertThat(asked.get(1).form()).containsEntry("subject_token", "subject-2");
        assertThat(asked.get(2).headers()).containsEntry("authorization", "Bearer token-federated");
    }

    @Test
    void aServiceAccountIsTakenOnByAPerson() throws Exception {
        ObjectNode json = JsonTree.object()
                .put("type", "impersonated_service_account")
                .put("service_account_impersonation_url", server.url("/sa"));
        json.set("source_credentials", user("r"));
        server.on("/token", 200, TOKEN.formatted("token-own"))
                .on("/sa", 200, "{\"accessToken\":\"token-sa\",\"expireTime\":\"2026-03-01T13:00:00Z\"}");

        assertThat(token(issued(file("i.json", json)))).isEqualTo("Bearer token-sa");

        server.on(
                "/sa", 403, "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"x@y.example\"}}");
        assertThatThrownBy(() -> issued(home.resolve("i.json")))
                .hasMessageContaining("PERMISSION_DENIED")
                .hasMessageContaining("Service Account Token Creator")
                .hasMessageNotContaining("y.example");
    }

    @Test
    void refusalsSayWhyAndWhatToDo() throws Exception {
        server.on(
                "/token",
                400,
                "{\"error\":\"invalid_grant\",\"error_description\":\"Token for app@x.example has been revoked.\"}");

        assertThatThrownBy(() -> issued(file("user.json", user("refresh-secret"))))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("invalid_grant")
                .hasMessageContaining("gcloud auth application-default login")
                .hasMessageNotContaining("x.example")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> issued(file("key.json", serviceAccount(keys()))))
                .hasMessageContaining("key of the service account");
        server.on("/token", 200, "{\"access_token\":\"a b\"}");
        assertThatThrownBy(() -> issued(home.resolve("user.json"))).hasMessageContaining("gave no access token");
        server.on("/token", 503, "<html>");
        assertThatThrownBy(() -> issued(home.resolve("user.json"))).hasMessageContaining("refused with 503");
    }

    @Test
    void filesThatAreNoCredentialsSayWhich() throws Exception {
        environment.put(
                "GOOGLE_APPLICATION_CREDENTIALS", home.resolve("absent.json").toString());
        assertThatThrownBy(() -> issued(null))
                .hasMessageContaining("the file that GOOGLE_APPLICATION_CREDENTIALS names cannot be read")
                .hasMessageNotContaining("absent.json");
        Path odd = Files.writeString(home.resolve("odd.json"), "no json");
        assertThatThrownBy(() -> issued(odd)).hasMessageContaining("the file of 'credentials' is not JSON");
        Files.writeString(odd, "{\"type\":\"something\"}");
        assertThatThrownBy(() -> issued(odd)).hasMessageContaining("service_account, authorized_user");
        Files.writeString(odd, JsonTree.text(user("r").without("refresh_token")));
        assertThatThrownBy(() -> issued(odd)).hasMessageContaining("has no 'refresh_token'");
        Files.writeString(odd, JsonTree.text(serviceAccount(keys()).put("private_key", "no key")));
        assertThatThrownBy(() -> issued(odd)).hasMessageContaining("private_key that is no RSA key");
        Files.writeString(odd, JsonTree.text(user("r").put("token_uri", "ftp://x.example")));
        assertThatThrownBy(() -> issued(odd)).hasMessageContaining("not one of http or https");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void nothingAnywhereSaysWhatToDo() {
        assertThatThrownBy(() -> issued(null)).hasMessageContaining("attach a service account");
        environment.put("GCE_METADATA_HOST", "127.0.0.1:1");
        assertThatThrownBy(() -> issued(null))
                .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
                .hasMessageContaining("cannot be reached")
                .hasMessageNotContaining("127.0.0.1");
    }
}
