package dev.gapura.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.RawClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `/v1/model/info` lists under `supported_parameters` is what a request's fields meet: a field that is listed
/// is not left out, and one that is left out is not listed. Looked at for one model of every family.
class SupportedParametersTest {
    private static final Map<String, String> SAMPLES = samples();

    private static TestGateway gateway;
    private static JsonNode models;

    private static Map<String, String> samples() {
        Map<String, String> samples = new LinkedHashMap<>();
        samples.put("temperature", "0.5");
        samples.put("top_p", "0.5");
        samples.put("frequency_penalty", "0.5");
        samples.put("seed", "7");
        samples.put("stop", "['END']");
        samples.put("logprobs", "true");
        samples.put("n", "2");
        samples.put("reasoning_effort", "'high'");
        samples.put("logit_bias", "{'50256':-100}");
        samples.put(
                "tools",
                "[{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':{}}}}]");
        return samples;
    }

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                providers:
                  anthropic: { base_url: "http://127.0.0.1:1", api_key: none }
                  gemini: { base_url: "http://127.0.0.1:1", api_key: none }
                  mistral: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  cohere: { base_url: "http://127.0.0.1:1", api_key: none }
                  openai: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  xai: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  groq: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  deepseek: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  bedrock: { region: us-east-1, api_key: none, base_url: "http://127.0.0.1:1" }
                  perplexity: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                """);
        models = Ask.json(Ask.get(gateway, "GET", "/v1/model/info", "authorization", "Bearer " + gateway.key())
                        .body())
                .get("data");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anthropic",
                "gemini",
                "mistral",
                "cohere",
                "bedrock",
                "openai",
                "xai",
                "groq",
                "deepseek",
                "perplexity"
            })
    void whatIsListedIsWhatIsTaken(String provider) {
        Set<String> families = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (JsonNode model : models) {
            String name = model.get("model_name").asText();
            JsonNode info = model.get("model_info");
            if (!name.startsWith(provider + "/") || name.endsWith("/*")) {
                continue;
            }
            String family = info.get("dialect") + " " + info.get("profile") + info.get("supported_parameters")
                    + info.get("thinking");
            if (!families.add(family)) {
                continue;
            }
            Set<String> listed = new HashSet<>();
            info.get("supported_parameters").forEach(field -> listed.add(field.asText()));
            SAMPLES.forEach((field, value) -> {
                boolean taken = isTaken(name, field, value);
                if (taken != listed.contains(field)) {
                    wrong.add(name + " (" + info.get("profile").asText() + "): " + field + " is "
                            + (taken ? "taken and not listed" : "listed and not taken"));
                }
            });
        }
        assertThat(families).isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    private static boolean isTaken(String model, String field, String value) {
        String body =
                "{'model':'" + model + "','messages':[{'role':'user','content':'Hi'}],'" + field + "':" + value + "}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                    "POST",
                    Ask.CHAT + ":explain",
                    Map.of(
                            "authorization",
                            "Bearer " + gateway.key(),
                            "content-type",
                            "application/json",
                            "x-gapura-unsupported",
                            "strip"),
                    body.replace('\'', '"').getBytes(UTF_8));
            RawClient.Response answer = client.readResponse();
            assertThat(answer.head().status())
                    .as(new String(answer.body(), UTF_8))
                    .isEqualTo(200);
            boolean stripped = false;
            for (JsonNode param : Ask.json(answer.body()).get("params")) {
                stripped |= param.get("field").asText().equals(field)
                        && param.get("verdict").asText().equals("stripped")
                        && !param.has("detail");
            }
            return !stripped;
        }
    }
}
