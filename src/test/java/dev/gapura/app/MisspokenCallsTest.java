package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.store.Database;
import dev.gapura.telemetry.Charge;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gemini ends an answer with MALFORMED_FUNCTION_CALL when the model wrote no proper call, which the next try may well
/// bring: the call is made once more, where nothing of the answer went on. Written from documentation.
class MisspokenCallsTest {
    private static final String MALFORMED =
            "{'candidates':[{'finishReason':'MALFORMED_FUNCTION_CALL','index':0}],'usageMetadata':"
                    + "{'promptTokenCount':100,'totalTokenCount':100},'modelVersion':'gemini-2.5-flash'}";

    private static final String UNCOUNTED =
            "{'candidates':[{'finishReason':'MALFORMED_FUNCTION_CALL','index':0}],'modelVersion':'gemini-2.5-flash'}";

    private static final String CALL = "{'candidates':[{'content':{'role':'model','parts':[{'functionCall':{'name':'f',"
            + "'args':{'a':'x'}}}]},'finishReason':'STOP','index':0}],'usageMetadata':{'promptTokenCount':100,"
            + "'candidatesTokenCount':10,'totalTokenCount':110},'modelVersion':'gemini-2.5-flash'}";

    private static final String TOOLS = ",'tools':[{'type':'function','function':{'name':'f','parameters':{'type':"
            + "'object','properties':{'a':{'type':'string'}}}}}]";

    private TestGateway gateway;

    private String providers() {
        return "catalogue: { \"google/*\": { input_usd_per_million: 1, output_usd_per_million: 10 } }\nproviders:\n  google: { dialect: gemini, base_url: \"http://127.0.0.1:"
                + gateway.simulator().port() + "\", api_key: \"sk-canary-key\" }\n";
    }

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        gateway.reload("server: { access_log: \"off\" }\n" + providers());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Response chat(boolean stream, String more) {
        return chat(gateway.key(), stream, more);
    }

    private RawClient.Response chat(String key, boolean stream, String more) {
        String body = "{'model':'google/gemini-2.5-flash','max_tokens':50,'messages':[{'role':'user','content':'Hi'}],"
                + "'stream':" + stream + (stream ? ",'stream_options':{'include_usage':true}" : "") + more + "}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                    "POST",
                    Ask.CHAT,
                    Map.of("authorization", "Bearer " + key, "content-type", "application/json"),
                    body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            return client.readResponse();
        }
    }

    private static Reply reply(boolean stream, String... responses) {
        if (!stream) {
            return Reply.json(200, responses[0].replace('\'', '"'));
        }
        StringBuilder events = new StringBuilder();
        for (String response : responses) {
            events.append("data: ").append(response.replace('\'', '"')).append("\r\n\r\n");
        }
        return Reply.stream(List.of(Step.Send.text(events.toString()), new Step.End()));
    }

    /// One answer after another; the last for whatever follows.
    private void answer(boolean stream, String... responses) {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(request ->
                        reply(stream, responses[Math.min(calls.getAndIncrement(), responses.length - 1)]));
    }

    private Entry entry() {
        Waiting.until("one exchange is written", () -> !entries().isEmpty());
        return entries().getFirst();
    }

    private List<Entry> entries() {
        return Database.now(gateway.ledger().page(Filter.ALL, null, Ledger.MOST_ENTRIES))
                .entries();
    }

    private static JsonNode usage(RawClient.Response response, boolean stream) {
        return stream
                ? Ask.read(response).chunks().getLast().get("usage")
                : Ask.json(response.body()).get("usage");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCallIsMadeOnceMore(boolean stream) {
        answer(stream, MALFORMED, CALL);
        RawClient.Response response = chat(stream, TOOLS);

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.header("x-gapura-attempts")).isEqualTo("2");
        JsonNode call = stream
                ? Ask.read(response).chunks().stream()
                        .map(chunk -> chunk.at("/choices/0/delta/tool_calls/0"))
                        .filter(JsonNode::isObject)
                        .findFirst()
                        .orElseThrow()
                : Ask.json(response.body()).at("/choices/0/message/tool_calls/0");
        assertThat(call.at("/function/name").asText()).isEqualTo("f");
        assertThat(usage(response, stream).get("prompt_tokens").asInt()).isEqualTo(200);
        assertThat(usage(response, stream).get("completion_tokens").asInt()).isEqualTo(10);
        List<SimRequest> requests = gateway.simulator().requests();
        assertThat(requests).hasSize(2);
        assertThat(requests.getLast().text()).isEqualTo(requests.getFirst().text());

        Entry entry = entry();
        assertThat(entry.attempts()).isEqualTo(2);
        assertThat(entry.counted()).isEqualTo(Charge.Counted.REPORTED);
        assertThat(entry.costNanoUsd()).isEqualTo(Spending.nanoUsd(200, 10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatDidNotTellIsEstimated(boolean stream) {
        answer(stream, UNCOUNTED, CALL);
        RawClient.Response response = chat(stream, TOOLS);
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(usage(response, stream).get("prompt_tokens").asInt()).isEqualTo(100);

        Entry entry = entry();
        assertThat(entry.attempts()).isEqualTo(2);
        assertThat(entry.counted()).isEqualTo(Charge.Counted.ESTIMATED);
        assertThat(entry.costNanoUsd()).isGreaterThan(Spending.nanoUsd(100, 10));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsMadeOnceMoreAndNotTwice(boolean stream) {
        answer(stream, MALFORMED);
        RawClient.Response response = chat(stream, TOOLS);

        assertThat(response.status()).as(response.text()).isEqualTo(502);
        assertThat(Ask.error(response).get("code").asText()).isEqualTo("finish_reason_malformed_function_call");
        assertThat(response.header("x-gapura-attempts")).isEqualTo("2");
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
        Entry entry = entry();
        assertThat(entry.attempts()).isEqualTo(2);
        assertThat(entry.costNanoUsd()).isEqualTo(Spending.nanoUsd(200, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTheSecondCallIsRefusedWithIsTold(boolean stream) {
        AtomicInteger calls = new AtomicInteger();
        gateway.simulator()
                .answerWith(request -> calls.getAndIncrement() == 0
                        ? reply(stream, MALFORMED)
                        : Reply.json(
                                429,
                                "{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}"));
        RawClient.Response response = chat(stream, TOOLS);
        assertThat(response.status()).as(response.text()).isEqualTo(429);
        assertThat(gateway.simulator().requestCount()).isEqualTo(2);
        assertThat(entry().costNanoUsd()).isEqualTo(Spending.nanoUsd(100, 0));
    }

    @Test
    void nothingIsAskedAgainOnceSomethingWentOn() {
        String words = "{'candidates':[{'content':{'role':'model','parts':[{'text':'Let me see.'}]},'index':0}]}";
        gateway.simulator().answerWith(request -> reply(true, words, MALFORMED));
        RawClient.Response response = chat(true, TOOLS);

        // Where both came in one piece the failure is still a status.
        JsonNode error = response.status() == 200 ? Ask.read(response).error() : Ask.error(response);
        assertThat(error.get("code").asText()).isEqualTo("finish_reason_malformed_function_call");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    /// Of a plain answer nothing has gone on before its end.
    @Test
    void aPlainAnswerIsAskedForAgainWhateverItSaid() {
        answer(
                false,
                MALFORMED.replace(
                        "'finishReason'",
                        "'content':{'role':'model','parts':[{'text':'Let me see.'}]}," + "'finishReason'"),
                CALL);
        JsonNode answer = Ask.json(chat(false, TOOLS).body());
        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void otherBadEndsAreNotAskedAgain() {
        answer(false, MALFORMED.replace("MALFORMED_FUNCTION_CALL", "OTHER"));
        assertThat(chat(false, TOOLS).status()).isEqualTo(502);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void eachOfSeveralAnswersMayBeAskedAgain() {
        answer(false, MALFORMED, CALL);
        RawClient.Response response = chat(false, TOOLS + ",'n':2");
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(Ask.json(response.body()).get("choices")).hasSize(2);
        assertThat(response.header("x-gapura-attempts")).isEqualTo("3");
        assertThat(usage(response, false).get("prompt_tokens").asInt()).isEqualTo(300);
    }

    @Test
    void aBudgetThatDoesNotCoverASecondCallLeavesTheFailure() {
        gateway.reload(("server: { access_log: 'off' }\n" + providers()
                        + "auth: { keys: [ { name: poor, key: sk-0123456789abcdef, limits: { usd_per_day: 0.00061 } } ] }\n")
                .replace('\'', '"'));
        answer(false, MALFORMED, CALL);
        RawClient.Response response = chat("sk-0123456789abcdef", false, TOOLS);
        assertThat(response.status()).as(response.text()).isEqualTo(502);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }
}
