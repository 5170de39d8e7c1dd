package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.AwsSignature;
import dev.gapura.testkit.IssuerServer;
import dev.gapura.testkit.IssuerServer.Answer;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls that prove who they are with more than a fixed header, through the whole gateway: to a fake provider that
/// checks the proof, with credentials from fake issuers, all over sockets. Calls to both are counted in each test.
class CloudCallsTest {
    private static final String ID = "AKIDCANARYAAAA";
    private static final String SECRET = "canary-secret-access-key-0042";
    private static final String SESSION = "canary-session-token-0042";
    private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    @TempDir
    private Path folder;

    private Path log;
    private IssuerServer issuer;
    private LoggedErrors logged;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        issuer = new IssuerServer();
        logged = new LoggedErrors();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        issuer.close();
        logged.close();
        String all = Files.readString(log) + logged.events();
        assertThat(all).doesNotContain("canary", ID, "ya29", issuer.url(""));
    }

    private void start(String providers, Map<String, String> environment) {
        gateway = TestGateway.start("server: { access_log: \"" + log + "\" }\n", environment);
        gateway.reload("server: { access_log: \"" + log + "\" }\nproviders:\n"
                + providers.replace(
                        "SIM", "http://127.0.0.1:" + gateway.simulator().port()));
        gateway.simulator().answerWith(CloudCallsTest::answer);
    }

    /// What each language answers with.
    private static Reply answer(SimRequest request) {
        if (request.path().contains("/converse")) {
            return Reply.json(
                    200,
                    "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"hello\"}]}},"
                            + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":5,\"outputTokens\":2,\"totalTokens\":7}}");
        }
        if (request.path().contains("/publishers/anthropic/")) {
            return Reply.json(
                    200,
                    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":"
                            + "\"text\",\"text\":\"hello\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":5,"
                            + "\"output_tokens\":2}}");
        }
        if (request.path().contains("/publishers/google/")) {
            return Reply.json(
                    200,
                    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hello\"}]},"
                            + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":5,"
                            + "\"candidatesTokenCount\":2,\"totalTokenCount\":7}}");
        }
        return Reply.json(
                200,
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}");
    }

    private RawClient.Response ask(String model) {
        return Ask.chat(gateway, Ask.body(model, false, "Hi"));
    }

    private SimRequest answered(String model) {
        RawClient.Response response = ask(model);
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(Ask.json(response.body()).at("/choices/0/message/content").asText())
                .isEqualTo("hello");
        return gateway.simulator().requests().getLast();
    }

    private static String fault(SimRequest request) {
        return AwsSignature.fault(request.method(), request.path(), request.headers(), request.body(), ID, SECRET);
    }

    /// What a container's credential service says.
    private static String keys(Duration life, @Nullable String session) {
        return "{\"AccessKeyId\":\"" + ID + "\",\"SecretAccessKey\":\"" + SECRET + "\",\"Token\":\""
                + (session == null ? SESSION : session) + "\",\"Expiration\":\""
                + Instant.now().plus(life) + "\"}";
    }

    private Map<String, String> container() {
        return Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", issuer.url("/keys"), "HOME", folder.toString());
    }

    private void refused(RawClient.Response response, int status, String code) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(Ask.error(response).get("code").asText()).isEqualTo(code);
        assertThat(response.text()).doesNotContain("canary", ID, issuer.url(""), folder.toString());
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void aCallToBedrockIsSignedOverWhatIsSent() {
        start(
                "  bedrock: { region: eu-west-1, base_url: SIM, access_key_id: " + ID + ", secret_access_key: " + SECRET
                        + ", session_token: " + SESSION + " }\n",
                Map.of());

        SimRequest request = answered("bedrock/" + CLAUDE);

        assertThat(request.path()).isEqualTo("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(request.header("authorization")).contains("/eu-west-1/bedrock/aws4_request");
        assertThat(request.header("x-amz-security-token")).isEqualTo(SESSION);
        assertThat(fault(request)).isEmpty();
        assertThat(fault(answered("bedrock/arn:aws:bedrock:eu-west-1:123456789012:inference-profile/mine")))
                .isEmpty();
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @Test
    void longBodiesAreSignedToo() {
        start(
                "  bedrock: { region: eu-west-1, base_url: SIM, access_key_id: " + ID + ", secret_access_key: " + SECRET
                        + " }\n",
                Map.of());

        RawClient.Response response = Ask.chat(gateway, Ask.body("bedrock/" + CLAUDE, false, "word ".repeat(100_000)));

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        SimRequest request = gateway.simulator().requests().getFirst();
        assertThat(request.body().length).isGreaterThan(500_000);
        assertThat(fault(request)).isEmpty();
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void aBedrockKeyIsSentAsItIs() {
        start("  bedrock: { region: eu-west-1, base_url: SIM, api_key: canary-bedrock-key }\n", Map.of());

        assertThat(answered("bedrock/" + CLAUDE).header("authorization")).isEqualTo("Bearer canary-bedrock-key");
    }

    @Test
    void severalAnswersAreSeveralSignedCallsWithTheSameKeys() {
        issuer.on("/keys", 200, keys(Duration.ofHours(1), null));
        start("  bedrock: { region: eu-west-1, base_url: SIM }\n", container());

        RawClient.Response response =
                Ask.chat(gateway, Ask.body("bedrock/" + CLAUDE, false, "Hi").replaceFirst("\\{", "{\"n\":3,"));

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(Ask.json(response.body()).get("choices")).hasSize(3);
        assertThat(gateway.simulator().requests())
                .hasSize(3)
                .allMatch(request -> fault(request).isEmpty());
        assertThat(issuer.asked()).as("one renewal at a time").hasSize(1);
        answered("bedrock/" + CLAUDE);
        assertThat(issuer.asked()).hasSize(1);
    }

    @Test
    void keysThatHaveExpiredCostNoCall() {
        issuer.on("/keys", 200, keys(Duration.ofMinutes(-1), null));
        start("  bedrock: { region: eu-west-1, base_url: SIM }\n", container());

        RawClient.Response response = ask("bedrock/" + CLAUDE);

        refused(response, 502, "upstream_auth_error");
        assertThat(Ask.error(response).get("type").asText()).isEqualTo("provider_error");
        assertThat(Ask.error(response).get("message").asText())
                .contains("There are no credentials for bedrock")
                .contains("have expired already");
    }

    @Test
    void aSourceThatRefusesCostsNoCallAndIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        issuer.on(
                "/keys",
                request -> asked.incrementAndGet() == 1
                        ? new Answer(403, "{\"message\":\"" + SECRET + "\"}")
                        : new Answer(200, keys(Duration.ofHours(1), null)));
        start("  bedrock: { region: eu-west-1, base_url: SIM }\n", container());

        RawClient.Response response = ask("bedrock/" + CLAUDE);

        refused(response, 502, "upstream_auth_error");
        assertThat(response.text()).contains("answered 403").contains("role of the task");
        Waiting.until("the pause is over", () -> ask("bedrock/" + CLAUDE).status() == 200);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void aSlowSourceIsGivenUpWithinTheConnectDeadline() {
        issuer.silent("/keys");
        start("  bedrock: { region: eu-west-1, base_url: SIM, timeouts: { connect: 1500ms } }\n", container());

        long before = System.nanoTime();
        RawClient.Response response = ask("bedrock/" + CLAUDE);

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(1100), Duration.ofSeconds(4));
        refused(response, 504, "upstream_credentials_timeout");
        assertThat(issuer.asked()).hasSize(1);
        assertThat(ask("bedrock/" + CLAUDE).status()).isEqualTo(504);
        assertThat(issuer.asked())
                .as("the question under way is not asked twice")
                .hasSize(1);
    }

    @Test
    void whoLeavesWhileKeysAreGotCallsNobody() {
        issuer.silent("/keys");
        start(
                "  bedrock: { region: eu-west-1, base_url: SIM }\n  other: { dialect: openai_chat, base_url: SIM }\n",
                container());
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson(Ask.CHAT, gateway.key(), Ask.body("bedrock/" + CLAUDE, false, "Hi"));
            Waiting.until("keys are asked for", () -> issuer.asked().size() == 1);
        }

        Waiting.until("the exchange is recorded", () -> {
            answered("other/m");
            return logText().contains("client_gone");
        });
        assertThat(gateway.simulator().requests())
                .noneMatch(request -> request.path().contains("converse"));
    }

    private String logText() {
        try {
            return Files.readString(log);
        } catch (java.io.IOException absent) {
            return "";
        }
    }

    @Test
    void geminiAndClaudeOnVertexShareOneToken() throws Exception {
        issuer.on("/token", 200, "{\"access_token\":\"ya29.a0canary0042-AbCdEf\",\"expires_in\":3599}");
        Path file = Files.writeString(
                folder.resolve("credentials.json"),
                "{\"type\":\"authorized_user\",\"client_id\":\"i\",\"client_secret\":\"canary-client\",\"refresh_token\":"
                        + "\"canary-refresh\",\"token_uri\":\"" + issuer.url("/token") + "\"}");
        start(
                "  vertex: { project: my-project, location: us-east5, base_url: SIM, credentials: \"" + file + "\" }\n",
                Map.of());

        SimRequest gemini = answered("vertex/gemini-2.5-flash");
        SimRequest claude = answered("vertex/claude-sonnet-4-5@20250929");

        assertThat(gemini.path())
                .isEqualTo("/v1beta1/projects/my-project/locations/us-east5/publishers/google/models/gemini-2.5-flash"
                        + ":generateContent");
        assertThat(claude.path())
                .isEqualTo("/v1/projects/my-project/locations/us-east5/publishers/anthropic/models/"
                        + "claude-sonnet-4-5@20250929:rawPredict");
        assertThat(Ask.json(claude.body()).get("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
        assertThat(List.of(gemini, claude))
                .allMatch(request -> "Bearer ya29.a0canary0042-AbCdEf".equals(request.header("authorization")));
        assertThat(issuer.asked()).hasSize(1);
        gateway.reload("server: { access_log: \"" + log
                + "\" }\nproviders:\n  vertex: { project: my-project, location: "
                + "eu, base_url: \"http://127.0.0.1:" + gateway.simulator().port() + "\", credentials: \"" + file
                + "\" }\n");
        assertThat(answered("vertex/gemini-2.5-flash").path()).contains("/locations/eu/");
        assertThat(issuer.asked()).as("a reload keeps the token").hasSize(1);
    }

    @Test
    void whatAProviderRepeatsOfACredentialIsNotPassedOn() {
        issuer.on(
                "/computeMetadata/v1/instance/service-accounts/default/token",
                200,
                "{\"access_token\":\"ya29.a0canary0042-AbCdEf\"}");
        start(
                "  vertex: { project: my-project, location: global, base_url: SIM }\n"
                        + "  bedrock: { region: eu-west-1, base_url: SIM, access_key_id: " + ID
                        + ", secret_access_key: " + SECRET + ", session_token: " + SESSION + " }\n",
                Map.of("GCE_METADATA_HOST", issuer.url("").substring(7), "HOME", folder.toString()));
        gateway.simulator()
                .answerWith(request -> Reply.json(
                        401,
                        "{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\",\"message\":\"bad "
                                + "ya29.a0canary0042-AbCdEf\"},\"message\":\"no " + ID + " and " + SECRET + " and "
                                + SESSION
                                + "\"}"));

        for (String model : List.of("vertex/gemini-2.5-flash", "bedrock/" + CLAUDE)) {
            RawClient.Response response = ask(model);
            assertThat(response.status()).isEqualTo(502);
            assertThat(Ask.error(response).get("code").asText()).isEqualTo("upstream_auth_error");
            assertThat(response.text()).doesNotContain("canary", ID);
        }
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @Test
    void errorsOnVertexAreInGooglesWordsForClaudeToo() {
        start("  vertex: { project: my-project, location: us-east5, base_url: SIM, api_key: canary-key }\n", Map.of());
        gateway.simulator()
                .answerWith(request -> Reply.json(
                        429,
                        "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Resource has been "
                                + "exhausted in projects/my-project (e.g. check quota).\"}}"));

        RawClient.Response response = ask("vertex/claude-sonnet-4-5@20250929");

        assertThat(response.status()).as(response.text()).isEqualTo(429);
        assertThat(response.text()).contains("has been exhausted").doesNotContain("my-project");
        assertThat(gateway.simulator().requests().getFirst().header("x-goog-api-key"))
                .isEqualTo("canary-key");
    }

    @Test
    void azureTakesTokensOfEntra() {
        issuer.on("/corp.example/oauth2/v2.0/token", 200, "{\"access_token\":\"canary-entra\",\"expires_in\":3599}");
        start(
                "  azure: { base_url: SIM, entra: { tenant: corp.example, client_id: c, client_secret: canary-entra-secret } }\n",
                Map.of("AZURE_AUTHORITY_HOST", issuer.url("")));

        SimRequest request = answered("azure/deployment");
        answered("azure/deployment");

        assertThat(request.path()).isEqualTo("/openai/v1/chat/completions");
        assertThat(request.header("authorization")).isEqualTo("Bearer canary-entra");
        assertThat(request.headers()).doesNotContainKey("api-key");
        assertThat(issuer.asked()).hasSize(1);
        assertThat(issuer.asked().getFirst().form()).containsEntry("client_secret", "canary-entra-secret");
    }

    @Test
    void azureTakesTheIdentityOfItsMachine() {
        issuer.on("/metadata/identity/oauth2/token", 200, "{\"access_token\":\"canary-own\",\"expires_in\":\"3599\"}");
        start(
                "  azure: { base_url: SIM, entra: { managed_identity: true } }\n",
                Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", issuer.url("")));

        SimRequest request = answered("azure/deployment");

        assertThat(request.header("authorization")).isEqualTo("Bearer canary-own");
    }

    @Test
    void aWrongClientSecretIsToldToTheOperatorWithoutIt() {
        issuer.on(
                "/t/oauth2/v2.0/token",
                401,
                "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: canary-entra-secret\"}");
        start(
                "  azure: { base_url: SIM, entra: { tenant: t, client_id: c, client_secret: canary-entra-secret } }\n",
                Map.of("AZURE_AUTHORITY_HOST", issuer.url("")));

        RawClient.Response response = ask("azure/deployment");

        refused(response, 502, "upstream_auth_error");
        assertThat(response.text()).contains("AADSTS7000215").contains("entra.tenant");
        assertThat(logged.events()).anyMatch(line -> line.contains("there are no credentials for azure"));
    }

    @Test
    void cloudsOfTheEnvironmentAreListed() {
        start(
                "",
                Map.of(
                        "GOOGLE_CLOUD_PROJECT", "p1",
                        "GOOGLE_CLOUD_LOCATION", "eu",
                        "AWS_REGION", "us-east-1",
                        "AWS_PROFILE", "gateway"));

        Set<String> models = Ask.json(Ask.get(gateway, "GET", "/v1/models", "authorization", "Bearer " + gateway.key())
                        .body())
                .get("data")
                .findValuesAsText("id")
                .stream()
                .map(id -> id.substring(0, Math.max(0, id.indexOf('/'))))
                .collect(Collectors.toSet());
        assertThat(models).contains("vertex", "bedrock");
    }
}
