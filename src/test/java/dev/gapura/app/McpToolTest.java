package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.McpServer;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tools of an MCP server in a whole gateway: as the model knows them, through reloads, and when the server is away.
class McpToolTest {
    private final Vertx vertx = Vertx.vertx();
    private McpServer server;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        server = McpServer.start(vertx, McpServer.Era.SESSIONS)
                .tool("search.all", "{\"type\":\"object\"}")
                .calls(params -> McpServer.text("found by " + params.get("name").asText()));
        gateway = TestGateway.start();
        configure("", "");
    }

    @AfterEach
    void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    private void configure(String entry, String more) {
        gateway.reload("server: { access_log: \"off\" }\negress: { allow: [\"127.0.0.1:" + server.port()
                + "\"] }\nproviders:\n  local: { dialect: openai_chat, base_url: \"http://127.0.0.1:"
                + gateway.simulator().port() + "/v1\" }\ntools:\n  docs: { kind: mcp, url: \"" + server.url() + "\""
                + entry + " }\n" + more);
    }

    private RawClient.Response ask() {
        gateway.simulator().answerWith(request -> {
            JsonNode body = Ask.json(request.body());
            boolean done = body.toString().contains("\"role\":\"tool\"");
            String name = body.at("/tools/0/function/name").asText();
            return (done ? ModelTurn.says("done") : ModelTurn.says("").calling("c1", name, "{}"))
                    .reply("openai_chat", false);
        });
        return Ask.chat(
                gateway,
                "{\"model\":\"local/m\",\"tools\":[{\"type\":\"server\",\"name\":\"docs\"}],"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
    }

    private void awaitTools() {
        Waiting.until("the tools are there", () -> ask().status() == 200);
    }

    @Test
    void theModelKnowsThemByNamesThatProvidersTake() {
        awaitTools();
        JsonNode last = Ask.json(gateway.simulator().requests().getLast().body());
        assertThat(last.at("/tools/0/function/name").asText()).isEqualTo("docs_search_all");
        assertThat(last.at("/messages/2/content").asText()).isEqualTo("found by search.all");
    }

    @Test
    void aReloadDoesNotConnectAgain() {
        awaitTools();
        configure("", "models: { other: { targets: [sim/echo] } }\n");
        assertThat(ask().status()).isEqualTo(200);
        assertThat(server.asked().stream().filter("POST initialize"::equals)).hasSize(1);
        configure(", allow: [none]", "");
        Waiting.until("the new entry counts", () -> ask().status() == 400);
    }

    @Test
    void aServerThatIsAwayIsARefusalBeforeAnyCall() {
        awaitTools();
        server.fail(503);
        server.endStreams();
        Waiting.until("the tools are gone", () -> ask().status() == 400);
        int calls = gateway.simulator().requests().size();
        RawClient.Response refused = ask();
        assertThat(refused.text()).contains("unknown_tool", "not available now");
        assertThat(gateway.simulator().requests()).hasSize(calls);
    }
}
