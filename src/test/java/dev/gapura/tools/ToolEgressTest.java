package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What tools may reach whose addresses are not the operator's: pages that a model names (`web_fetch`), and servers
/// that
/// an OpenAPI document or its address leads to. One server on loopback is allowed, another counts who connects to it.
class ToolEgressTest {
    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx, ProxySettings.from(Map.of()));
    private final ToolSources sources = new ToolSources(outbound, Plugins.load(Path.of("no-such-folder")), "1.2.3");
    private final AtomicInteger connections = new AtomicInteger();
    private NetServer forbidden;
    private HttpServer allowed;

    @TempDir
    Path folder;

    /// Spellings of addresses that nobody allowed.
    static Stream<String> addresses() {
        return Stream.of(
                "http://127.0.0.1:PORT/x",
                "https://127.0.0.1:PORT/x",
                "https://127.0.0.2:PORT/x",
                "https://localhost:PORT/x",
                "https://LOCALHOST.:PORT/x",
                "https://127.1:PORT/x",
                "https://2130706433:PORT/x",
                "https://0x7f000001:PORT/x",
                "https://0177.0.0.1:PORT/x",
                "https://0:PORT/x",
                "https://0.0.0.0:PORT/x",
                "https://allowed.example@127.0.0.1:PORT/x",
                "https://127.0.0.1%2f:PORT/x",
                "https://[::1]:PORT/x",
                "https://[::]:PORT/x",
                "https://[::127.0.0.1]:PORT/x",
                "https://[::ffff:127.0.0.1]:PORT/x",
                "https://[::ffff:7f00:1]:PORT/x",
                "https://[64:ff9b::127.0.0.1]:PORT/x",
                "https://[2002:7f00:1::]:PORT/x",
                "https://[fe80::1]:PORT/x",
                "https://[fd00:ec2::254]/latest/",
                "https://10.0.0.1:PORT/x",
                "https://172.16.0.1:PORT/x",
                "https://192.168.0.1:PORT/x",
                "https://100.64.0.1:PORT/x",
                "https://169.254.169.254/latest/",
                "https://[::ffff:169.254.169.254]/latest/",
                "http://metadata.google.internal/x",
                "https://metadata.google.internal/x",
                "ftp://127.0.0.1:PORT/x",
                "file:///etc/passwd",
                "//127.0.0.1:PORT/x");
    }

    @BeforeEach
    void start() {
        // Plain and dual: whatever family an address has, it arrives.
        forbidden = Waiting.get(vertx.createNetServer()
                .connectHandler(socket -> {
                    connections.incrementAndGet();
                    socket.close();
                })
                .listen(0, "::"));
        allowed =
                Waiting.get(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        assertThat(connections.get()).isZero();
        sources.close();
        outbound.close();
        Waiting.get(vertx.close());
    }

    private void serve(HttpServerRequest request) {
        var response = request.response();
        switch (request.path()) {
            case "/to" ->
                response.setStatusCode(302)
                        .putHeader("location", request.getParam("location"))
                        .end();
            case "/status" ->
                response.setStatusCode(Integer.parseInt(request.getParam("code")))
                        .putHeader("content-type", "text/html")
                        .end("<p>the words of a page that is none</p>");
            case "/picture" -> response.putHeader("content-type", "image/png").end(Buffer.buffer(new byte[9]));
            case "/openapi.json" -> response.end(document(request.getParam("server")));
            default -> response.putHeader("content-type", "text/html").end("<title>Rain</title><p>It rains.</p>");
        }
    }

    private static String document(String server) {
        return "{\"openapi\":\"3.1.0\",\"servers\":[{\"url\":\"" + server
                + "\"}],\"paths\":{\"/x\":{\"get\":{\"operationId\":\"get\"}}}}";
    }

    private String placed(String address) {
        return address.replace("PORT", Integer.toString(forbidden.actualPort()));
    }

    private String allowedUrl(String target) {
        return "http://127.0.0.1:" + allowed.actualPort() + target;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private ToolRegistry registry(ToolEntry.Source source) {
        ToolEntry entry = new ToolEntry(
                "it", null, source, Duration.ofSeconds(10), 65_536, 4, null, null, null, List.of(), "test.yaml:1:1");
        ToolRegistry registry = sources.registry(
                Map.of("it", entry),
                new EgressRules(new Config.Egress(
                        List.of(), List.of(new Config.HostPort("127.0.0.1", allowed.actualPort())), true)));
        sources.retain(registry);
        return registry;
    }

    private static ToolOutput run(ToolRegistry registry, String name, String arguments) throws Exception {
        return ToolWorker.start(registry.find(name), "c1", arguments)
                .done()
                .get(20, TimeUnit.SECONDS)
                .output();
    }

    private ToolOutput fetch(String url) throws Exception {
        String arguments = JsonTree.text(JsonTree.object().put("url", url));
        return run(registry(new ToolEntry.Source.Builtin("web_fetch")), "it", arguments);
    }

    private static void assertRefused(ToolOutput output) {
        assertThat(output.failed()).isTrue();
        assertThat(output.text())
                .matches("The (page could not be fetched|service could not be reached): "
                        + "its address (may not be reached|cannot be called)\\.");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void noPageOfAnAddressThatNobodyAllowedIsFetched(String address) throws Exception {
        assertRefused(fetch(placed(address)));
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void aRedirectToSuchAnAddressIsNotFollowed(String address) throws Exception {
        assertRefused(fetch(allowedUrl("/to?location=" + encoded(placed(address)))));
    }

    @Test
    void aRedirectThatMayBeFollowedIs() throws Exception {
        assertThat(fetch(allowedUrl("/to?location=" + encoded("/page")))).isEqualTo(ToolOutput.of("Rain\n\nIt rains."));
        assertThat(fetch(allowedUrl("/to?location=" + encoded("//127.0.0.1:" + allowed.actualPort() + "/page"))))
                .isEqualTo(ToolOutput.of("Rain\n\nIt rains."));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 404, 429, 500, 503})
    void aPageWithAnotherStatusIsNone(int status) throws Exception {
        assertThat(fetch(allowedUrl("/status?code=" + status)))
                .isEqualTo(ToolOutput.failed("The page answered with status " + status + "."));
    }

    @Test
    void aPageThatIsNoTextIsNamed() throws Exception {
        assertThat(fetch(allowedUrl("/picture")))
                .isEqualTo(
                        ToolOutput.failed("At this address are 9 bytes of image/png, which cannot be read as text."));
    }

    /// Addresses that a document can name as its server; others are none of a server.
    static Stream<String> servers() {
        return addresses().filter(address -> address.startsWith("http"));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void noServerOfADocumentIsCalledThatNobodyAllowed(String address) throws Exception {
        Path file = Files.writeString(folder.resolve("api.json"), document(placed(address)));
        ToolRegistry fromFile = registry(new ToolEntry.Source.OpenApi(file, null, null, null, Map.of()));
        assertRefused(run(fromFile, "it.get", "{}"));

        URI url = URI.create(allowedUrl("/openapi.json?server=" + encoded(placed(address))));
        ToolRegistry fetched = registry(new ToolEntry.Source.OpenApi(null, url, null, null, Map.of()));
        Waiting.until("the document is read", () -> fetched.find("it.get") != null);
        assertRefused(run(fetched, "it.get", "{}"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:PORT/openapi.json",
        "https://localhost:PORT/openapi.json",
        "https://[::ffff:127.0.0.1]:PORT/openapi.json",
        "https://169.254.169.254/openapi.json",
        "http://metadata.google.internal/openapi.json",
        "REDIRECT"
    })
    void noDocumentIsFetchedThere(String address) {
        String to = placed("https://127.0.0.1:PORT/openapi.json");
        String url = address.equals("REDIRECT") ? allowedUrl("/to?location=" + encoded(to)) : placed(address);
        ToolSource source = registry(new ToolEntry.Source.OpenApi(null, URI.create(url), null, null, Map.of()))
                .sources()
                .get("it");
        Waiting.until("it was tried", source::tried);
        assertThat(source.tools()).isEmpty();
        assertThat(source.trouble())
                .isEqualTo("its address may not be reached; name host and port under `egress.allow`");
    }
}
