package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One request through the whole gateway over real sockets, plain and streamed.
class ChatTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawClient.Response post(String json) throws Exception {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.postJson("/v1/chat/completions", gateway.key(), json);
            return client.readResponse();
        }
    }

    @Test
    void answersAPlainRequest() throws Exception {
        RawClient.Response response =
                post("{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"Sugeng enjing\"}]}");
        assertThat(response.head().status()).isEqualTo(200);
        ChatAnswer answer = ChatAnswer.ofJson(response.body());
        assertThat(answer.choices().get(0).text()).isEqualTo("Sugeng enjing");
        assertThat(response.header("x-gapura-model")).isEqualTo("sim/echo");
        assertThat(response.header("x-request-id")).startsWith("req_");
    }

    @Test
    void streamsTheSame() throws Exception {
        RawClient.Response response = post("{\"model\":\"sim/echo\",\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Sugeng enjing\"}]}");
        ChatAnswer answer = ChatAnswer.ofStream(response.body());
        assertThat(answer.choices().get(0).text()).isEqualTo("Sugeng enjing");
        assertThat(answer.done()).isTrue();
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).doesNotContain("\"choices\":[]");
    }

    @Test
    void refusesBeforeAnyCall() throws Exception {
        long before = gateway.simulator().requestCount();
        RawClient.Response response =
                post("{\"model\":\"sim/echo\",\"temperature\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(response.head().status()).isEqualTo(400);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"param\":\"temperature\"");
        assertThat(gateway.simulator().requestCount()).isEqualTo(before);
    }
}
