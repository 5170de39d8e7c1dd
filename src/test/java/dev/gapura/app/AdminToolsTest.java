package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.store.Database;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Server tools through the admin API.
class AdminToolsTest {
    private static final String TOOLS = "/admin/api/tools";
    private static final String SUM =
            "{\"name\":\"sum\",\"entry\":{\"kind\":\"builtin\",\"name\":\"calculator\",\"description\":\"Sums.\"}}";

    private TestGateway gateway;
    private Admin admin;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        configure("");
        admin = new Admin(gateway);
    }

    private void configure(String more) {
        gateway.reload("server: { access_log: \"off\" }\nproviders:\n"
                + ScriptedModel.OPENAI_CHAT.provider(
                        "http://127.0.0.1:" + gateway.simulator().port())
                + "tools:\n  now: { kind: builtin, name: current_time }\n" + more);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private JsonNode listed(String name) {
        for (JsonNode one : admin.get(TOOLS).get("data")) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError(name + " is not listed");
    }

    @Test
    void aRegisteredToolRunsAtOnceUntilItIsDeleted() {
        admin.post(TOOLS, SUM, 201);
        gateway.simulator()
                .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(
                        request,
                        ScriptedModel.results(request) == 0
                                ? ModelTurn.says("").calling("c1", "sum", "{\"expression\":\"2 + 3\"}")
                                : ModelTurn.says("5")));
        ToolClient.Answer answer =
                ToolClient.ask(gateway, ScriptedModel.OPENAI_CHAT.model(), true, "", Map.of("x-gapura-tools", "sum"));
        assertThat(answer.content()).isEqualTo("5");
        assertThat(answer.gapura().at("/tools/0/status").asText()).isEqualTo("ok");
        JsonNode run = admin.post(TOOLS + "/sum:test", "{\"arguments\":{\"expression\":\"6 * 7\"}}", 200);
        assertThat(run.get("result").asText()).isEqualTo("42");
        assertThat(run.get("status").asText()).isEqualTo("ok");
        assertThat(run.get("bytes").asInt()).isEqualTo(2);
        assertThat(admin.post(TOOLS + "/sum:test", "{}", 200).get("status").asText())
                .isEqualTo("invalid_arguments");

        assertThat(admin.send("PATCH", TOOLS + "/sum", "{\"entry\":{\"price_usd\":0.01}}")
                        .status())
                .isEqualTo(200);
        JsonNode listed = listed("sum");
        assertThat(listed.get("origin").asText()).isEqualTo("registered");
        assertThat(listed.at("/tools/0/price_usd").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(listed.at("/entry/description").asText()).isEqualTo("Sums.");
        assertThat(listed("now").get("origin").asText()).isEqualTo("file");

        assertThat(admin.send("DELETE", TOOLS + "/sum", null).status()).isEqualTo(200);
        RawClient.Response gone = ToolClient.post(
                gateway.port(),
                gateway.key(),
                ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), false, ""),
                Map.of("x-gapura-tools", "sum"));
        assertThat(gone.status()).isEqualTo(400);
        assertThat(Ask.error(gone).get("code").asText()).isEqualTo("unknown_tool");
        admin.post(TOOLS + "/sum:test", "{}", 404);
    }

    @Test
    void theTermsOfARegisteredToolHold() {
        Vertx vertx = Vertx.vertx();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        HttpServer service = Waiting.get(vertx.createHttpServer()
                .requestHandler(request -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    vertx.setTimer(20, later -> {
                        open.decrementAndGet();
                        request.response().end("0123456789".repeat(20));
                    });
                })
                .listen(0, "127.0.0.1"));
        String address = "127.0.0.1:" + service.actualPort();
        try {
            configure("  other: { kind: builtin, name: calculator }\negress: { allow: [\"" + address + "\"] }\n");
            String entry = "{\"kind\":\"http\",\"description\":\"d\",\"url\":\"http://" + address
                    + "/{n}\",\"parameters\":{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}},"
                    + "\"concurrency\":1,\"price_usd\":0.003,\"max_result_bytes\":100,\"idempotent\":false}";
            admin.post(TOOLS, "{\"name\":\"look\",\"entry\":" + entry + "}", 201);
            gateway.simulator()
                    .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(
                            request,
                            ScriptedModel.results(request) == 0
                                    ? ModelTurn.says("")
                                            .calling("c1", "look", "{\"n\":1}")
                                            .calling("c2", "look", "{\"n\":2}")
                                            .calling("c3", "look", "{\"n\":3}")
                                    : ModelTurn.says("Seen.")));
            String model = ScriptedModel.OPENAI_CHAT.model();
            ToolClient.Answer answer = ToolClient.ask(gateway, model, true, "", Map.of("x-gapura-tools", "look"));
            assertThat(answer.content()).isEqualTo("Seen.");
            assertThat(answer.gapura().get("tools").findValuesAsText("cost_usd"))
                    .containsExactly("0.003", "0.003", "0.003");
            assertThat(most.get()).isOne();
            assertThat(gateway.simulator().requests().getLast().text()).contains("[cut: the first 100 of 200 bytes]");
            assertThat(listed("look").at("/tools/0/idempotent").asBoolean()).isFalse();

            RawClient.Response patched = admin.send("PATCH", TOOLS + "/look", "{\"entry\":{\"keys\":[\"nobody\"]}}");
            assertThat(patched.status()).as(patched.text()).isEqualTo(200);
            RawClient.Response refused = ToolClient.post(
                    gateway.port(), gateway.key(), ToolClient.body(model, false, ""), Map.of("x-gapura-tools", "look"));
            assertThat(refused.status()).as(refused.text()).isEqualTo(403);
        } finally {
            Waiting.get(vertx.close());
        }
    }

    @Test
    void theFileWinsAndAReloadKeepsWhatWasRegistered() {
        admin.post(TOOLS, SUM, 201);
        configure("  sum: { kind: builtin, name: current_time }\n");
        JsonNode run = admin.post(TOOLS + "/sum:test", "{}", 200);
        assertThat(run.get("result").asText()).contains("UTC");
        configure("");
        assertThat(admin.post(TOOLS + "/sum:test", "{\"arguments\":{\"expression\":\"1\"}}", 200)
                        .get("result")
                        .asText())
                .isEqualTo("1");
    }

    private Entry written() {
        Filter tests = Filter.of(new Filter.Is(Filter.Field.ROUTE, "/admin/api/tools/{name}:test"));
        Waiting.until(
                "it is written",
                () -> !Database.now(gateway.ledger().page(tests, null, 1))
                        .entries()
                        .isEmpty());
        return Database.now(gateway.ledger().page(tests, null, 1)).entries().getFirst();
    }

    @Test
    void aTriedOutToolIsInTheAuditAndInTheHistory() {
        configure("  sum: { kind: builtin, name: calculator, price_usd: 0.002 }\n");
        admin.post(TOOLS + "/sum:test", "{\"arguments\":{\"expression\":\"6 * 7\"}}", 200);
        Entry entry = written();
        assertThat(entry.toolRuns()).isOne();
        assertThat(entry.costNanoUsd()).isEqualTo(2_000_000);
        assertThat(entry.keyName()).isEqualTo("command");
        JsonNode run = Ask.json(entry.tools()).get(0);
        assertThat(run.get("name").asText()).isEqualTo("sum");
        assertThat(run.get("status").asText()).isEqualTo("ok");
        assertThat(run.get("bytes").asInt()).isEqualTo(2);
        assertThat(run.has("arguments")).isFalse();
        assertThat(admin.get("/admin/api/requests?tool=sum").at("/data/0/id").asText())
                .isEqualTo(entry.requestId());
        assertThat(admin.get("/admin/api/requests?tool=su").get("data")).isEmpty();
        JsonNode audit = admin.get("/admin/api/audit?kind=tool").at("/data/0");
        assertThat(audit.get("action").asText()).isEqualTo("tool.test");
        assertThat(audit.get("object").asText()).isEqualTo("sum");
        assertThat(audit.at("/detail/after/request_id").asText()).isEqualTo(entry.requestId());
        assertThat(audit.toString()).doesNotContain("6 * 7");
    }

    @Test
    void aClientThatLeavesInterruptsTheToolThatItTriesOut() throws Exception {
        CompletableFuture<Void> called = new CompletableFuture<>();
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer service = Waiting.get(vertx.createHttpServer()
                    .requestHandler(request -> {
                        request.connection().closeHandler(gone -> interrupted.complete(null));
                        called.complete(null);
                    })
                    .listen(0, "127.0.0.1"));
            String address = "127.0.0.1:" + service.actualPort();
            configure("  slow: { kind: http, description: d, url: \"http://" + address + "/\" }\negress: { allow: [\""
                    + address + "\"] }\n");
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.request(
                        "POST",
                        TOOLS + "/slow:test",
                        Map.of("authorization", "Bearer " + gateway.localToken(), "content-type", "application/json"),
                        "{}".getBytes(StandardCharsets.UTF_8));
                called.get(10, TimeUnit.SECONDS);
                client.reset();
            }
            interrupted.get(10, TimeUnit.SECONDS);
            Entry entry = written();
            assertThat(entry.failure()).isEqualTo("client_gone");
            assertThat(entry.status()).isEqualTo(499);
            assertThat(Ask.json(entry.tools()).at("/0/status").asText()).isEqualTo("cancelled");
        } finally {
            Waiting.get(vertx.close());
        }
    }

    @Test
    void onlyWhoeverMayAndNeverAProcess() {
        RawClient.Response stranger = Admin.send(gateway, "POST", TOOLS, "Bearer " + gateway.key(), SUM);
        assertThat(stranger.status()).isEqualTo(403);
        JsonNode refused = admin.post(
                TOOLS, "{\"name\":\"sh\",\"entry\":{\"kind\":\"mcp\",\"command\":[\"sh\",\"-c\",\"id\"]}}", 400);
        assertThat(refused.at("/error/message").asText())
                .isEqualTo("tools.sh.command can only stand in the configuration file, since it reaches into this"
                        + " machine.");
        assertThat(refused.at("/error/param").asText()).isEqualTo("entry");
        admin.post(TOOLS, "{\"name\":\"a b\",\"entry\":{}}", 400);
        admin.post(TOOLS, "{\"name\":\"now2\",\"entry\":\"x\"}", 400);
        assertThat(admin.get(TOOLS).get("data")).hasSize(1);
    }
}
