package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.testkit.McpServer;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `gapura tools list` and `test`, with a tool server on loopback.
class ToolsCommandTest {
    private final Vertx vertx = Vertx.vertx();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private McpServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        server = McpServer.start(vertx, McpServer.Era.STATELESS)
                .tool(
                        "search",
                        "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}},\"required\":[\"q\"]}")
                .calls(params ->
                        McpServer.text("found " + params.at("/arguments/q").asText()));
        Files.writeString(
                folder.resolve("gapura.yaml"),
                "egress: { allow: [\"127.0.0.1:" + server.port() + "\"] }\ntools:\n  docs: { kind: mcp, url: \""
                        + server.url()
                        + "\" }\n  now: { kind: builtin, name: current_time, description: \"The time.\" }\n"
                        + "  gone: { kind: plugin, name: other }\n");
    }

    @AfterEach
    void stop() {
        Waiting.get(vertx.close());
    }

    private int run(String... arguments) {
        CommandLine line = CommandLineFactory.create(
                Map.of(
                        "GAPURA_CONFIG",
                        folder.resolve("gapura.yaml").toString(),
                        "GAPURA_DATA",
                        folder.resolve("data").toString()),
                (loaded, data) -> {
                    throw new AssertionError("nothing is served");
                });
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void everyToolIsListed() {
        assertThat(run("tools", "list")).isEqualTo(1);
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("docs.search  does search"),
                        line -> assertThat(line).isEqualTo("now          The time."),
                        line -> assertThat(line).startsWith("gone         not available: there is no plug-in 'other'"))
                .allMatch(line -> line.length() <= 100);
    }

    @Test
    void theListAsJson() {
        assertThat(run("tools", "list", "--json")).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("[{\"name\":\"docs\",\"trouble\":\"\",\"tools\":[{\"name\":\"docs.search\",")
                .contains("{\"name\":\"gone\",\"trouble\":\"there is no plug-in 'other'");
    }

    @Test
    void theRunningGatewayIsAsked() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        try (TestGateway gateway = TestGateway.start(
                data, "tools: { clock: { kind: builtin, name: current_time, description: \"A clock.\" } }", Map.of())) {
            assertThat(gateway.port()).isPositive();
            assertThat(run("tools", "list")).isZero();
            assertThat(out).hasToString("clock  A clock." + System.lineSeparator());
            assertThat(run("tools", "test", "clock", "{\"time_zone\":\"Asia/Jakarta\"}"))
                    .isZero();
            assertThat(out.toString()).contains("+07:00 (Asia/Jakarta, ");
            assertThat(run("tools", "test", "docs.search")).isEqualTo(2);
            assertThat(err.toString()).contains("There is no tool 'docs.search' now");
            assertThat(run(
                            "tools",
                            "test",
                            "now",
                            "--config",
                            folder.resolve("gapura.yaml").toString()))
                    .isZero();
        }
        out.getBuffer().setLength(0);
        run("tools", "list");
        assertThat(out.toString()).as("without a gateway it is the file").startsWith("docs.search");
    }

    @Test
    void argumentsAreAnObject() {
        assertThat(run("tools", "test", "now", "[1]")).isEqualTo(2);
        assertThat(err.toString()).contains("ARGUMENTS must be a JSON object");
    }

    @Test
    void aToolIsTried() {
        assertThat(run("tools", "test", "docs.search", "{\"q\":\"rain\"}")).isZero();
        assertThat(out).hasToString("found rain" + System.lineSeparator());
        assertThat(err.toString()).matches("ok, \\d+ ms, 10 bytes\\s+");
    }

    @Test
    void wrongArgumentsAreToldAsToAModel() {
        assertThat(run("tools", "test", "docs.search", "--json")).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("{\"status\":\"invalid_arguments\",")
                .contains("'q'");
    }

    @Test
    void aToolThatIsNotThereIsSaid() {
        assertThat(run("tools", "test", "docs.serch")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no tool 'docs.serch'; did you mean docs.search?");
        assertThat(run("tools", "test", "other")).isEqualTo(2);
        assertThat(err.toString()).contains("no entry under `tools` is named 'other'");
        assertThat(run("tools", "test", "gone")).isEqualTo(2);
        assertThat(err.toString()).contains("'gone' is not available: there is no plug-in");
        assertThat(run("tools")).isEqualTo(2);
        assertThat(err.toString()).contains("say 'gapura tools list'");
    }
}
