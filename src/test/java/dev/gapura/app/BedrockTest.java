package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.EventStreams;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whole exchanges with a provider that speaks Converse, over sockets, with streams of binary messages.
class BedrockTest {
    private static final String MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private static final Map<String, String> STREAM_HEADERS =
            Map.of("content-type", "application/vnd.amazon.eventstream", "x-amzn-requestid", "req-1");

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = TestGateway.start();
        gateway.reload(
                "server: { access_log: \"off\" }\nproviders:\n  aws: { dialect: bedrock, base_url: \"http://127.0.0.1:"
                        + gateway.simulator().port() + "\", api_key: \"bedrock-canary-key\" }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient.Response chat(String more) {
        return chat(MODEL, more);
    }

    private RawClient.Response chat(String model, String more) {
        return Ask.chat(
                gateway,
                "{\"model\":\"aws/" + model + "\"" + more
                        + ",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}]}");
    }

    private static Reply stream(byte[]... messages) {
        Reply reply = new Reply(200, STREAM_HEADERS, List.of(new Step.Send(EventStreams.stream(messages))));
        return Replies.sliced(reply, messages.length, 40);
    }

    /// A stream that goes on with `last` once its content has gone to the client.
    private static Reply broken(byte[] last) {
        return new Reply(
                200,
                STREAM_HEADERS,
                List.of(
                        new Step.Send(EventStreams.stream(START, HELLO)),
                        new Step.Pause(Duration.ofMillis(100)),
                        new Step.Send(last)));
    }

    private static final byte[] START = EventStreams.event("messageStart", "{\"role\":\"assistant\",\"p\":\"ab\"}");
    private static final byte[] HELLO =
            EventStreams.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hel\"}}");
    private static final byte[] MORE =
            EventStreams.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"lo ü\"}}");
    private static final byte[] BLOCK_STOP = EventStreams.event("contentBlockStop", "{\"contentBlockIndex\":0}");
    private static final byte[] STOP = EventStreams.event("messageStop", "{\"stopReason\":\"end_turn\"}");
    private static final byte[] METADATA = EventStreams.event(
            "metadata",
            "{\"usage\":{\"inputTokens\":5,\"outputTokens\":2,\"totalTokens\":17,\"cacheReadInputTokens\":10},"
                    + "\"metrics\":{\"latencyMs\":9}}");

    @Test
    void aPlainAnswer() {
        gateway.simulator()
                .answerWith(
                        request -> Reply.json(
                                200,
                                "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},"
                                        + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":5,\"outputTokens\":2,\"totalTokens\":7}}"));
        RawClient.Response response = chat(",\"max_tokens\":64,\"temperature\":1.5,\"seed\":3");

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        JsonNode answer = Ask.json(response.body());
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
        assertThat(answer.at("/id").asText()).startsWith("chatcmpl-");
        assertThat(response.header("x-gapura-params"))
                .startsWith("temperature=clamped(1.5")
                .endsWith("seed=stripped, max_tokens=renamed(maxTokens)");
        SimRequest sent = gateway.simulator().requests().getLast();
        assertThat(sent.path()).isEqualTo("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(sent.header("authorization")).isEqualTo("Bearer bedrock-canary-key");
        assertThat(sent.header("accept")).isEqualTo("application/json");
        assertThat(sent.text())
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}],\"system\":[{\"text\":"
                        + "\"Be brief.\"}],\"inferenceConfig\":{\"maxTokens\":64,\"temperature\":1}}");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void aStreamedAnswer() {
        gateway.simulator().answerWith(request -> stream(START, HELLO, MORE, BLOCK_STOP, STOP, METADATA));
        Ask.Read read = Ask.read(chat(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        assertThat(read.done()).isTrue();
        assertThat(read.content()).isEqualTo("Hello ü");
        JsonNode usage = read.chunks().getLast().get("usage");
        assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(15);
        assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(10);
        SimRequest sent = gateway.simulator().requests().getLast();
        assertThat(sent.path()).endsWith("/converse-stream");
        assertThat(sent.header("accept")).isEqualTo("application/vnd.amazon.eventstream");
    }

    @Test
    void anExceptionBeforeAnyContentIsAStatus() {
        gateway.simulator()
                .answerWith(request -> stream(
                        START, EventStreams.exception("throttlingException", "{\"message\":\"Too many requests\"}")));
        RawClient.Response response = chat(",\"stream\":true");

        assertThat(response.status()).isEqualTo(429);
        assertThat(Ask.error(response).get("message").asText()).isEqualTo("Too many requests");
    }

    @Test
    void anExceptionBehindContentIsAnErrorEvent() {
        gateway.simulator()
                .answerWith(
                        request -> broken(
                                EventStreams.exception(
                                        "modelStreamErrorException",
                                        "{\"message\":\"It broke\",\"originalStatusCode\":500,\"originalMessage\":\"out of memory\"}")));
        Ask.Read read = Ask.read(chat(",\"stream\":true"));

        assertThat(read.done()).isFalse();
        assertThat(read.error().get("message").asText()).isEqualTo("It broke: out of memory");
        assertThat(read.error().get("type").asText()).isEqualTo("provider_error");
    }

    @Test
    void aStreamThatBreaksIsNoWholeAnswer() {
        byte[] wrong = STOP.clone();
        wrong[wrong.length - 1] ^= 1;
        byte[] half = Arrays.copyOf(STOP, STOP.length / 2);
        for (byte[] end : List.of(wrong, half, new byte[0])) {
            gateway.simulator().answerWith(request -> broken(end));
            Ask.Read read = Ask.read(chat(",\"stream\":true"));
            assertThat(read.done()).isFalse();
            assertThat(read.error()).isNotNull();
        }
    }

    @Test
    void modelsThatCallNoToolsInStreamsAreAskedForAPlainAnswer() {
        gateway.simulator()
                .answerWith(request -> Reply.json(
                        200,
                        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"t1\","
                                + "\"name\":\"f\",\"input\":{}}}]}},\"stopReason\":\"tool_use\","
                                + "\"usage\":{\"inputTokens\":5,\"outputTokens\":2}}"));
        RawClient.Response response = chat(
                "meta.llama4-scout-17b-instruct-v1:0",
                ",\"stream\":true,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");

        Ask.Read read = Ask.read(response);
        assertThat(read.done()).isTrue();
        assertThat(response.header("x-gapura-params")).contains("stream=emulated(one piece)");
        assertThat(gateway.simulator().requests().getLast().path()).endsWith("/converse");
        assertThat(read.chunks().toString()).contains("\"name\":\"f\"").contains("tool_calls");
    }

    @Test
    void errorsHaveTheStatusOfTheirException() {
        gateway.simulator()
                .answerWith(request -> Reply.json(
                                400,
                                "{\"message\":\"Invocation of model ID x with on-demand throughput isn’t supported.\"}")
                        .withHeader("x-amzn-ErrorType", "ValidationException:http://internal.amazon.com/coral/"));
        assertThat(chat("").status()).isEqualTo(404);
        gateway.simulator()
                .answerWith(request -> Reply.json(400, "{\"message\":\"Over the quota of the account\"}")
                        .withHeader("x-amzn-ErrorType", "ServiceQuotaExceededException"));
        RawClient.Response quota = chat("");
        assertThat(quota.status()).isEqualTo(503);
        assertThat(Ask.error(quota).get("code").asText()).isEqualTo("upstream_quota_exhausted");
    }
}
