package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deadlines and heartbeats of answers with server tools, and calls of earlier turns that their provider does not end.
class ToolDeadlinesTest {
    private static final Map<String, String> OFFER = Map.of("x-gapura-tools", "all");
    private static final String TOOLS = ",\"tools\":[" + ToolClient.WEATHER + "]";

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    private HttpServer service;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        service = Waiting.get(
                vertx.createHttpServer().requestHandler(waiting::add).listen(0, "127.0.0.1"));
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        Waiting.get(vertx.close());
    }

    private void configure(String timeouts, String heartbeat) {
        gateway.reload("server: { access_log: \"off\", heartbeat: " + heartbeat + " }\negress: { allow: [\"127.0.0.1:"
                + service.actualPort() + "\"] }\nproviders:\n  openai_chat: { dialect: openai_chat, base_url: "
                + "\"http://127.0.0.1:" + gateway.simulator().port() + "/v1\", timeouts: " + timeouts + " }\ntools:\n"
                + "  calc: { kind: builtin, name: calculator }\n"
                + "  slow: { kind: http, description: d, timeout: 60s, url: \"http://127.0.0.1:"
                + service.actualPort() + "/slow\" }\n");
    }

    private void turns(Reply... replies) {
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator().answerWith(request -> replies[Math.min(turn.getAndIncrement(), replies.length - 1)]);
    }

    private static Reply says(String text) {
        return ModelTurn.says(text).reply("openai_chat", true);
    }

    /// A stream that writes the arguments of one call piece by piece.
    private static Reply slowly(String tool, List<String> pieces, Duration pause) {
        List<String> chunks = new ArrayList<>();
        chunks.add("{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"" + tool + "\",\"arguments\":\"\"}}]}");
        pieces.forEach(piece -> chunks.add("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                + JsonTree.text(JsonTree.textNode(piece)) + "}}]}"));
        List<Step> steps = new ArrayList<>();
        for (String delta : chunks) {
            steps.add(Step.Send.text("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":" + delta
                    + ",\"finish_reason\":null}]}\n\n"));
            steps.add(new Step.Pause(pause));
        }
        steps.add(Step.Send.text("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                + "\"tool_calls\"}]}\n\ndata: [DONE]\n\n"));
        steps.add(new Step.End());
        return Reply.stream(steps);
    }

    private ToolClient.Answer ask() {
        return ToolClient.ask(gateway, ScriptedModel.OPENAI_CHAT.model(), true, TOOLS, OFFER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"calc", "weather"})
    void aModelThatWritesALongCallIsAtWork(String tool) {
        configure("{ first_token: 2s, between_chunks: 2s }", "15s");
        List<String> pieces = new ArrayList<>();
        pieces.add(tool.equals("calc") ? "{\"expression\":\"1" : "{\"city\":\"1");
        for (int piece = 0; piece < 24; piece++) {
            pieces.add("+1");
        }
        pieces.add("\"}");
        List<Step> late = new ArrayList<>();
        late.add(new Step.Pause(Duration.ofMillis(1_000)));
        late.addAll(says("Twenty-five.").steps());
        turns(slowly(tool, pieces, Duration.ofMillis(120)), Reply.stream(late));
        ToolClient.Answer answer = ask();
        if (tool.equals("calc")) {
            assertThat(answer.content()).isEqualTo("Twenty-five.");
            assertThat(gateway.simulator().requests().getLast().text()).contains("\"content\":\"25\"");
        } else {
            assertThat(answer.reason()).isEqualTo("tool_calls");
            assertThat(answer.message().at("/tool_calls/0/function/arguments").asText())
                    .isEqualTo(String.join("", pieces));
        }
    }

    @Test
    void eachTurnHasTheTimeOfAFirstWord() {
        configure("{ first_token: 1s, between_chunks: 60s }", "15s");
        turns(
                ModelTurn.says("Wait.")
                        .calling("c1", "calc", "{\"expression\":\"1\"}")
                        .reply("openai_chat", true),
                Replies.silence());
        RawClient.Response response = ToolClient.post(
                gateway.port(), gateway.key(), ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), true, TOOLS), OFFER);
        assertThat(response.text())
                .contains("Wait.", "sent no content within 1 s")
                .doesNotContain("[DONE]");
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
    }

    @Test
    void aQuietStreamStaysOpenWhileAToolRuns() throws Exception {
        configure("{ first_token: 60s }", "50ms");
        turns(ModelTurn.says("").calling("c1", "slow", "{}").reply("openai_chat", true), says("Done."));
        try (RawClient client =
                ToolClient.send(gateway.port(), gateway.key(), ToolClient.body("openai_chat/m", true, TOOLS), OFFER)) {
            assertThat(client.readHead().status()).isEqualTo(200);
            StringBuilder read = new StringBuilder();
            readUntil(client, read, ": ping\n\n: ping\n\n: ping");
            assertThat(read.toString()).doesNotContain("slow").doesNotContain("Done.");
            Waiting.until("the tool runs", () -> waiting.size() == 1);
            waiting.getFirst().response().end("at last");
            readUntil(client, read, "[DONE]");
            assertThat(read.toString()).contains("Done.");
        }
    }

    private static void readUntil(RawClient client, StringBuilder read, String mark) {
        while (read.indexOf(mark) < 0) {
            byte[] more = client.readSome();
            assertThat(more).as(read.toString()).isNotEmpty();
            read.append(new String(more, StandardCharsets.UTF_8));
        }
    }

    @Test
    void callsThatTheirProviderLeavesOpenAreEnded() throws Exception {
        configure("{ first_token: 60s }", "15s");
        List<Step> open = new ArrayList<>(ModelTurn.says("")
                .calling("c1", "calc", "{\"expression\":\"1\"}")
                .reply("openai_chat", true)
                .steps());
        open.set(open.size() - 1, new Step.Silence());
        turns(Reply.stream(open), says("One."));
        var departure = gateway.simulator().nextDeparture();
        assertThat(ask().content()).isEqualTo("One.");
        departure.get(20, TimeUnit.SECONDS);

        // A client that leaves does not wait for them either.
        turns(Reply.stream(open), Replies.silence());
        long gone = gateway.simulator().departureCount();
        long before = gateway.simulator().requestCount();
        try (RawClient client =
                ToolClient.send(gateway.port(), gateway.key(), ToolClient.body("openai_chat/m", true, TOOLS), OFFER)) {
            Waiting.until("the second turn has begun", () -> gateway.simulator().requestCount() == before + 2);
            client.reset();
        }
        Waiting.until("both calls are reset", () -> gateway.simulator().departureCount() == gone + 2);
    }
}
