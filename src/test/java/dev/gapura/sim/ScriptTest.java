package dev.gapura.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scripts in the `metadata` of a request.
class ScriptTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static Vertx vertx;
    private static Simulator simulator;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        simulator = Waiting.get(Simulator.start(vertx, "secret"));
    }

    @AfterAll
    static void stop() {
        Waiting.get(vertx.close());
    }

    @ParameterizedTest
    @CsvSource({
        "sim_latency, fast",
        "sim_latency, 11m",
        "sim_pace, -1s",
        "sim_status, 99",
        "sim_status, many",
        "sim_cut_at, -1",
        "sim_words, 100001",
        "sim_usage, some",
        "sim_no_done, yes",
        "sim_unknown, 1"
    })
    void whatCannotBeReadIsRefusedByName(String key, String value) {
        RawClient.Response response = post(false, Map.of(key, value));
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains("'" + key + "'").contains("\"param\":\"metadata." + key + "\"");
    }

    @Test
    void otherMetadataIsNoScript() {
        assertThat(post(false, Map.of("user", "me", "simple", "x")).status()).isEqualTo(200);
        assertThat(post(false, Map.of("sim_cut_at", "1", "sim_reset_at", "2")).status())
                .isEqualTo(400);
    }

    @Test
    void statusWithItsWordsAndRetryAfter() {
        RawClient.Response response = post(
                true,
                Map.of(
                        "sim_status",
                        "429",
                        "sim_retry_after",
                        "2",
                        "sim_error",
                        "too much",
                        "sim_code",
                        "insufficient_quota"));
        assertThat(response.status()).isEqualTo(429);
        assertThat(response.header("retry-after")).isEqualTo("2");
        assertThat(response.text()).contains("too much").contains("insufficient_quota");
        assertThat(post(true, Map.of("sim_status", "503")).text()).contains("server_error");
    }

    @Test
    void cutsStreamsAndDocumentsAtTheByte() {
        for (boolean stream : new boolean[] {true, false}) {
            RawClient.Response whole = post(stream, Map.of());
            for (int at = 0; at <= whole.body().length; at += 13) {
                RawClient.Response cut = post(stream, Map.of("sim_cut_at", Integer.toString(at)));
                assertThat(cut.body()).hasSize(at);
                assertThat(cut.complete()).isFalse();
            }
            assertThat(post(stream, Map.of("sim_cut_at", "100000")).complete()).isTrue();
        }
    }

    @Test
    void resets() {
        try (RawClient client = send(true, Map.of("sim_reset_at", "50", "sim_pace", "5ms"))) {
            assertThatThrownBy(client::readToEnd)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void fallsSilent() {
        try (RawClient client = send(true, Map.of("sim_silence_at", "120"))) {
            client.readHead();
            int read = 0;
            while (read < 120) {
                read += client.readSome().length;
            }
            assertThat(read).isEqualTo(120);
            assertThat(client.awaitClose(Duration.ofMillis(150))).isFalse();
        }
        Waiting.until("the silent reply is given up", () -> simulator.open() == 0);
    }

    @Test
    void errorsAfterSomeChunks() {
        ChatAnswer answer = ChatAnswer.ofStream(
                post(true, Map.of("sim_error_at", "2", "sim_error", "burst")).body());
        assertThat(answer.choices().get(0).text()).isEqualTo("one");
        assertThat(answer.choices().get(0).finishReason()).isNull();
        assertThat(answer.error().path("message").asText()).isEqualTo("burst");
        assertThat(answer.done()).isFalse();
        RawClient.Response plain = post(false, Map.of("sim_error_at", "0"));
        assertThat(plain.status()).isEqualTo(200);
        assertThat(ChatAnswer.ofJson(plain.body()).error()).isNotNull();
    }

    @Test
    void endsThatAreMissing() {
        ChatAnswer noDone =
                ChatAnswer.ofStream(post(true, Map.of("sim_no_done", "true")).body());
        assertThat(noDone.done()).isFalse();
        assertThat(noDone.choices().get(0).finishReason()).isEqualTo("stop");
        ChatAnswer noFinish =
                ChatAnswer.ofStream(post(true, Map.of("sim_no_finish", "true")).body());
        assertThat(noFinish.done()).isTrue();
        assertThat(noFinish.choices().get(0).finishReason()).isNull();
    }

    @Test
    void lengthReasoningAndUsage() {
        ChatAnswer answer = ChatAnswer.ofJson(post(false, Map.of("sim_words", "100", "sim_reasoning", "let me see"))
                .body());
        assertThat(answer.choices().get(0).text().split(" ")).hasSize(100);
        assertThat(answer.choices().get(0).reasoning()).isEqualTo("let me see");
        assertThat(answer.usage().path("completion_tokens").asInt()).isEqualTo(103);
        assertThat(ChatAnswer.ofJson(post(false, Map.of("sim_usage", "none")).body())
                        .usage())
                .isNull();
        assertThat(ChatAnswer.ofStream(post(true, Map.of("sim_usage", "every")).body())
                        .usage()
                        .path("completion_tokens")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void latencyPaceAndEarlyHead() {
        long before = System.nanoTime();
        try (RawClient client = send(true, Map.of("sim_latency", "150ms", "sim_pace", "20ms"))) {
            client.readHead();
            assertThat(millisSince(before)).isGreaterThanOrEqualTo(140);
            while (client.readEvent().isPresent()) {
                // to the end: five chunks, four pauses
            }
            assertThat(millisSince(before)).isGreaterThanOrEqualTo(210);
        }
        try (RawClient client = send(true, Map.of("sim_latency", "10m", "sim_early_head", "true"))) {
            assertThat(client.readHead().status()).isEqualTo(200);
        }
        Waiting.until("the timer goes with the client", () -> simulator.open() == 0);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static RawClient.Response post(boolean stream, Map<String, String> script) {
        try (RawClient client = send(stream, script)) {
            return client.readResponse();
        }
    }

    private static RawClient send(boolean stream, Map<String, String> script) {
        String body = "{\"model\":\"echo\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}],\"metadata\":"
                + MAPPER.valueToTree(script) + "}";
        return RawClient.connect(simulator.port()).postJson("/v1/chat/completions", "secret", body);
    }
}
