package dev.gapura.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where the headers of a server tool go when its service redirects, with servers on loopback.
class OutboundTest {
    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx, ProxySettings.from(Map.of()));
    private FileServer server;
    private FileServer other;

    @BeforeEach
    void start() throws Exception {
        byte[] body = "here".getBytes(StandardCharsets.UTF_8);
        server = new FileServer().file("/end", "text/plain", body);
        other = new FileServer().file("/end", "text/plain", body);
    }

    @AfterEach
    void stop() throws Exception {
        outbound.close();
        server.close();
        other.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private String lastHead(FileServer asked, String location) throws Exception {
        server.redirect("/", 302, location);
        EgressRules rules = new EgressRules(new Config.Egress(
                List.of(),
                List.of(
                        new Config.HostPort("127.0.0.1", server.port()),
                        new Config.HostPort("127.0.0.1", other.port())),
                true));
        Outbound.Call call = new Outbound.Call(
                "GET", server.url("/"), Map.of("accept", "text/plain", "x-key", "canary-secret"), null);
        try (Outbound.Answer answer = outbound.call(call, rules)) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.readUpTo(100)).asString().isEqualTo("here");
        }
        assertThat(server.heads.getFirst()).contains("canary-secret");
        return asked.heads.getLast();
    }

    @Test
    void headersStayWithSchemeHostAndPort() throws Exception {
        assertThat(lastHead(server, "/end")).startsWith("GET /end ").contains("canary-secret");
        assertThat(lastHead(server, server.url("/end"))).startsWith("GET /end ").contains("canary-secret");
    }

    @Test
    void anotherPortGetsNoneOfThem() throws Exception {
        assertThat(lastHead(other, other.url("/end")))
                .startsWith("GET /end ")
                .contains("text/plain")
                .doesNotContain("x-key")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/x, https://A.example:443/y?z, true",
        "http://a.example, http://a.example:80/, true",
        "https://a.example/x, http://a.example/x, false",
        "https://a.example/x, http://a.example:443/x, false",
        "https://a.example/x, https://a.example:8443/x, false",
        "https://a.example/x, https://b.example/x, false"
    })
    void anOriginIsSchemeHostAndPort(String one, String other, boolean same) {
        WebAddress from = Objects.requireNonNull(WebAddress.parse(one));
        assertThat(from.sameOrigin(Objects.requireNonNull(WebAddress.parse(other))))
                .isEqualTo(same);
    }
}
