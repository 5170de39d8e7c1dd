package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Cidr;
import dev.gapura.config.Config;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.Secret;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.testkit.McpProgram;
import dev.gapura.testkit.McpServer;
import dev.gapura.testkit.SdkMcpProgram;
import dev.gapura.testkit.SdkMcpServer;
import dev.gapura.testkit.Waiting;
import dev.gapura.tools.mcp.McpClient;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tools of MCP servers: over HTTP against a server on loopback that holds us to the specification, over pipes
/// against a process.
class McpSourceTest {
    private static final String NUMBERS =
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}";
    private static final String SECRET = "Bearer mcp-secret-0123";

    private final Vertx vertx = Vertx.vertx();
    private final Outbound outbound = new Outbound(vertx, ProxySettings.from(Map.of()));
    private final ToolSources sources = new ToolSources(outbound, Plugins.load(Path.of("no-such-folder")), "1.2.3");
    private final List<McpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        sources.close();
        outbound.close();
        Waiting.get(vertx.close());
    }

    private McpServer server(McpServer.Era era) {
        McpServer server = McpServer.start(vertx, era);
        servers.add(server);
        return server;
    }

    private EgressRules rules(boolean allowed) {
        return new EgressRules(new Config.Egress(
                List.<Cidr>of(),
                allowed
                        ? servers.stream()
                                .map(one -> new Config.HostPort("127.0.0.1", one.port()))
                                .toList()
                        : List.of(),
                true));
    }

    private static ToolEntry entry(ToolEntry.Source source, Duration timeout) {
        return new ToolEntry("docs", null, source, timeout, 65_536, 4, null, null, null, List.of(), "test.yaml:1:1");
    }

    private static ToolEntry http(McpServer server, @Nullable List<String> allow) {
        return entry(
                new ToolEntry.Source.McpHttp(
                        URI.create(server.url()), Map.of("Authorization", new Secret(SECRET)), allow),
                Duration.ofSeconds(10));
    }

    private ToolRegistry registry(ToolEntry entry) {
        ToolRegistry registry = sources.registry(Map.of(entry.name(), entry), rules(true));
        sources.retain(registry);
        return registry;
    }

    private static List<String> names(ToolRegistry registry) {
        return registry.all().stream().map(ServerTool::name).toList();
    }

    private static void awaitTools(ToolRegistry registry, String... names) {
        Waiting.until(
                "tools " + List.of(names), () -> Set.copyOf(names(registry)).equals(Set.of(names)));
    }

    private static ToolWorker.Done run(ToolRegistry registry, String name, String arguments) throws Exception {
        return ToolWorker.start(registry.find(name), "c1", arguments).done().get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(McpServer.Era.class)
    void theToolsOfAServerAreCalled(McpServer.Era era) throws Exception {
        McpServer server = server(era).secret(SECRET).inPagesOf(2);
        server.tool("add", NUMBERS).tool("b.c", "{\"type\":\"object\"}").tool("zwölf", NUMBERS);
        server.calls(params -> McpServer.text(params.get("name") + " " + params.get("arguments")));
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.add", "docs.b.c", "docs.zwölf");
        Waiting.until(
                "all is well", () -> registry.sources().get("docs").trouble().isEmpty());
        ServerTool add = registry.find("docs.add");
        assertThat(add.description()).isEqualTo("does add");
        assertThat(JsonTree.text(add.parameters())).isEqualTo(NUMBERS);

        ToolWorker.Done done = run(registry, "docs.add", "{\"a\":7}");
        assertThat(done.output()).isEqualTo(ToolOutput.of("\"add\" {\"a\":7}"));
        assertThat(run(registry, "docs.zwölf", "{\"a\":1}").output().failed()).isFalse();
        assertThat(run(registry, "docs.b.c", "").output().text()).isEqualTo("\"b.c\" {}");
        assertThat(run(registry, "docs.add", "{\"a\":\"x\"}").run().status())
                .isEqualTo(ToolRun.Status.INVALID_ARGUMENTS);
        assertThat(server.asked()).doesNotContain("?");
        assertThat(server.messages().getLast().at("/params/name").asText())
                .as("invalid arguments are not sent")
                .isEqualTo("b.c");
    }

    @ParameterizedTest
    @EnumSource(McpServer.Era.class)
    void answersMayBeStreams(McpServer.Era era) throws Exception {
        McpServer server = server(era).inEvents().tool("add", NUMBERS);
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.add");
        assertThat(run(registry, "docs.add", "{\"a\":1}").output()).isEqualTo(ToolOutput.of("ok"));
        if (era == McpServer.Era.SESSIONS) {
            Waiting.until(
                    "its ping is answered",
                    () -> server.messages().stream()
                            .anyMatch(message -> message.path("id").asText().equals("p1") && message.has("result")));
        }
        assertThat(server.asked()).doesNotContain("?");
    }

    @ParameterizedTest
    @EnumSource(McpServer.Era.class)
    void aChangedListIsSeen(McpServer.Era era) {
        McpServer server = server(era).tool("one", NUMBERS);
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.one");
        ServerTool one = registry.find("docs.one");
        Waiting.until("it listens", () -> server.listeners() == 1);
        server.tool("two", NUMBERS);
        awaitTools(registry, "docs.one", "docs.two");
        assertThat(registry.find("docs.one")).as("its permits go on").isSameAs(one);

        server.endStreams();
        Waiting.until("it listens again", () -> server.listeners() == 1);
        server.tool("three", NUMBERS);
        awaitTools(registry, "docs.one", "docs.two", "docs.three");
    }

    @Test
    void onlyWhatIsAllowedIsThere() {
        McpServer server = server(McpServer.Era.STATELESS)
                .tool("search", NUMBERS)
                .tool("read_page", NUMBERS)
                .tool("delete", NUMBERS);
        awaitTools(registry(http(server, List.of("search", "read_*"))), "docs.search", "docs.read_page");
    }

    @Test
    void brokenDefinitionsAreLeftOutAlone() {
        McpServer server = server(McpServer.Era.STATELESS)
                .tool("array", "{\"type\":\"array\"}")
                .tool("wrong", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"strin\"}}}")
                .tool("outside", "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"https://x.example/a\"}}}")
                .tool("dialect", "{\"$schema\":\"https://x.example/own\",\"type\":\"object\"}")
                .tool(
                        "header",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}")
                .tool("deep", "{\"type\":\"object\",\"not\":".repeat(70) + "{}" + "}".repeat(70))
                .tool("with, comma", NUMBERS)
                .definition("{\"name\":\"none\"}")
                .definition("{\"inputSchema\":{\"type\":\"object\"}}")
                .tool("good", NUMBERS)
                .tool("good", NUMBERS)
                .tool("draft", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}");
        awaitTools(registry(http(server, null)), "docs.good", "docs.draft");
    }

    @Test
    void argumentsGoIntoHeadersWhereTheServerWantsThem() throws Exception {
        McpServer server = server(McpServer.Era.STATELESS)
                .tool(
                        "sql",
                        "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}");
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.sql");
        run(registry, "docs.sql", "{\"region\":\"Jawa Tengah ü\"}");
        assertThat(server.heads().getLast().get("mcp-param-region")).isEqualTo("=?base64?SmF3YSBUZW5nYWggw7w=?=");
        run(registry, "docs.sql", "{}");
        assertThat(server.heads().getLast().contains("mcp-param-region")).isFalse();
    }

    @Test
    void resultsBecomeText() throws Exception {
        McpServer server = server(McpServer.Era.STATELESS).tool("t", "{\"type\":\"object\"}");
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.t");
        server.calls(params -> result("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"AAAA\"},"
                + "{\"type\":\"resource_link\",\"name\":\"n\",\"uri\":\"file:///n\"},"
                + "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///r\",\"text\":\"inside\"}},"
                + "{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///b\",\"blob\":\"AAA=\"}},"
                + "{\"type\":\"hologram\"}]}"));
        assertThat(run(registry, "docs.t", "{}").output().text())
                .isEqualTo("a\n[image of type image/png, 3 bytes, not shown]\n[link to n: file:///n]\n"
                        + "[resource file:///r]\ninside\n[resource file:///b of type unknown, 2 bytes, not shown]\n"
                        + "[content of type hologram, not shown]");
        server.calls(params ->
                result("{\"content\":[{\"type\":\"text\",\"text\":\"found 1\"}],\"structuredContent\":{\"n\":1}}"));
        assertThat(run(registry, "docs.t", "{}").output().text()).isEqualTo("found 1\n{\"n\":1}");
        server.calls(params -> result(
                "{\"content\":[{\"type\":\"text\",\"text\":\"{ \\\"n\\\": 1 }\"}],\"structuredContent\":{\"n\":1}}"));
        assertThat(run(registry, "docs.t", "{}").output().text()).isEqualTo("{ \"n\": 1 }");
        server.calls(params ->
                result("{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no mcp-secret-0123 for you\"}]}"));
        assertThat(run(registry, "docs.t", "{}").output()).isEqualTo(ToolOutput.failed("no *** for you"));
        server.calls(params -> result("{\"error\":{\"code\":-32602,\"message\":\"bad argument\"}}"));
        assertThat(run(registry, "docs.t", "{}").output())
                .isEqualTo(ToolOutput.failed("The tool's server refused the call: bad argument"));
        server.calls(params -> result("{\"resultType\":\"input_required\",\"inputRequests\":{}}"));
        assertThat(run(registry, "docs.t", "{}").output().failed()).isTrue();
    }

    private static ObjectNode result(String json) {
        return (ObjectNode) JsonTree.readOrNull(json);
    }

    @ParameterizedTest
    @EnumSource(McpServer.Era.class)
    void aCallThatNobodyWaitsForIsCancelled(McpServer.Era era) throws Exception {
        McpServer server = server(era).tool("slow", "{\"type\":\"object\"}").calls(params -> null);
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.slow");
        ToolWorker worker = ToolWorker.start(registry.find("docs.slow"), "c1", "{}");
        Waiting.until("it is called", () -> server.asked().contains("POST tools/call"));
        worker.cancel();
        Waiting.until("the connection is closed", () -> server.asked().contains("closed"));
        if (era == McpServer.Era.SESSIONS) {
            Waiting.until("it is told", () -> server.asked().contains("POST notifications/cancelled"));
        }
    }

    @Test
    void aForgottenSessionBeginsAnew() throws Exception {
        McpServer server = server(McpServer.Era.SESSIONS).tool("add", NUMBERS);
        ToolRegistry registry = registry(http(server, null));
        awaitTools(registry, "docs.add");
        server.forgetSessions();
        assertThat(run(registry, "docs.add", "{\"a\":1}").output()).isEqualTo(ToolOutput.of("ok"));
        assertThat(server.asked().stream().filter("POST initialize"::equals)).hasSize(2);
    }

    @Test
    void aServerThatGoesAndComesIsFollowed() throws Exception {
        McpServer server = server(McpServer.Era.STATELESS).tool("add", NUMBERS);
        ToolRegistry registry = registry(http(server, null));
        ToolSource source = registry.sources().get("docs");
        awaitTools(registry, "docs.add");
        Waiting.until("it listens", () -> server.listeners() == 1);
        server.close();
        awaitTools(registry);
        Waiting.until("it says why", () -> source.trouble().equals("its server cannot be reached"));
        McpServer.startAt(vertx, McpServer.Era.STATELESS, server.port()).tool("other", NUMBERS);
        awaitTools(registry, "docs.other");
        Waiting.until("all is well", () -> source.trouble().isEmpty());
    }

    @Test
    void troubleSaysWhatToDo() {
        McpServer server = server(McpServer.Era.STATELESS).secret("another one");
        ToolSource refused = registry(http(server, null)).sources().get("docs");
        Waiting.until(
                "refusal", () -> refused.trouble().equals("its server refuses us with status 401; check `headers`"));
        ToolSource hidden = sources.registry(Map.of("docs", http(server, null)), rules(false))
                .sources()
                .get("docs");
        Waiting.until(
                "not reached",
                () -> hidden.trouble()
                        .equals("its address may not be reached; name host and port under `egress.allow`"));
        server.fail(503);
        Waiting.until("status", () -> refused.trouble().equals("its server answers with status 503"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAServerSendsIsBounded(boolean events) throws Exception {
        McpServer server = server(McpServer.Era.STATELESS);
        for (int i = 0; i < 1100; i++) {
            server.tool("t" + i, "{\"type\":\"object\"}");
        }
        if (events) {
            server.inEvents();
        }
        server.calls(params -> McpServer.text("x".repeat(9 << 20)));
        ToolRegistry registry = registry(http(server, List.of("t0", "t999", "t1000")));
        awaitTools(registry, "docs.t0", "docs.t999");
        assertThat(run(registry, "docs.t0", "{}").output())
                .isEqualTo(ToolOutput.failed(
                        "The tool could not be called: its server sends a message longer than 8388608 bytes."));
    }

    @Test
    void aReloadKeepsWhatDidNotChange() {
        McpServer server = server(McpServer.Era.SESSIONS).tool("add", NUMBERS);
        ToolRegistry first = registry(http(server, null));
        awaitTools(first, "docs.add");
        ToolRegistry second = registry(http(server, null).at("test.yaml:9:9"));
        assertThat(second.sources().get("docs")).isSameAs(first.sources().get("docs"));
        ToolRegistry third = registry(http(server, List.of("add")));
        assertThat(third.sources().get("docs")).isNotSameAs(first.sources().get("docs"));
        awaitTools(third, "docs.add");
        assertThat(names(first)).as("exchanges that began with it keep it").containsExactly("docs.add");
    }

    @Test
    void aSourceThatIsNoLongerNeededEnds() throws Exception {
        McpServer server = server(McpServer.Era.SESSIONS).tool("add", NUMBERS);
        ToolEntry entry = http(server, null);
        McpSource source = new McpSource(
                entry,
                () -> McpClient.overHttp("docs", URI.create(server.url()), Map.of(), outbound, rules(true), "1"),
                false,
                null,
                new Mask(List.of()),
                Duration.ofMillis(50));
        Waiting.until("a tool", () -> source.tools().size() == 1);
        server.calls(params -> null);
        ToolWorker worker = ToolWorker.start(source.tools().getFirst(), "c1", "{\"a\":1}");
        Waiting.until("it is called", () -> server.asked().contains("POST tools/call"));
        source.retire(() -> {});
        assertThat(source.tools()).hasSize(1);
        worker.cancel();
        Waiting.until("it says goodbye", () -> server.asked().contains("DELETE "));
        Waiting.until("nothing is left", () -> source.tools().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stateless", "sessions", "fragile"})
    void aProcessIsStartedAndEndsWithItsSource(String how) throws Exception {
        ToolRegistry registry = registry(process(how, Duration.ofSeconds(20)));
        awaitTools(registry, "docs.environment", "docs.process", "docs.exit", "docs.cancelled", "docs.hang");
        String environment = run(registry, "docs.environment", "{}").output().text();
        assertThat(environment).contains("PATH").endsWith("***").doesNotContain("JAVA_HOME", "GAPURA");
        long pid = processId(registry);
        assertThat(ProcessHandle.of(pid)).isPresent();

        assertThat(run(registry, "docs.exit", "{}").output())
                .isEqualTo(ToolOutput.failed("The tool could not be called: its process ended with status 3."));
        Waiting.until("it is started again", () -> processId(registry) > 0);
        long next = processId(registry);
        assertThat(next).isNotEqualTo(pid);
        sources.close();
        assertThat(ProcessHandle.of(next)).isEmpty();
    }

    /// 0 where there is none.
    private static long processId(ToolRegistry registry) {
        String text = textOf(registry, "docs.process");
        return text.matches("\\d+") ? Long.parseLong(text) : 0;
    }

    private static String textOf(ToolRegistry registry, String name) {
        try {
            return registry.find(name) == null
                    ? ""
                    : run(registry, name, "{}").output().text();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCallOfAProcessIsGivenUp() throws Exception {
        ToolRegistry registry = registry(process("sessions", Duration.ofMillis(300)));
        awaitTools(registry, "docs.environment", "docs.process", "docs.exit", "docs.cancelled", "docs.hang");
        assertThat(run(registry, "docs.hang", "{}").run().status()).isEqualTo(ToolRun.Status.TIMEOUT);
        Waiting.until(
                "the process is told", () -> textOf(registry, "docs.cancelled").matches("\\d+"));
    }

    @Test
    void aProgramOfTheOfficialSdkIsSpokenTo() throws Exception {
        official(registry(entry(
                new ToolEntry.Source.McpProcess(SdkMcpProgram.command(), Map.of(), null), Duration.ofSeconds(20))));
    }

    @Test
    void aServerOfTheOfficialSdkIsSpokenToOverHttp(@TempDir Path folder) throws Exception {
        try (SdkMcpServer server = SdkMcpServer.start(folder)) {
            URI address = URI.create("http://127.0.0.1:" + server.port() + "/mcp");
            ToolEntry entry = entry(new ToolEntry.Source.McpHttp(address, Map.of(), null), Duration.ofSeconds(20));
            Config.HostPort reachable = new Config.HostPort("127.0.0.1", server.port());
            ToolRegistry registry = sources.registry(
                    Map.of("docs", entry), new EgressRules(new Config.Egress(List.of(), List.of(reachable), true)));
            official(registry);
            sources.close();
        }
    }

    private static void official(ToolRegistry registry) throws Exception {
        awaitTools(registry, "docs.add", "docs.fail", "docs.grow");
        assertThat(run(registry, "docs.add", "{\"a\":2,\"b\":40}").output()).isEqualTo(ToolOutput.of("42"));
        assertThat(run(registry, "docs.fail", "{}").output()).isEqualTo(ToolOutput.failed("there is nothing"));
        assertThat(run(registry, "docs.grow", "{}").output()).isEqualTo(ToolOutput.of("grown"));
        awaitTools(registry, "docs.add", "docs.fail", "docs.grow", "docs.late");
        assertThat(run(registry, "docs.late", "{}").output()).isEqualTo(ToolOutput.of("here"));
    }

    @Test
    void aProgramThatIsNotThereSaysSo() {
        ToolSource source = registry(entry(
                        new ToolEntry.Source.McpProcess(List.of("no-such-program"), Map.of(), null),
                        Duration.ofSeconds(1)))
                .sources()
                .get("docs");
        Waiting.until(
                "trouble",
                () -> source.trouble().equals("the program 'no-such-program' cannot be started; check `command`"));
    }

    private static ToolEntry process(String how, Duration timeout) {
        return entry(
                new ToolEntry.Source.McpProcess(
                        McpProgram.command(how), Map.of("TOOL_TOKEN", new Secret("pipe-secret-0123")), null),
                timeout);
    }
}
