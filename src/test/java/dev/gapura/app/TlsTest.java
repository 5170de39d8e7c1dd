package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.sim.Reply;
import dev.gapura.testkit.Certificates;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A gateway that speaks TLS itself, in both versions of HTTP: the same answers as in clear text.
class TlsTest {
    private static Path ca;
    private static TestGateway gateway;
    private static String listener;

    @BeforeAll
    static void start() throws Exception {
        Certificates authority = Certificates.authority();
        Config.Tls own = authority.forLocalhost();
        ca = authority.ca();
        listener = "server: { drain: 1s, access_log: \"off\", cors: [\"https://app.example\"], tls: { certificate: \""
                + own.certificate() + "\", key: \"" + own.key() + "\" } }\n";
        gateway = TestGateway.start(listener);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void models() {
        gateway.simulator()
                .answerWith(request -> Ask.json(request.body()).get("stream").asBoolean()
                        ? Replies.events(List.of(Ask.ROLE, Ask.text("one "), Ask.text("two"), Ask.finish("stop")))
                        : Reply.json(
                                200,
                                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"whole\"},"
                                        + "\"finish_reason\":\"stop\"}]}"));
    }

    private static HttpClient client(HttpClient.Version version) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    private static HttpResponse<byte[]> ask(HttpClient client, boolean stream) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port() + Ask.CHAT))
                        .header("authorization", "Bearer " + gateway.key())
                        .header("content-type", "application/json")
                        .timeout(Duration.ofSeconds(10))
                        .POST(HttpRequest.BodyPublishers.ofString(Ask.body(stream, "x")))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Version.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void chatCompletions(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<byte[]> plain = ask(client, false);
            assertThat(plain.version()).isEqualTo(version);
            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(new String(plain.body(), StandardCharsets.UTF_8)).contains("whole");
            assertThat(plain.headers().firstValue("content-length")).hasValue(Integer.toString(plain.body().length));

            HttpResponse<byte[]> streamed = ask(client, true);
            assertThat(streamed.version()).isEqualTo(version);
            assertThat(streamed.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
            assertThat(streamed.headers().firstValue("x-request-id")).isPresent();
            Ask.Read read = Ask.read(streamed.body());
            assertThat(read.content()).isEqualTo("one two");
            assertThat(read.done()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/chat/completions | wrong | {\"model\":\"sim/echo\"} | 401 | authentication_error",
                "POST | /v1/chat/completions | | {\"model\": | 400 | invalid_request_error",
                "POST | /v1/chat/completions | | {\"model\":\"nobody/x\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | 404 | not_found_error",
                "GET | /v1/chat/completions | | '' | 405 | invalid_request_error",
                "GET | /v1/nothing | | '' | 404 | not_found_error",
            })
    void errorsOverHttp2(String method, String path, String key, String body, int status, String type) {
        try (Http2Caller caller = new Http2Caller(gateway, ca)) {
            Map<String, String> headers = key == null ? Map.of() : Map.of("authorization", "Bearer " + key);
            RawClient.Response response =
                    caller.send(HttpMethod.valueOf(method), path, headers, body).whole();
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.header("content-type")).isEqualTo("application/json");
            assertThat(Ask.error(response).get("type").asText()).isEqualTo(type);
            assertThat(caller.chat(false, "x").whole().status()).isEqualTo(200);
        }
    }

    @Test
    void providersErrorsAndOtherHeadersOverHttp2() {
        try (Http2Caller caller = new Http2Caller(gateway, ca)) {
            gateway.simulator()
                    .answerWith(request -> Reply.json(429, "{\"error\":{\"message\":\"slow down\"}}")
                            .withHeader("retry-after", "7"));
            RawClient.Response limited = caller.send(
                            HttpMethod.POST, Ask.CHAT, Map.of("origin", "https://app.example"), Ask.body(true, "x"))
                    .whole();
            assertThat(limited.status()).isEqualTo(429);
            assertThat(limited.header("retry-after")).isEqualTo("7");
            assertThat(limited.header("access-control-allow-origin")).isEqualTo("https://app.example");
            gateway.simulator().answerWith(request -> Replies.hangUp());
            assertThat(caller.chat(false, "x").whole().status()).isEqualTo(502);
            gateway.simulator()
                    .answerWith(request -> Replies.stopped(
                            Replies.events(List.of(Ask.ROLE, Ask.text("a"), Ask.text("b"))),
                            Ask.event(Ask.ROLE).length()
                                    + Ask.event(Ask.text("a")).length(),
                            new dev.gapura.sim.Step.Cut()));
            Ask.Read cut = Ask.read(caller.chat(true, "x").whole());
            assertThat(cut.error().get("code").asText()).isEqualTo("upstream_stream_cut");
        }
    }

    /// The arrow travels as its UTF-8 bytes; a client that takes header bytes for Latin-1 sees them as three
    /// characters.
    @Test
    void verdictsArriveUnharmedOverHttp2() {
        gateway.reload(listener + "providers: { cerebras: { api_key: k, base_url: \""
                + gateway.simulator().baseUri() + "\" } }\n");
        String body = "{\"model\":\"cerebras/m\",\"temperature\":1.80,\"stream\":false,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        try (Http2Caller caller = new Http2Caller(gateway, ca)) {
            for (int round = 0; round < 3; round++) {
                RawClient.Response response =
                        caller.send(HttpMethod.POST, Ask.CHAT, Map.of(), body).whole();
                assertThat(response.status()).as(response.text()).isEqualTo(200);
                byte[] sent = response.header("x-gapura-params").getBytes(StandardCharsets.ISO_8859_1);
                assertThat(new String(sent, StandardCharsets.UTF_8)).isEqualTo("temperature=clamped(1.80→1.5)");
            }
        }
    }

    @Test
    void clearTextIsNotAnswered() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(client.awaitClose(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void aClientThatDoesNotTrustTheCertificateIsNotServed() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> ask(client, false)).isInstanceOf(IOException.class);
        }
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            assertThat(ask(client, false).statusCode()).isEqualTo(200);
        }
    }
}
