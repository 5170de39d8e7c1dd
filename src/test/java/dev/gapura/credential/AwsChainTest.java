package dev.gapura.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.ProxySettings;
import dev.gapura.credential.CredentialSource.Issued;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Identity;
import dev.gapura.testkit.AwsSignature;
import dev.gapura.testkit.IssuerServer;
import dev.gapura.testkit.IssuerServer.Answer;
import dev.gapura.testkit.IssuerServer.Asked;
import dev.gapura.testkit.TestClock;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where AWS keys come from, each place on loopback, with real sockets and files. The shapes are documented, none was
/// recorded.
class AwsChainTest {
    private static final String KEYS = "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"secret\","
            + "\"Token\":\"token\",\"Expiration\":\"2026-03-01T18:00:00Z\"}";
    private static final Instant END = Instant.parse("2026-03-01T18:00:00Z");

    @TempDir
    private Path home;

    private final TestClock clock = new TestClock("2026-03-01T12:00:00Z");
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
        environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url("/"));
        environment.put("AWS_ENDPOINT_URL_STS", server.url(""));
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().await();
        server.close();
    }

    private AwsChain chain(@Nullable String profile) {
        AwsRoles roles = new AwsRoles(environment, client, clock, "eu-west-1", null);
        Identity.Aws identity = new Identity.Aws("eu-west-1", "bedrock", null, profile);
        return new AwsChain(identity, environment, clock, roles, new AwsMetadata(environment, client));
    }

    private Issued issued() throws CredentialException {
        return chain(null).issue();
    }

    /// Id of the access key that a credential signs with, and its session token.
    private static String key(Issued issued) {
        Map<String, String> headers = issued.credential()
                .headers(new UnsignedCall(
                        "POST",
                        new Endpoint("host", 443, true, "/"),
                        Map.of(),
                        () -> new ByteArrayInputStream(new byte[0])));
        String authorization = headers.get("authorization");
        int from = authorization.indexOf("Credential=") + "Credential=".length();
        String token = headers.get("x-amz-security-token");
        return authorization.substring(from, authorization.indexOf('/', from)) + (token == null ? "" : "+" + token);
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws").resolve(name), text);
    }

    private static String sts(String id) {
        return "<AssumeRoleResponse><R><Credentials><AccessKeyId>" + id + "</AccessKeyId><SecretAccessKey>s"
                + "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-03-01T18:00:00Z</Expiration>"
                + "</Credentials></R></AssumeRoleResponse>";
    }

    @Test
    void theEnvironmentComesFirst() throws Exception {
        environment.put("AWS_ACCESS_KEY_ID", "AKENV");
        environment.put("AWS_SECRET_ACCESS_KEY", "s");
        assertThat(key(issued())).isEqualTo("AKENV");
        assertThat(issued().expires()).isNull();
        environment.put("AWS_SESSION_TOKEN", "t");
        assertThat(key(issued())).isEqualTo("AKENV+t");
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void systemPropertiesComeNext() throws Exception {
        try {
            System.setProperty("aws.accessKeyId", "AKPROP");
            System.setProperty("aws.secretAccessKey", "s");
            assertThat(key(issued())).isEqualTo("AKPROP");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void aWebIdentityTakesItsRoleOn() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "first\n");
        environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app");
        environment.put("AWS_ROLE_SESSION_NAME", "pod-1");
        server.on("/", 200, sts("ASWEB"));

        Issued issued = issued();

        assertThat(key(issued)).isEqualTo("ASWEB+t");
        assertThat(issued.expires()).isEqualTo(END);
        Files.writeString(token, "second");
        issued();
        assertThat(server.asked())
                .extracting(asked -> asked.form().get("WebIdentityToken"))
                .containsExactly("first", "second");
        assertThat(server.asked().getFirst().form())
                .containsEntry("Action", "AssumeRoleWithWebIdentity")
                .containsEntry("RoleArn", "arn:aws:iam::123456789012:role/app")
                .containsEntry("RoleSessionName", "pod-1");
        assertThat(server.asked().getFirst().headers()).doesNotContainKey("authorization");
    }

    @Test
    void aRoleThatIsRefusedSaysWhyAndIsNotPassedOver() throws Exception {
        environment.put(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                Files.writeString(home.resolve("token"), "t").toString());
        environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app");
        server.on("/", 403, "<E><Code>AccessDenied</Code><Message>arn:aws:iam::123456789012 may not</Message></E>");

        assertThatThrownBy(this::issued)
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("AccessDenied")
                .hasMessageContaining("trust policy")
                .hasMessageNotContaining("123456789012");
        assertThat(server.asked()).hasSize(1);
        Files.delete(home.resolve("token"));
        assertThatThrownBy(this::issued)
                .hasMessageContaining("web identity token")
                .hasMessageNotContaining("token/");
    }

    @Test
    void profilesOfBothFilesAreRead() throws Exception {
        file(
                "credentials",
                "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n"
                        + "[both]\naws_access_key_id = AKCRED\naws_secret_access_key = s\naws_session_token = t\n");
        file(
                "config",
                "[profile both]\naws_access_key_id = AKCONF\naws_secret_access_key = s\n"
                        + "[profile half]\naws_access_key_id = AKHALF\n[profile empty]\nregion = us-east-1\n");

        assertThat(key(issued())).isEqualTo("AKDEFAULT");
        assertThat(key(chain("both").issue()))
                .as("the file of credentials wins")
                .isEqualTo("AKCRED+t");
        environment.put("AWS_PROFILE", "both");
        assertThat(key(issued())).isEqualTo("AKCRED+t");
        assertThatThrownBy(() -> chain("half").issue()).hasMessageContaining("one half of a key");
        for (String name : List.of("empty", "absent")) {
            assertThatThrownBy(() -> chain(name).issue())
                    .hasMessageContaining("no profile '" + name + "' with credentials");
        }
    }

    @Test
    void filesMayLieElsewhereAndMayBeMalformed() throws Exception {
        Path elsewhere = Files.writeString(
                home.resolve("mine"), "[default]\naws_access_key_id = AKELSE\naws_secret_access_key = s\n");
        environment.put("AWS_SHARED_CREDENTIALS_FILE", elsewhere.toString());
        assertThat(key(issued())).isEqualTo("AKELSE");

        Files.writeString(elsewhere, "what is this?\n");
        assertThatThrownBy(this::issued)
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("'credentials' cannot be read")
                .hasMessageNotContaining("what is this");
    }

    @Test
    void aProcessGivesKeys() throws Exception {
        Path answer = Files.writeString(home.resolve("answer.json"), KEYS.formatted("ASPROC"));
        file(
                "config",
                "[default]\ncredential_process = cat \"" + answer + "\"\n[profile fails]\n"
                        + "credential_process = exit 3\n[profile odd]\ncredential_process = echo hello\n");

        Issued issued = issued();

        assertThat(key(issued)).isEqualTo("ASPROC+token");
        assertThat(issued.expires()).isEqualTo(END);
        assertThatThrownBy(() -> chain("fails").issue()).hasMessageContaining("run it by hand");
        assertThatThrownBy(() -> chain("odd").issue()).hasMessageContaining("gave no JSON");
    }

    @Test
    void aProfileTakesARoleOnWithTheKeysOfAnother() throws Exception {
        file("credentials", "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = base-secret\n");
        file(
                "config",
                "[default]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = base\n"
                        + "external_id = ext\nrole_session_name = me\n");
        server.on("/", 200, sts("ASROLE"));

        assertThat(key(issued())).isEqualTo("ASROLE+t");

        Asked asked = server.asked().getFirst();
        assertThat(asked.form())
                .containsEntry("Action", "AssumeRole")
                .containsEntry("ExternalId", "ext")
                .containsEntry("RoleSessionName", "me");
        assertThat(AwsSignature.fault(
                        "POST",
                        asked.target(),
                        asked.headers(),
                        asked.body().getBytes(StandardCharsets.UTF_8),
                        "AKBASE",
                        "base-secret"))
                .isEmpty();
    }

    @Test
    void aProfileTakesARoleOnWithKeysFromAnotherPlace() throws Exception {
        file(
                "config",
                "[default]\nrole_arn = r\ncredential_source = EcsContainer\n"
                        + "[profile env]\nrole_arn = r\ncredential_source = Environment\n[profile none]\nrole_arn = r\n"
                        + "[profile loop]\nrole_arn = r\nsource_profile = back\n[profile back]\nrole_arn = r\n"
                        + "source_profile = loop\n[profile mfa]\nrole_arn = r\nsource_profile = env\nmfa_serial = x\n"
                        + "[profile person]\nlogin_session = s\n");
        environment.put(AwsMetadata.FULL, server.url("/keys"));
        server.on("/keys", 200, KEYS.formatted("ASTASK")).on("/", 200, sts("ASROLE"));

        assertThat(key(issued())).isEqualTo("ASROLE+t");
        assertThat(server.asked()).extracting(Asked::target).containsExactly("/keys", "/");
        assertThatThrownBy(() -> chain("env").issue()).hasMessageContaining("credential_source that has no keys");
        assertThatThrownBy(() -> chain("none").issue()).hasMessageContaining("add source_profile");
        assertThatThrownBy(() -> chain("loop").issue()).hasMessageContaining("leads back to itself");
        assertThatThrownBy(() -> chain("mfa").issue()).hasMessageContaining("second factor");
        assertThatThrownBy(() -> chain("person").issue())
                .hasMessageContaining("aws configure export-credentials --profile person");
    }

    /// A login as `aws sso login` leaves it, under the hash of the session's name or of the older profile's address.
    private void login(String name, String token, String end) throws Exception {
        Path cache = Files.createDirectories(home.resolve(".aws/sso/cache"));
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                cache.resolve(HexFormat.of().formatHex(hash) + ".json"),
                "{\"accessToken\":\"" + token + "\",\"expiresAt\":\"" + end + "\",\"region\":\"eu-west-1\"}");
    }

    private static final String LOGGED_IN = "{\"roleCredentials\":{\"accessKeyId\":\"ASSSO\",\"secretAccessKey\":\"s\","
            + "\"sessionToken\":\"t\",\"expiration\":" + END.toEpochMilli() + "}}";

    @Test
    void whoLoggedInHasTheKeysOfTheProfilesRole() throws Exception {
        file(
                "config",
                "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start\n"
                        + "[profile new]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = My Role\n"
                        + "[profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n"
                        + "sso_account_id = 1\nsso_role_name = r\n[profile role]\nrole_arn = r\nsource_profile = new\n");
        environment.put("AWS_ENDPOINT_URL_SSO", server.url(""));
        login("work", "tok", "2026-03-01T17:00:00Z");
        login("https://old.awsapps.com/start", "old-tok", "2026-03-01T17:00:00UTC");
        server.on("/federation/credentials", 200, LOGGED_IN).on("/", 200, sts("ASROLE"));

        Issued issued = chain("new").issue();
        assertThat(key(issued)).isEqualTo("ASSSO+t");
        assertThat(issued.expires()).isEqualTo(END);
        Asked asked = server.asked().getFirst();
        assertThat(asked.method()).isEqualTo("GET");
        assertThat(asked.target()).isEqualTo("/federation/credentials?role_name=My%20Role&account_id=123456789012");
        assertThat(asked.headers()).containsEntry("x-amz-sso_bearer_token", "tok");

        assertThat(key(chain("old").issue())).isEqualTo("ASSSO+t");
        assertThat(server.asked().getLast().headers()).containsEntry("x-amz-sso_bearer_token", "old-tok");
        assertThat(key(chain("role").issue())).isEqualTo("ASROLE+t");
    }

    @Test
    void whoHasToLogInAgainIsTold() throws Exception {
        file(
                "config",
                "[sso-session work]\nsso_region = eu-west-1\n[profile new]\nsso_session = work\nsso_account_id = 1\n"
                        + "sso_role_name = r\n[profile lost]\nsso_session = gone\n[profile half]\nsso_session = work\n");
        environment.put("AWS_ENDPOINT_URL_SSO", server.url(""));
        assertThatThrownBy(() -> chain("new").issue())
                .hasMessageContaining("is not there; run: aws sso login --profile new");
        login("work", "tok", "2026-03-01T12:00:00Z");
        assertThatThrownBy(() -> chain("new").issue()).hasMessageContaining("has ended; run: aws sso login");
        login("work", "tok", "2026-03-01T17:00:00Z");
        server.on("/federation/credentials", 401, "{\"message\":\"Session token not found\"}");
        assertThatThrownBy(() -> chain("new").issue())
                .hasMessageContaining("is not accepted any more")
                .hasMessageNotContaining("tok ");
        server.on("/federation/credentials", 403, "{}");
        assertThatThrownBy(() -> chain("new").issue()).hasMessageContaining("with 403; look at sso_account_id");
        assertThatThrownBy(() -> chain("lost").issue()).hasMessageContaining("sso_session 'gone'");
        assertThatThrownBy(() -> chain("half").issue()).hasMessageContaining("has no sso_account_id");
    }

    @Test
    void aContainerHasKeysAndItsTokenFileIsReadEachTime() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "one");
        environment.put(AwsMetadata.FULL, server.url("/v1/credentials?a=b"));
        environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
        server.on("/v1/credentials", 200, KEYS.formatted("ASPOD"));

        Issued issued = issued();
        Files.writeString(token, "two");
        issued();

        assertThat(key(issued)).isEqualTo("ASPOD+token");
        assertThat(issued.expires()).isEqualTo(END);
        assertThat(server.asked())
                .extracting(asked -> asked.headers().get("authorization"))
                .containsExactly("one", "two");
    }

    @Test
    void aContainerThatRefusesSaysSoAndFarHostsAreNotAskedInTheClear() {
        environment.put(AwsMetadata.FULL, server.url("/none"));
        assertThatThrownBy(this::issued).hasMessageContaining("answered 404").hasMessageContaining("role of the task");
        environment.put(AwsMetadata.FULL, "http://keys.example/v1");
        assertThatThrownBy(this::issued).hasMessageContaining("https").hasMessageNotContaining("keys.example");
    }

    @Test
    void anInstanceHasKeysByTheSecondVersion() throws Exception {
        server.on("/latest/api/token", asked -> new Answer(asked.method().equals("PUT") ? 200 : 405, "session"))
                .on("/latest/meta-data/iam/security-credentials/", 200, "app-role\n")
                .on("/latest/meta-data/iam/security-credentials/app-role", 200, KEYS.formatted("ASINST"));

        Issued issued = issued();

        assertThat(key(issued)).isEqualTo("ASINST+token");
        assertThat(issued.expires()).isEqualTo(END);
        assertThat(server.asked()).hasSize(3);
        assertThat(server.asked().subList(1, 3))
                .allMatch(asked -> "session".equals(asked.headers().get("x-aws-ec2-metadata-token")));
    }

    @Test
    void nothingAnywhereSaysWhatToDo() {
        server.on("/latest/api/token", 200, "session");
        assertThatThrownBy(this::issued)
                .hasMessageContaining("AWS_ACCESS_KEY_ID")
                .hasMessageContaining("access_key_id")
                .hasMessageContaining("attach an instance profile");
        int before = server.asked().size();
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        assertThatThrownBy(this::issued).hasMessageContaining("AWS_PROFILE");
        assertThat(server.asked()).hasSize(before);
    }

    @Test
    void answersThatHoldNoKeysAreFailures() {
        environment.put(AwsMetadata.FULL, server.url("/keys"));
        for (String odd : List.of(
                "", "[]", "{}", "{\"AccessKeyId\":\"a\"}", KEYS.formatted("A").replace("18:", "x:"))) {
            server.on("/keys", 200, odd);
            assertThatThrownBy(this::issued).as(odd).isInstanceOf(CredentialException.class);
        }
    }
}
