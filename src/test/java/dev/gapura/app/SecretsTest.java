package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a provider says about keys, accounts and addresses reaches neither the caller nor the log; the caller's key
/// does
/// not reach the provider; and a gateway that is its own provider notices. Calls are counted in each test.
class SecretsTest {
    private static final String PROVIDER_KEY = "provider-secret-4f9a8b7c6d5e";
    private static final List<String> CANARIES = List.of(
            PROVIDER_KEY,
            "sk-proj-Zx81kQ2mT7vB4nY6wR9sD3fG",
            "org-Ab12Cd34Ef56Gh78Ij90Kl12",
            "http://10.20.30.41:8000/v1",
            "10.20.30.40",
            "ops@provider.example",
            "AKIAIOSFODNN7EXAMPLE");
    private static final String TALE = "Bad key " + String.join(" and ", CANARIES);

    @TempDir
    private Path folder;

    private Path log;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        gateway = TestGateway.start("server: { access_log: \"" + log + "\" }\n");
        gateway.reload(yaml(gateway.simulator().baseUri().toString()));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String yaml(String baseUrl) {
        return "server: { access_log: \"" + log + "\" }\nproviders: { corp: { dialect: openai_chat, base_url: \""
                + baseUrl + "\", api_key: \"" + PROVIDER_KEY + "\" } }\n";
    }

    private RawClient.Response ask(boolean stream) {
        return Ask.chat(gateway, Ask.body("corp/m", stream, "x"));
    }

    private static void clean(RawClient.Response response) {
        String all = response.head().headers() + response.text();
        assertThat(all).doesNotContain(CANARIES);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503})
    void errors(int status) throws Exception {
        gateway.simulator()
                .answerWith(request -> Reply.json(
                                status,
                                "{\"error\":{\"message\":\"" + TALE + "\",\"code\":\"" + CANARIES.get(1)
                                        + "\",\"param\":\"" + CANARIES.get(2) + "\",\"type\":\"" + CANARIES.get(3)
                                        + "\"}}")
                        .withHeader("x-upstream", PROVIDER_KEY)
                        .withHeader("openai-organization", CANARIES.get(2)));
        clean(ask(false));
        clean(ask(true));
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
        gateway.drain();
        assertThat(Files.readString(log)).doesNotContain(CANARIES).doesNotContain(gateway.key());
    }

    @Test
    void errorsInsideAnswers() {
        String event = Ask.event("{\"error\":{\"message\":\"" + TALE + "\",\"code\":\"" + CANARIES.get(1) + "\"}}");
        gateway.simulator().answerWith(request -> Replies.sse(event));
        clean(ask(true));
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        Step.Send.text(Ask.event(Ask.text("a"))),
                        new Step.Pause(java.time.Duration.ofMillis(30)),
                        Step.Send.text(event))));
        RawClient.Response after = ask(true);
        clean(after);
        assertThat(Ask.read(after).error()).isNotNull();
        gateway.simulator()
                .answerWith(request -> Reply.json(200, event.substring(6).strip()));
        clean(ask(false));
        gateway.simulator()
                .answerWith(request -> Replies.raw(
                        502,
                        Map.of("content-type", "text/html"),
                        Reply.Framing.CLOSE,
                        ("<html>" + TALE + "</html>").getBytes(StandardCharsets.UTF_8)));
        clean(ask(false));
        assertThat(gateway.simulator().requestCount()).isEqualTo(4);
    }

    @Test
    void keysStayOnTheirSide() {
        gateway.simulator().answerWith(request -> Reply.json(400, "{\"error\":{\"message\":\"x\"}}"));
        ask(false);
        SimRequest received = gateway.simulator().requests().getFirst();
        assertThat(received.header("authorization")).isEqualTo("Bearer " + PROVIDER_KEY);
        assertThat(received.headers().toString() + received.text()).doesNotContain(gateway.key());
        assertThat(received.headers())
                .containsOnlyKeys(
                        "host",
                        "content-length",
                        "content-type",
                        "accept",
                        "user-agent",
                        "authorization",
                        "x-gapura-hop");
    }

    @Test
    void aProviderThatIsTheGatewayItselfIsNoticedAfterOneHop() {
        gateway.reload(yaml("http://127.0.0.1:" + gateway.port() + "/v1").replace(PROVIDER_KEY, gateway.key()));
        double before = Ask.metric(gateway, "gapura_upstream_attempts_total{provider=\"corp\"}");
        for (boolean stream : new boolean[] {false, true}) {
            RawClient.Response response = ask(stream);
            assertThat(response.status()).isEqualTo(508);
            assertThat(Ask.error(response).get("code").asText()).isEqualTo("gateway_loop");
        }
        assertThat(Ask.metric(gateway, "gapura_upstream_attempts_total{provider=\"corp\"}") - before)
                .isEqualTo(2);
        assertThat(gateway.simulator().requestCount()).isZero();
    }
}
