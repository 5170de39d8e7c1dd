package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every deadline fires, on time, with its status and code before content and in the stream after it, and the upstream
/// connection is closed. One upstream call each.
class DeadlinesTest {
    /// Deadlines are looked at every 50 ms; the rest is for a busy machine. The goal is 150 ms.
    private static final Duration LATEST = Duration.ofMillis(400);

    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void start(String timeouts) {
        gateway = TestGateway.start("timeouts: { " + timeouts + " }\n");
    }

    private void answer(Step... steps) {
        gateway.simulator().answerWith(request -> Reply.stream(List.of(steps)));
    }

    private static Step send(String data) {
        return Step.Send.text(Ask.event(data));
    }

    private static Step pause(long millis) {
        return new Step.Pause(Duration.ofMillis(millis));
    }

    private void expectTimeout(RawClient.Response response, String code) {
        assertThat(response.status()).isEqualTo(504);
        assertThat(Ask.error(response).get("code").asText()).isEqualTo(code);
        assertThat(Ask.error(response).get("type").asText()).isEqualTo("timeout_error");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
    }

    private static void onTime(long sinceNanos, long limitMillis) {
        Duration late = Duration.ofNanos(System.nanoTime() - sinceNanos).minusMillis(limitMillis);
        System.out.println("deadline of " + limitMillis + " ms fired " + late.toMillis() + " ms late");
        assertThat(late).isBetween(Duration.ZERO, LATEST);
    }

    @Test
    void noHeadBeforeTheFirstToken() {
        start("first_token: 300ms");
        gateway.simulator().answerWith(request -> Replies.silence());
        long start = System.nanoTime();
        expectTimeout(Ask.chat(gateway, true, "x"), "timeout_first_token");
        onTime(start, 300);
    }

    @Test
    void aHeadAndARoleAreNoFirstToken() {
        start("first_token: 300ms");
        answer(send(Ask.ROLE), pause(0), new Step.Silence());
        long start = System.nanoTime();
        expectTimeout(Ask.chat(gateway, true, "x"), "timeout_first_token");
        onTime(start, 300);
    }

    @Test
    void silenceBetweenChunks() {
        start("between_chunks: 250ms");
        answer(send(Ask.text("a")), pause(100), send(Ask.text("b")), new Step.Silence());
        long start = System.nanoTime();
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        onTime(start, 350);
        assertThat(read.content()).isEqualTo("ab");
        assertThat(read.done()).isFalse();
        assertThat(read.error().get("code").asText()).isEqualTo("timeout_between_chunks");
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void commentsAreNoChunks() {
        start("between_chunks: 250ms");
        List<Step> steps = new ArrayList<>(List.of(send(Ask.text("a"))));
        for (int count = 0; count < 40; count++) {
            steps.add(Step.Send.text(": still here\n\n"));
            steps.add(pause(50));
        }
        gateway.simulator().answerWith(request -> Reply.stream(steps));
        long start = System.nanoTime();
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        onTime(start, 250);
        assertThat(read.error().get("code").asText()).isEqualTo("timeout_between_chunks");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void theWholeDeadlineOfAStream() {
        start("total: 400ms");
        List<Step> steps = new ArrayList<>();
        for (int count = 0; count < 60; count++) {
            steps.add(send(Ask.text("a")));
            steps.add(pause(30));
        }
        gateway.simulator().answerWith(request -> Reply.stream(steps));
        long start = System.nanoTime();
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        onTime(start, 400);
        assertThat(read.error().get("code").asText()).isEqualTo("timeout_total");
        assertThat(read.done()).isFalse();
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void theWholeDeadlineOfAJsonAnswer() {
        start("total: 300ms");
        gateway.simulator()
                .answerWith(request -> new Reply(
                        200,
                        Map.of("content-type", "application/json"),
                        List.of(Step.Send.text("{\"choices\":"), new Step.Silence())));
        long start = System.nanoTime();
        expectTimeout(Ask.chat(gateway, false, "x"), "timeout_total");
        onTime(start, 300);
    }

    /// The listener accepts and never says a word, so that TLS is never agreed on.
    @Test
    void aHandshakeThatIsNeverAnswered() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            gateway = TestGateway.start("providers: { deaf: { dialect: openai_chat, base_url: \"https://127.0.0.1:"
                    + silent.getLocalPort() + "/v1\", api_key: k, timeouts: { connect: 300ms } } }");
            // The first call of each event loop pays for loading what TLS needs.
            for (int call = 0; call < 8; call++) {
                Ask.chat(gateway, Ask.body("deaf/m", false, "x"));
            }
            for (boolean stream : new boolean[] {true, false}) {
                long start = System.nanoTime();
                RawClient.Response response = Ask.chat(gateway, Ask.body("deaf/m", stream, "x"));
                onTime(start, 300);
                assertThat(response.status()).isEqualTo(504);
                assertThat(Ask.error(response).get("code").asText())
                        .isIn("timeout_connect", "upstream_connect_timeout");
                assertThat(Ask.error(response).get("provider").asText()).isEqualTo("deaf");
            }
            assertThat(gateway.simulator().requestCount()).isZero();
        }
    }

    @Test
    void aWholeAnswerEndsWellWhenTheProviderStaysSilent() {
        start("between_chunks: 200ms");
        answer(send(Ask.text("a")), send(Ask.finish("stop")), new Step.Silence());
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        assertThat(read.error()).isNull();
        assertThat(read.done()).isTrue();
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
    }

    @Test
    void aWholeAnswerEndsWellAtTheWholeDeadlineToo() {
        start("total: 300ms");
        answer(send(Ask.text("a")), send(Ask.finish("stop")), new Step.Silence());
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        assertThat(read.error()).isNull();
        assertThat(read.done()).isTrue();
    }

    @Test
    void anAnswerThatLacksAChoiceIsNotWhole() {
        start("between_chunks: 200ms");
        answer(send(Ask.text("a")), send(Ask.finish("stop")), new Step.Silence());
        String two = Ask.body(true, "x").replace("\"stream\"", "\"n\":2,\"stream\"");
        Ask.Read read = Ask.read(Ask.chat(gateway, two));
        assertThat(read.done()).isFalse();
        assertThat(read.error().get("code").asText()).isEqualTo("timeout_between_chunks");
    }

    /// Five seconds of nothing but comments behind the last finish reason.
    @Test
    void commentsDoNotKeepAWholeAnswerOpen() {
        start("between_chunks: 60s");
        List<Step> steps = new ArrayList<>(List.of(send(Ask.text("a")), send(Ask.finish("stop"))));
        for (int count = 0; count < 40; count++) {
            steps.add(Step.Send.text(": still here\n\n"));
            steps.add(pause(200));
        }
        gateway.simulator().answerWith(request -> Reply.stream(steps));
        Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
        assertThat(read.error()).isNull();
        assertThat(read.done()).isTrue();
        Waiting.until("the upstream call is closed", () -> gateway.simulator().open() == 0);
    }
}
