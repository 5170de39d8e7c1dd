package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.testkit.Certificates;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Providers behind TLS: their certificate must be trusted and must be theirs, and one that asks for a certificate of
/// ours gets it. `asked` counts the calls that reached the provider.
class UpstreamTlsTest {
    private static final String WHOLE = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"secret\"},\"finish_reason\":\"stop\"}]}";

    private static Certificates authority;
    private static Config.Tls provider;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeAll
    static void certificates() throws Exception {
        authority = Certificates.authority();
        provider = authority.forLocalhost();
    }

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    private int listen(Config.Tls own, boolean clientCertificate) {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(own.certificate().toString())
                        .addKeyPath(own.key().toString()));
        if (clientCertificate) {
            options.setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(
                            new PemTrustOptions().addCertPath(authority.ca().toString()));
        }
        HttpServer server = vertx.createHttpServer(options).requestHandler(this::answer);
        return Waiting.get(server.listen(0, "127.0.0.1")).actualPort();
    }

    private void answer(HttpServerRequest request) {
        asked.incrementAndGet();
        request.body().onSuccess(body -> {
            if (Ask.json(body.getBytes()).get("stream").asBoolean()) {
                request.response().setChunked(true).putHeader("content-type", "text/event-stream");
                request.response().write(Ask.event(Ask.ROLE));
                vertx.setTimer(5, later -> {
                    request.response().write(Ask.event(Ask.text("sec")));
                    request.response()
                            .end(Ask.event(Ask.text("ret")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n");
                });
            } else {
                request.response().putHeader("content-type", "application/json").end(WHOLE);
            }
        });
    }

    private static TestGateway gateway(int port, String tls) {
        return TestGateway.start("providers: { far: { dialect: openai_chat, base_url: \"https://localhost:" + port
                + "/v1\", api_key: k" + (tls.isEmpty() ? "" : ", tls: { " + tls + " }") + " } }\n");
    }

    private static String ca() {
        return "ca: \"" + authority.ca() + "\"";
    }

    private static String certificate(Config.Tls own) {
        return ", certificate: \"" + own.certificate() + "\", key: \"" + own.key() + "\"";
    }

    private static RawClient.Response ask(TestGateway gateway, boolean stream) {
        return Ask.chat(gateway, Ask.body("far/m", stream, "x"));
    }

    private void works(TestGateway gateway) {
        for (int round = 1; round <= 3; round++) {
            RawClient.Response plain = ask(gateway, false);
            assertThat(plain.status()).as(plain.text()).isEqualTo(200);
            assertThat(plain.text()).contains("secret");
            Ask.Read streamed = Ask.read(ask(gateway, true));
            assertThat(streamed.content()).isEqualTo("secret");
            assertThat(streamed.done()).isTrue();
            assertThat(asked).hasValue(2 * round);
        }
    }

    /// Nothing of what a certificate says and no place in a file reaches the caller.
    private void refused(TestGateway gateway) {
        for (boolean stream : new boolean[] {false, true}) {
            RawClient.Response response = ask(gateway, stream);
            assertThat(response.status()).isEqualTo(502);
            JsonNode error = Ask.error(response);
            assertThat(error.get("code").asText()).isEqualTo("upstream_tls_error");
            assertThat(error.get("source").asText()).isEqualTo("provider");
            assertThat(error.get("message").asText())
                    .isEqualTo("No secure connection to far: the TLS handshake failed.");
            assertThat(response.text())
                    .doesNotContain("localhost", "PKIX", "authority", "CN=", "Exception", ".pem", "elsewhere");
        }
        assertThat(asked).hasValue(0);
        assertThat(Ask.openExchanges(gateway)).isZero();
    }

    @Test
    void anUnknownAuthorityIsRefused() {
        try (TestGateway gateway = gateway(listen(provider, false), "")) {
            refused(gateway);
        }
    }

    @Test
    void aConfiguredAuthorityIsTrusted() {
        try (TestGateway gateway = gateway(listen(provider, false), ca())) {
            works(gateway);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        Config.Tls elsewhere = authority.signed("dns:elsewhere.example");
        try (TestGateway gateway = gateway(listen(elsewhere, false), ca())) {
            refused(gateway);
        }
    }

    @Test
    void aProviderThatAsksForACertificateGetsIt() throws Exception {
        Config.Tls client = authority.signed("dns:client.example");
        try (TestGateway gateway = gateway(listen(provider, true), ca() + certificate(client))) {
            works(gateway);
        }
    }

    @Test
    void withoutTheCertificateAProviderAsksForThereIsNoCall() {
        try (TestGateway gateway = gateway(listen(provider, true), ca())) {
            refused(gateway);
        }
    }

    @Test
    void aCertificateThatTheProviderDoesNotTrustIsNoUse() throws Exception {
        Config.Tls stranger = Certificates.authority().signed("dns:client.example");
        try (TestGateway gateway = gateway(listen(provider, true), ca() + certificate(stranger))) {
            refused(gateway);
        }
    }

    @Test
    void aProviderThatSpeaksNoTlsIsToldAsSuch() {
        HttpServer clear = vertx.createHttpServer().requestHandler(this::answer);
        int port = Waiting.get(clear.listen(0, "127.0.0.1")).actualPort();
        try (TestGateway gateway = gateway(port, ca())) {
            refused(gateway);
        }
    }

    /// The authority is changed while calls go on: new calls go by the new one.
    @Test
    void aReloadChangesWhomWeTrust() {
        int port = listen(provider, false);
        String base =
                "providers: { far: { dialect: openai_chat, api_key: k, base_url: \"https://localhost:" + port + "/v1\"";
        try (TestGateway gateway = TestGateway.start(base + " } }\n")) {
            refused(gateway);
            gateway.reload(base + ", tls: { " + ca() + " } } }\n");
            works(gateway);
        }
    }
}
