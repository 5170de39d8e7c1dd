package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Certificates;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// HTTP/2 goes past the check for HTTP/1.1, in clear text and with TLS.
class EdgeHttp2Test {
    private static void answer(HttpServerRequest request, Duration timeout) {
        new BodyCollector(1000, timeout).collect(request, new BodyCollector.Receiver() {
            @Override
            public void received(byte[] body) {
                request.response().end(request.version() + " " + new String(body, StandardCharsets.UTF_8));
            }

            @Override
            public void failed(Failure why) {
                if (why.kind() != FailureKind.CLIENT_GONE) {
                    request.response().setStatusCode(why.status()).end("refused");
                }
            }
        });
    }

    private static EdgeServer server(EdgeLimits limits, boolean tls) throws Exception {
        return new EdgeServer(
                limits, tls ? Certificates.selfSigned() : null, request -> answer(request, limits.bodyTimeout()));
    }

    private static HttpClient http2(EdgeServer server, boolean tls) {
        return server.vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setSsl(tls)
                .setUseAlpn(tls)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setDefaultHost("localhost")
                .setDefaultPort(server.port));
    }

    private static HttpClientResponse post(HttpClient client, Buffer body) throws Exception {
        return EdgeServer.await(client.request(HttpMethod.POST, "/x").compose(request -> request.send(body)));
    }

    @Test
    void requestsAreServedInClearTextAndWithTls() throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            try (EdgeServer server = server(EdgeServer.limits(), tls)) {
                HttpClient client = http2(server, tls);
                for (int i = 0; i < 3; i++) {
                    Buffer body = EdgeServer.await(client.request(HttpMethod.POST, "/x")
                            .compose(request -> request.send(Buffer.buffer("hello")))
                            .compose(HttpClientResponse::body));
                    assertThat(body.toString()).isEqualTo("HTTP_2 hello");
                }
                assertThat(server.guard.openConnections()).isEqualTo(1);
            }
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedAndTheConnectionLives() throws Exception {
        try (EdgeServer server = server(EdgeServer.limits(), false)) {
            HttpClient client = http2(server, false);
            assertThat(post(client, Buffer.buffer("x".repeat(500_000))).statusCode())
                    .isEqualTo(413);
            assertThat(post(client, Buffer.buffer("hello")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSlowBodyIsRefused() throws Exception {
        try (EdgeServer server = server(EdgeServer.impatient(), false)) {
            HttpClient client = http2(server, false);
            HttpClientResponse response =
                    EdgeServer.await(client.request(HttpMethod.POST, "/x").compose(request -> {
                        request.setChunked(true).write("hel");
                        return request.response();
                    }));
            assertThat(response.statusCode()).isEqualTo(408);
            // Held until here: Vert.x closes a client that nobody refers to.
            EdgeServer.await(client.close());
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        try (EdgeServer server = server(EdgeServer.impatient(), false)) {
            CountDownLatch closed = new CountDownLatch(1);
            HttpClient client = server.vertx
                    .httpClientBuilder()
                    .with(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false)
                            .setDefaultPort(server.port))
                    .withConnectHandler(connection -> connection.closeHandler(end -> closed.countDown()))
                    .build();
            assertThat(post(client, Buffer.buffer("hello")).statusCode()).isEqualTo(200);
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// The JDK's client asks for an upgrade in clear text; it is answered in HTTP/1.1.
    @Test
    void theJdkClientIsServed() throws Exception {
        try (EdgeServer server = server(EdgeServer.limits(), false);
                java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + "/x"))
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("HTTP_1_1 hello");
        }
    }

    @Test
    void aHeaderValueWithALineEndIsNeverWritten() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.limits(), null, request -> {
                    MultiMap headers = request.response().headers();
                    for (String bad : new String[] {"a\r\nx-injected: 1", "a\nb", "a\rb", "a\0b"}) {
                        try {
                            headers.set("x-copied", bad);
                            request.response().setStatusCode(500);
                        } catch (IllegalArgumentException expected) {
                            // refused before it is stored
                        }
                    }
                    request.response().end();
                });
                RawClient client = new RawClient(server.port, false)) {
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            RawClient.Answer answer = client.answer(false);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).doesNotContain("injected", "x-copied");
        }
    }
}
