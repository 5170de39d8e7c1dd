package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.Certificates;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Fetching by https: names that resolve to loopback, which the rules open as a network.
class FetcherTlsTest {
    private static final EgressRules RULES = new EgressRules(
            new Config.Egress(List.of(Objects.requireNonNull(Cidr.parse("127.0.0.0/8"))), List.of(), true));
    private static final FetchLimits LIMITS =
            new FetchLimits(Duration.ofSeconds(5), Duration.ofSeconds(2), 100_000, 3, 2, 2);

    private static Vertx vertx;
    private static Certificates authority;
    private static Config.Tls certificate;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeAll
    static void prepare() throws Exception {
        vertx = Vertx.vertx();
        authority = Certificates.authority();
        certificate = authority.signed("dns:files.example,dns:*.files.example,ip:127.0.0.1");
    }

    @AfterAll
    static void close() {
        Waiting.get(vertx.close());
    }

    @BeforeEach
    void listen() {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setSni(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate.certificate().toString())
                        .addKeyPath(certificate.key().toString()));
        server = vertx.createHttpServer(options).requestHandler(request -> {
            asked.add(request.connection().indicatedServerName() + " "
                    + request.authority().host() + " " + request.uri());
            request.response().putHeader("content-type", "image/webp");
            if (request.uri().equals("/to-http")) {
                request.response()
                        .setStatusCode(302)
                        .putHeader("location", "http://files.example:" + server.actualPort() + "/")
                        .end();
            } else {
                request.response().end("a file");
            }
        });
        Waiting.get(server.listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        Waiting.get(server.close());
    }

    private static Fetcher fetcher(boolean trusting, ProxySettings proxies) {
        ClientSSLOptions tls = new ClientSSLOptions();
        if (trusting) {
            tls.setTrustOptions(new PemTrustOptions().addCertPath(authority.ca().toString()));
        }
        return new Fetcher(
                vertx,
                proxies,
                LIMITS,
                tls,
                name -> Future.succeededFuture(List.of(InetAddress.ofLiteral("127.0.0.1"))));
    }

    private Fetched get(Fetcher fetcher, String host) {
        return Waiting.get(fetcher.fetch("https://" + host + ":" + server.actualPort() + "/x", null, RULES));
    }

    private void fails(Fetcher fetcher, String url, String code) {
        Throwable failed = catchThrowable(() -> Waiting.get(fetcher.fetch(url, null, RULES)));
        assertThat(failed.getCause().getCause()).isInstanceOfSatisfying(GatewayException.class, why -> {
            assertThat(why.failure().code()).isEqualTo(code);
            assertThat(why.failure().message()).doesNotContain("127.0.0.1", "PKIX", "example");
        });
    }

    @Test
    void theNameIsInSniAndHostAndTheAddressIsTheCheckedOne() {
        try (Fetcher fetcher = fetcher(true, ProxySettings.NONE)) {
            assertThat(get(fetcher, "files.example").type()).isEqualTo("image/webp");
            assertThat(get(fetcher, "127.0.0.1").bytes()).hasSize(6);
        }
        assertThat(asked).containsExactly("files.example files.example /x", "null 127.0.0.1 /x");
    }

    @Test
    void whoIsNotTrustedIsNotAsked() throws Exception {
        try (Fetcher trusting = fetcher(true, ProxySettings.NONE);
                Fetcher strict = fetcher(false, ProxySettings.NONE)) {
            fails(strict, "https://files.example:" + server.actualPort() + "/", "media_fetch_failed");
            fails(trusting, "https://other.example:" + server.actualPort() + "/", "media_fetch_failed");
            try (FileServer clear = new FileServer()) {
                fails(trusting, "https://files.example:" + clear.port() + "/", "media_fetch_failed");
            }
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void aRedirectDoesNotLeaveTls() {
        try (Fetcher fetcher = fetcher(true, ProxySettings.NONE)) {
            fails(fetcher, "https://files.example:" + server.actualPort() + "/to-http", "media_fetch_refused");
        }
        assertThat(asked).hasSize(1);
    }

    /// The environment's proxy is told the address that was checked, and sees nothing but TLS.
    @Test
    void aProxyIsAskedForATunnelToTheAddress() {
        List<String> tunnels = new CopyOnWriteArrayList<>();
        NetClient out = vertx.createNetClient();
        NetServer proxy = vertx.createNetServer()
                .connectHandler(client -> client.handler(head -> {
                    tunnels.add(head.toString());
                    client.pause();
                    out.connect(server.actualPort(), "127.0.0.1").onSuccess(far -> join(client, far));
                }));
        Waiting.get(proxy.listen(0, "127.0.0.1"));
        String address = "http://u:p@127.0.0.1:" + proxy.actualPort();
        try (Fetcher fetcher = fetcher(true, ProxySettings.from(Map.of("HTTPS_PROXY", address)))) {
            assertThat(get(fetcher, "files.example").bytes()).hasSize(6);
        }
        assertThat(asked).containsExactly("files.example files.example /x");
        // Java's own reading of addresses knows no host here, which must not lead past the proxy.
        try (Fetcher fetcher = fetcher(true, ProxySettings.from(Map.of("HTTPS_PROXY", address)))) {
            fails(fetcher, "https://a_b.other.example:" + server.actualPort() + "/", "media_fetch_failed");
        }
        assertThat(tunnels).hasSize(2);
        assertThat(tunnels.removeFirst()).isEqualTo(tunnels.getFirst());
        assertThat(tunnels)
                .singleElement()
                .asString()
                .startsWith("CONNECT 127.0.0.1:" + server.actualPort() + " HTTP/1.1\r\n")
                .containsIgnoringCase("proxy-authorization: basic ");
        try (Fetcher fetcher =
                fetcher(true, ProxySettings.from(Map.of("HTTPS_PROXY", address, "NO_PROXY", ".example")))) {
            get(fetcher, "files.example");
        }
        assertThat(tunnels).hasSize(1);
        Waiting.get(proxy.close());
    }

    private static void join(NetSocket client, NetSocket far) {
        client.write(Buffer.buffer("HTTP/1.1 200 OK\r\n\r\n"));
        client.handler(far::write);
        far.handler(client::write);
        far.closeHandler(closed -> client.close());
        client.closeHandler(closed -> far.close());
        client.resume();
    }
}
