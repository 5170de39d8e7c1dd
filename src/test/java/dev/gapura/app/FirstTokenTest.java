package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.store.Database;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// When the first content of an answer came: what a stream says before it, that a tool runs or that it is still there,
/// is none.
class FirstTokenTest {
    private static final long TOOL_MILLIS = 400;

    @Test
    void whatIsToldOfToolsIsNoContent() throws Exception {
        Vertx vertx = Vertx.vertx();
        HttpServer service = Waiting.get(vertx.createHttpServer()
                .requestHandler(request ->
                        vertx.setTimer(TOOL_MILLIS, late -> request.response().end("done")))
                .listen(0, "127.0.0.1"));
        try (TestGateway gateway = TestGateway.start()) {
            String place = "127.0.0.1:" + service.actualPort();
            gateway.reload("egress: { allow: [\"" + place + "\"] }\nproviders:\n"
                    + ScriptedModel.OPENAI_CHAT.provider(
                            "http://127.0.0.1:" + gateway.simulator().port())
                    + "tools:\n  slow: { kind: http, description: d, url: \"http://" + place + "/\" }\n");
            List<ModelTurn> turns = List.of(ModelTurn.says("").calling("c1", "slow", "{}"), ModelTurn.says("Done."));
            AtomicInteger turn = new AtomicInteger();
            gateway.simulator()
                    .answerWith(request -> ScriptedModel.OPENAI_CHAT.reply(request, turns.get(turn.getAndIncrement())));

            ToolClient.Answer answer = ToolClient.ask(
                    gateway,
                    ScriptedModel.OPENAI_CHAT.model(),
                    true,
                    "",
                    Map.of("x-gapura-tools", "slow", "x-gapura-tool-events", "true", "x-gapura-details", "true"));

            assertThat(answer.gapura().at("/timings/first_token_ms").asLong()).isGreaterThanOrEqualTo(TOOL_MILLIS);
            Waiting.until("it is written", () -> !entries(gateway).isEmpty());
            assertThat(entries(gateway).getFirst().firstByteMillis()).isGreaterThanOrEqualTo(TOOL_MILLIS);
        } finally {
            Waiting.get(vertx.close());
        }
    }

    private static List<Entry> entries(TestGateway gateway) {
        return Database.now(gateway.ledger().page(Filter.ALL, null, 1)).entries();
    }
}
