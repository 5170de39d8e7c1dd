package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.proof.ScriptedModel;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.store.Kind;
import dev.gapura.testkit.ModelTurn;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What the admin API tells of one request: when its calls and tools began and ended, and what was said on both sides
/// of the gateway.
@ParameterizedClass
@EnumSource(Kind.class)
class RequestTimelineTest {
    @Parameter
    Kind kind;

    private TestGateway gateway;
    private Admin admin;

    @BeforeEach
    void start() {
        gateway = TestGateway.on(kind, "", "");
        admin = new Admin(gateway);
        configure("all", "");
    }

    private void configure(String bodies, String more) {
        String origin = "http://127.0.0.1:" + gateway.simulator().port();
        gateway.reload("server: { access_log: \"off\" }\nstorage: { history: { bodies: " + bodies + " } }\n"
                + "providers:\n"
                + ScriptedModel.OPENAI_CHAT.provider(origin) + ScriptedModel.ANTHROPIC.provider(origin)
                + "tools:\n  calc: { kind: builtin, name: calculator }\n" + more);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void model(ScriptedModel model, ModelTurn... turns) {
        AtomicInteger turn = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> model.reply(request, turns[Math.min(turn.getAndIncrement(), turns.length - 1)]));
    }

    private RawClient.Response ask(ScriptedModel model, boolean stream, Map<String, String> headers) {
        return ToolClient.post(
                gateway.port(), gateway.key(), ToolClient.body(model.model(), stream, ",\"user\":\"u-1\""), headers);
    }

    /// The only request that was made, once it is written.
    private JsonNode told() {
        Waiting.until(
                "it is written",
                () -> admin.get("/admin/api/requests").get("data").size() == 1);
        String id = admin.get("/admin/api/requests").at("/data/0/id").textValue();
        return admin.get("/admin/api/requests/" + id);
    }

    private String sent() {
        SimRequest last = gateway.simulator().requests().getLast();
        return last.text();
    }

    @Test
    void callsAndToolsStandInTheirOrder() {
        model(
                ScriptedModel.OPENAI_CHAT,
                ModelTurn.says("").calling("c1", "calc", "{\"expression\":\"2 + 3\"}"),
                ModelTurn.says("5"));
        ask(ScriptedModel.OPENAI_CHAT, true, Map.of("x-gapura-tools", "all"));

        JsonNode one = told();
        JsonNode calls = one.at("/request/calls");
        assertThat(calls).hasSize(2);
        for (JsonNode call : calls) {
            assertThat(call.get("provider").textValue()).isEqualTo("openai_chat");
            assertThat(call.get("model").textValue()).isEqualTo("m");
            assertThat(call.get("status").intValue()).isEqualTo(200);
            assertThat(call.get("failure").isNull()).isTrue();
            assertThat(call.get("head_ms").longValue())
                    .isBetween(0L, call.get("ms").longValue());
        }
        JsonNode run = one.at("/request/tools/0");
        long first = calls.at("/0/at_ms").longValue();
        long second = calls.at("/1/at_ms").longValue();
        assertThat(run.get("at_ms").longValue()).isBetween(first, second);
        // Each figure is cut to its millisecond.
        assertThat(second + calls.at("/1/ms").longValue())
                .isBetween(first, one.at("/request/duration_ms").longValue() + 1);
        assertThat(one.at("/upstream_request_body/text").textValue())
                .isEqualTo(sent())
                .contains("\"tool_call_id\":\"c1\"");
        assertThat(one.at("/upstream_request_body/bytes").intValue()).isEqualTo(sent().length());
        assertThat(one.toString()).doesNotContain("canary");
    }

    @Test
    void waitingForTheProviderIsToldApart() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        new Step.Pause(Duration.ofMillis(300)),
                        Step.Send.text(Ask.event(Ask.text("a"))),
                        new Step.Pause(Duration.ofMillis(300)),
                        Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"))));
        ask(ScriptedModel.OPENAI_CHAT, true, Map.of());

        JsonNode request = told().get("request");
        JsonNode call = request.at("/calls/0");
        assertThat(call.get("ms").longValue()).isGreaterThanOrEqualTo(590);
        assertThat(request.get("duration_ms").longValue())
                .isGreaterThanOrEqualTo(
                        call.get("at_ms").longValue() + call.get("ms").longValue());
    }

    @Test
    void aTranslatedRequestAndItsAnswerAreKeptInBothLanguages() {
        model(ScriptedModel.ANTHROPIC, ModelTurn.says("Sugeng enjing"));
        for (boolean stream : List.of(false, true)) {
            String id = ask(ScriptedModel.ANTHROPIC, stream, Map.of()).header("x-request-id");
            Waiting.until(
                    "it is written",
                    () -> admin.send("GET", "/admin/api/requests/" + id, null).status() == 200);

            JsonNode one = admin.get("/admin/api/requests/" + id);
            assertThat(one.at("/request_body/text").textValue()).contains("\"max_completion_tokens\":64");
            assertThat(one.at("/upstream_request_body/text").textValue())
                    .isEqualTo(sent())
                    .contains("\"max_tokens\":64");
            assertThat(one.at("/answer_body/text").textValue()).contains("chat.completion");
            assertThat(one.at("/upstream_answer_body/text").textValue())
                    .contains("output_tokens")
                    .doesNotContain("chat.completion");
        }
    }

    @Test
    void anErrorIsKeptAsTheProviderSaidIt() {
        String page = "{\"error\":{\"message\":\"no such thing\",\"trace\":\"abc-123\"}}";
        gateway.simulator().answerWith(request -> Replies.json(400, page));
        ask(ScriptedModel.OPENAI_CHAT, false, Map.of());

        JsonNode one = told();
        assertThat(one.at("/request/calls/0/status").intValue()).isEqualTo(400);
        assertThat(one.at("/request/calls/0/failure").isNull()).isTrue();
        assertThat(one.at("/upstream_answer_body/text").textValue()).isEqualTo(page);
    }

    @Test
    void anAnswerInTheProvidersOwnWordsIsKeptOnce() {
        model(ScriptedModel.OPENAI_CHAT, ModelTurn.says("Hello"));
        ask(ScriptedModel.OPENAI_CHAT, false, Map.of());

        JsonNode one = told();
        assertThat(one.at("/answer_body/text").textValue()).contains("Hello");
        assertThat(one.get("upstream_answer_body").isNull()).isTrue();
    }

    @Test
    void whatWentWrongWithoutAStatusIsNamed() {
        gateway.simulator().answerWith(request -> Replies.hangUp());
        ask(ScriptedModel.OPENAI_CHAT, false, Map.of());

        JsonNode call = told().at("/request/calls/0");
        assertThat(call.get("status").isNull()).isTrue();
        assertThat(call.get("head_ms").isNull()).isTrue();
        assertThat(call.get("failure").textValue()).isEqualTo("provider_cut");
    }

    @Test
    void aStreamThatIsNoneIsACallThatFailed() {
        gateway.simulator().answerWith(request -> Replies.sse(Ask.event(Ask.text("a"))));
        ask(ScriptedModel.OPENAI_CHAT, true, Map.of());

        JsonNode call = told().at("/request/calls/0");
        assertThat(call.get("status").intValue()).isEqualTo(200);
        assertThat(call.get("failure").textValue()).isEqualTo("provider_cut");
    }

    @Test
    void aClientThatLeavesEndsTheCall() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(
                        List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofSeconds(30)))));
        try (RawClient client = ToolClient.send(
                gateway.port(),
                gateway.key(),
                ToolClient.body(ScriptedModel.OPENAI_CHAT.model(), true, ""),
                Map.of())) {
            client.readHead();
            client.readEvent();
        }

        JsonNode call = told().at("/request/calls/0");
        assertThat(call.get("status").intValue()).isEqualTo(200);
        assertThat(call.get("failure").textValue()).isEqualTo("client_gone");
    }

    @Test
    void whatCallsNobodyHasNoCalls() {
        Ask.chat(gateway, Ask.body("nowhere/model", false, "Hello"));

        JsonNode one = told();
        assertThat(one.at("/request/calls").isNull()).isTrue();
        assertThat(one.get("request_body").isObject()).isTrue();
        assertThat(one.get("upstream_request_body").isNull()).isTrue();
    }

    @Test
    void withoutBodiesOnlyTimesAreKept() {
        configure("off", "");
        model(ScriptedModel.ANTHROPIC, ModelTurn.says("Hello"));
        ask(ScriptedModel.ANTHROPIC, false, Map.of());

        JsonNode one = told();
        assertThat(one.at("/request/calls")).hasSize(1);
        for (String body : List.of("request_body", "answer_body", "upstream_request_body", "upstream_answer_body")) {
            assertThat(one.get(body).isNull()).as(body).isTrue();
        }
    }

    @Test
    void whoIsErasedTakesBothSidesAlong() {
        model(ScriptedModel.ANTHROPIC, ModelTurn.says("Hello"));
        ask(ScriptedModel.ANTHROPIC, false, Map.of());
        assertThat(told().get("upstream_request_body").isObject()).isTrue();

        admin.post("/admin/api/end-users/u-1:erase", "{}", 200);

        JsonNode one = told();
        assertThat(one.get("upstream_request_body").isNull()).isTrue();
        assertThat(one.get("upstream_answer_body").isNull()).isTrue();
        assertThat(one.at("/request/calls")).hasSize(1);
    }
}
