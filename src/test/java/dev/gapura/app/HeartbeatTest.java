package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When the head of a stream goes out: with its first content, or with the first heartbeat after the provider's 200,
/// and never before; until then a failure is a real status. One upstream call each.
class HeartbeatTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("server: { heartbeat: 100ms, access_log: \"off\" }");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawClient.Response ask(Reply reply) {
        gateway.simulator().answerWith(request -> reply);
        long before = gateway.simulator().requestCount();
        RawClient.Response response = Ask.chat(gateway, true, "x");
        assertThat(gateway.simulator().requestCount() - before).isEqualTo(1);
        return response;
    }

    private static Step pause(long millis) {
        return new Step.Pause(Duration.ofMillis(millis));
    }

    private static Step send(String data) {
        return Step.Send.text(Ask.event(data));
    }

    @Test
    void aQuietStreamGetsComments() {
        Ask.Read read = Ask.read(ask(Reply.stream(List.of(
                send(Ask.text("a")), pause(450), send(Ask.text("b")), send(Ask.finish("stop")), new Step.End()))));
        assertThat(read.content()).isEqualTo("ab");
        assertThat(read.done()).isTrue();
        assertThat(read.comments()).hasSizeBetween(2, 5).containsOnly(" ping");
    }

    @Test
    void aProviderThatSaidYesAndIsQuietGetsTheHeadOut() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        new Step.Send(new byte[0]), pause(600), send(Ask.text("a")), send(Ask.finish("stop")))));
        try (RawClient client = RawClient.connect(gateway.port())) {
            long start = System.nanoTime();
            client.postJson(Ask.CHAT, gateway.key(), Ask.body(true, "x"));
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(90L, 500L);
            assertThat(client.readEvent()).isPresent();
            assertThat(client.sse().comments()).isNotEmpty().containsOnly(" ping");
        }
    }

    @Test
    void nothingGoesOutBeforeTheProvidersHead() {
        gateway.simulator()
                .answerWith(request -> new Reply(
                        429,
                        Map.of("content-type", "application/json"),
                        List.of(pause(400), Step.Send.text("{\"error\":{\"message\":\"slow down\"}}"))));
        RawClient.Response response = Ask.chat(gateway, true, "x");
        assertThat(response.status()).isEqualTo(429);
    }

    @Test
    void theHeadWaitsForTheFirstContent() {
        RawClient.Response response = ask(Reply.stream(List.of(
                send(Ask.ROLE),
                new Step.Pause(Duration.ZERO),
                send("{\"error\":{\"message\":\"overloaded\"," + "\"type\":\"server_error\",\"code\":503}}"))));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
    }

    @Test
    void anErrorBehindContentIsAnEvent() {
        Ask.Read read = Ask.read(ask(Reply.stream(List.of(
                send(Ask.text("a")), pause(20), send("{\"error\":{\"message\":\"overloaded\",\"code\":503}}")))));
        assertThat(read.content()).isEqualTo("a");
        assertThat(read.done()).isFalse();
        assertThat(read.error().get("source").asText()).isEqualTo("provider");
    }

    @Test
    void aHeldRoleGoesOutBeforeTheFirstContent() {
        Ask.Read read = Ask.read(ask(Replies.sse(
                Ask.event(Ask.ROLE) + Ask.event(Ask.text("a")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")));
        assertThat(read.chunks()).hasSize(3);
        assertThat(read.chunks().getFirst().at("/choices/0/delta/role").asText())
                .isEqualTo("assistant");
    }

    @ParameterizedTest
    @CsvSource({
        "429, rate_limit_exceeded, 429, true",
        "429, insufficient_quota, 503, false",
        "500, server_error, 502, true",
        "401, invalid_api_key, 502, false",
        "402, billing, 503, false",
        "400, invalid_value, 400, false",
        "404, model_not_found, 404, false",
        "503, overloaded, 503, true",
        "529, overloaded, 503, true",
        "408, timeout, 504, true",
    })
    void anEarlyFailureIsARealStatus(int status, String code, int expected, boolean retry) {
        RawClient.Response response = ask(Reply.json(
                        status, "{\"error\":{\"message\":\"no\",\"type\":\"" + code + "\",\"code\":\"" + code + "\"}}")
                .withHeader("retry-after", "7"));
        assertThat(response.status()).isEqualTo(expected);
        assertThat(response.header("content-type")).isEqualTo("application/json");
        // Without the header OpenAI's SDKs go by the status.
        String said = response.header("x-should-retry");
        assertThat(said == null ? expected == 429 || expected >= 500 : Boolean.parseBoolean(said))
                .isEqualTo(retry);
        assertThat(response.header("x-request-id"))
                .isEqualTo(Ask.error(response).get("request_id").asText());
        assertThat(Ask.error(response).get("source").asText()).isEqualTo("provider");
        if (expected == 429) {
            assertThat(response.header("retry-after")).isEqualTo("7");
            assertThat(response.header("retry-after-ms")).isEqualTo("7000");
        }
    }

    @Test
    void aJsonAnswerToAStreamRequestBecomesTheStream() {
        RawClient.Response response = ask(Reply.json(
                200,
                "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":"
                        + "{\"role\":\"assistant\",\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(response.status()).isEqualTo(200);
        Ask.Read read = Ask.read(response);
        assertThat(read.done()).isTrue();
        assertThat(response.text()).contains("\"content\":\"a\"").contains("\"finish_reason\":\"stop\"");
    }
}
