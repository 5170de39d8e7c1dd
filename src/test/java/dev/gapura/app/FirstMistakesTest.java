package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What somebody is told who meets the gateway for the first time, and what the access log keeps of it. Upstream
/// calls are none where nothing else is said.
class FirstMistakesTest {
    @TempDir
    private Path folder;

    private Path log;
    private TestGateway gateway;

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        gateway = TestGateway.start("server: { access_log: \"" + log + "\" }\n", Map.of());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String message(RawClient.Response response, int status, String code) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        JsonNode error = Ask.error(response);
        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("message").asText()).doesNotContain(gateway.key());
        return error.get("message").asText();
    }

    @Test
    void theModelOfARefusedRequestIsInTheLog() throws Exception {
        assertThat(message(Ask.chat(gateway, Ask.body("openai/gpt-5", false, "x")), 404, "model_not_found"))
                .contains("OPENAI_API_KEY (or providers.openai.api_key)");
        assertThat(Ask.get(
                                gateway,
                                "POST",
                                Ask.CHAT,
                                "authorization",
                                "Bearer " + gateway.key(),
                                "content-type",
                                "application/json")
                        .status())
                .isEqualTo(400);
        gateway.drain();
        JsonNode line = Ask.json(Files.readAllLines(log).getFirst());
        assertThat(line.get("model").asText()).isEqualTo("openai/gpt-5");
        assertThat(line.get("status").asInt()).isEqualTo(404);
        assertThat(line.has("provider")).isFalse();
        assertThat(Ask.json(Files.readAllLines(log).getLast()).has("model")).isFalse();
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    @Test
    void theSimulatorSaysWhatToType() {
        assertThat(message(Ask.chat(gateway, Ask.body("sim/eco", false, "x")), 404, "model_not_found"))
                .contains("'eco'", "sim/echo, sim/lorem, sim/tools, sim/slow, sim/flaky");
        RawClient.Response one =
                Ask.get(gateway, "GET", "/v1/models/sim/eco", "authorization", "Bearer " + gateway.key());
        assertThat(message(one, 404, "model_not_found")).contains("sim/echo, sim/lorem");
        assertThat(gateway.simulator().requestCount()).isEqualTo(1);
    }

    @Test
    void aModelWithoutItsProviderIsFound() {
        assertThat(message(Ask.chat(gateway, Ask.body("echo", false, "x")), 404, "model_not_found"))
                .isEqualTo("there is no model 'echo'; did you mean 'sim/echo'?");
        assertThat(message(Ask.chat(gateway, Ask.body("eco", false, "x")), 404, "model_not_found"))
                .contains("did you mean 'sim/echo'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-gapura-details", "x-gapura-tool-events"})
    void aSwitchIsTrueOrFalse(String header) {
        String body = Ask.body("sim/echo", false, "x");
        for (String route : List.of(Ask.CHAT, Ask.CHAT + ":explain")) {
            try (RawClient client = RawClient.connect(gateway.port())) {
                RawClient.Response refused = client.send("POST " + route + " HTTP/1.1\r\nhost: x\r\nauthorization: "
                                + "Bearer " + gateway.key() + "\r\ncontent-type: application/json\r\n" + header
                                + ": yes\r\ncontent-length: " + body.length() + "\r\n\r\n" + body)
                        .readResponse();
                assertThat(message(refused, 400, "invalid_value"))
                        .isEqualTo("Header " + header + " must be true or false.");
                assertThat(Ask.error(refused).get("param").asText()).isEqualTo(header);
            }
        }
        assertThat(ToolClient.post(gateway.port(), gateway.key(), body, Map.of(header, "False"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aWordThatIsNoneOfThoseAllowedIsQuoted() {
        String body = Ask.body("sim/echo", false, "x").replace("\"user\"", "\"usr\"");
        assertThat(message(Ask.chat(gateway, body), 400, "invalid_value")).contains(", but is 'usr'.");
    }

    @Test
    void noServerToolIsThereWhereNoneIsConfigured() {
        String body = ToolClient.body("sim/echo", false, "");
        assertThat(message(
                        ToolClient.post(gateway.port(), gateway.key(), body, Map.of("x-gapura-tools", "now")),
                        400,
                        "unknown_tool"))
                .endsWith("No server tool is configured here.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accept | */* | missing_api_key | No API key was sent.",
                "authorization | Basic dXNlcjpwYXNz | missing_api_key | does not begin with `Bearer`",
                "authorization | sk-gapura-x | missing_api_key | does not begin with `Bearer`",
                "authorization | Bearer sk-gapura-x | invalid_api_key | owners and administrators make others",
                "x-api-key | sk-gapura-x | invalid_api_key | owners and administrators make others",
            })
    void whyAKeyDoesNotWork(String header, String value, String code, String hint) {
        assertThat(message(Ask.get(gateway, "GET", "/v1/models", header, value), 401, code))
                .contains(hint)
                .doesNotContain("dXNlcjpwYXNz", "sk-gapura-x");
    }

    @Test
    void routesOfLaterVersionsSaySo() {
        assertThat(message(Ask.get(gateway, "POST", "/v1/responses"), 404, "unknown_route"))
                .contains("does not serve the Responses API (/v1/responses) yet");
        assertThat(message(Ask.get(gateway, "POST", "/v1/embeddings"), 404, "unknown_route"))
                .contains("/v1/embeddings");
        assertThat(message(Ask.get(gateway, "POST", "/v1/v1/chat/completions"), 404, "unknown_route"))
                .contains("The base URL ends in /v1 already.");
    }
}
