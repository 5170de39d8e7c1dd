package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.testkit.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Calls go through the proxy of the provider, or of the environment, or through none. The proxy here answers a plain
/// request itself and refuses every tunnel, which is enough to see who was asked for what.
class UpstreamProxyTest {
    private static final String ANSWER = "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"through\"},\"finish_reason\":\"stop\"}]}";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocket proxy;

    @BeforeEach
    void listen() throws IOException {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!proxy.isClosed()) {
                try (Socket socket = proxy.accept()) {
                    serve(socket);
                } catch (IOException closed) {
                    // the next one
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
        asked.add(head.toString());
        String answer = head.toString().startsWith("CONNECT")
                ? "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                : "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + ANSWER.length()
                        + "\r\nconnection: close\r\n\r\n" + ANSWER;
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        socket.shutdownOutput();
        in.skip(100_000);
    }

    private String address() {
        return "http://user:pass@127.0.0.1:" + proxy.getLocalPort();
    }

    private static RawClient.Response ask(TestGateway gateway) {
        return Ask.chat(gateway, Ask.body("far/m", false, "x"));
    }

    private static String far(String baseUrl, String more) {
        return "providers: { far: { dialect: openai_chat, base_url: \"" + baseUrl + "\"" + more + " } }\n";
    }

    @Test
    void theProvidersOwnProxyCarriesPlainCalls() {
        try (TestGateway gateway = TestGateway.start(far("http://far.example/v1", ", proxy: \"" + address() + "\""))) {
            RawClient.Response response = ask(gateway);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).contains("through");
        }
        assertThat(asked)
                .singleElement()
                .satisfies(head -> assertThat(head)
                        .startsWith("POST http://far.example/v1/chat/completions HTTP/1.1\r\n")
                        .containsIgnoringCase("proxy-authorization: Basic "));
    }

    @Test
    void theEnvironmentsProxyCarriesSecureCalls() {
        try (TestGateway gateway =
                TestGateway.start(far("https://far.example/v1", ""), Map.of("HTTPS_PROXY", address()))) {
            RawClient.Response response = ask(gateway);
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.text()).doesNotContain("127.0.0.1", "user:pass");
        }
        assertThat(asked).singleElement().satisfies(head -> assertThat(head).startsWith("CONNECT far.example:443 "));
    }

    @Test
    void noProxyIsHeeded() {
        try (TestGateway gateway = TestGateway.start(
                far("https://far.invalid/v1", ""),
                Map.of("https_proxy", address(), "NO_PROXY", "other.example,.invalid"))) {
            assertThat(ask(gateway).status()).isEqualTo(502);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void tokenEndpointsAreAskedThroughTheSameProxies() {
        String entra = "providers: { azure: { base_url: \"https://far.example\", entra: { tenant: t, client_id: c, "
                + "client_secret: s }%s } }\n";
        Map<String, String> environment =
                Map.of("HTTPS_PROXY", address(), "AZURE_AUTHORITY_HOST", "https://login.invalid");
        try (TestGateway gateway = TestGateway.start(entra.formatted(""), environment)) {
            assertThat(Ask.chat(gateway, Ask.body("azure/m", false, "x")).status())
                    .isEqualTo(502);
        }
        assertThat(asked).singleElement().satisfies(head -> assertThat(head).startsWith("CONNECT login.invalid:443 "));

        asked.clear();
        Map<String, String> direct = new HashMap<>(environment);
        direct.put("NO_PROXY", "login.invalid");
        try (TestGateway gateway = TestGateway.start(entra.formatted(""), direct)) {
            assertThat(Ask.chat(gateway, Ask.body("azure/m", false, "x")).status())
                    .isEqualTo(502);
        }
        assertThat(asked).isEmpty();
        direct.remove("HTTPS_PROXY");
        String own = ", proxy: \"" + address() + "\"";
        try (TestGateway gateway = TestGateway.start(entra.formatted(own), direct)) {
            assertThat(Ask.chat(gateway, Ask.body("azure/m", false, "x")).status())
                    .isEqualTo(502);
        }
        assertThat(asked).singleElement().satisfies(head -> assertThat(head).startsWith("CONNECT login.invalid:443 "));
    }
}
