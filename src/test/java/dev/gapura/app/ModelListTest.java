package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a caller learns about models: those known of the providers that are set up, with limits and prices.
class ModelListTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                auth: { keys: [ { name: few, key: key-for-few-models, models: ["openai/gpt-5*", "quick"] } ] }
                models: { quick: { targets: [openai/gpt-5-mini] } }
                providers:
                  openai: { api_key: none, base_url: "http://127.0.0.1:1/v1" }
                  claude: { dialect: anthropic, base_url: "http://127.0.0.1:1", api_key: none }
                  mine: { dialect: openai_chat, base_url: "http://127.0.0.1:1/v1" }
                catalogue:
                  "mine/llama": { context_tokens: 8192, output_tokens: 1024, inputs: [text], tools: false,
                                  input_usd_per_million: 0.1, output_usd_per_million: 0.25, request_usd: 0.001 }
                  "openai/gpt-5": { output_tokens: 1000 }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode get(String path, String key) {
        return Ask.json(
                Ask.get(gateway, "GET", path, "authorization", "Bearer " + key).body());
    }

    private static List<String> ids(String key) {
        return StreamSupport.stream(get("/v1/models", key).get("data").spliterator(), false)
                .map(model -> model.get("id").asText())
                .toList();
    }

    private static JsonNode info(String name) {
        return StreamSupport.stream(
                        get("/v1/model/info", gateway.key()).get("data").spliterator(), false)
                .filter(entry -> entry.get("model_name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .get("model_info");
    }

    @Test
    void knownModelsOfConfiguredProvidersAreListedBesideTheRest() {
        assertThat(ids(gateway.key()))
                .contains("quick", "sim/echo", "openai/gpt-5", "openai/gpt-6-sol", "openai/*", "mine/llama", "mine/*")
                .doesNotContain("anthropic/claude-opus-5", "openai/text-embedding-3-small")
                .doesNotHaveDuplicates();
        assertThat(ids("key-for-few-models"))
                .contains("quick", "openai/gpt-5", "openai/gpt-5-mini")
                .allMatch(id -> id.equals("quick") || id.startsWith("openai/gpt-5"));
    }

    @Test
    void aModelWithLimitsAndPrices() {
        JsonNode model = get("/v1/models/openai/gpt-5-mini", gateway.key());
        assertThat(model.get("owned_by").asText()).isEqualTo("openai");
        assertThat(model.get("created").asLong()).isEqualTo(1754524800);
        assertThat(model.get("context_length").asInt()).isEqualTo(400000);
        assertThat(model.get("max_output_tokens").asInt()).isEqualTo(128000);
        assertThat(model.get("supported_parameters").toString())
                .contains("\"tools\"")
                .doesNotContain("\"temperature\"");
        assertThat(model.get("modalities").toString())
                .isEqualTo("{\"input\":[\"text\",\"image\"],\"output\":[\"text\"]}");
        assertThat(model.at("/pricing/prompt").asText()).isEqualTo("0.00000025");
        assertThat(model.at("/pricing/completion").asText()).isEqualTo("0.000002");
        assertThat(model.at("/pricing/input_cache_read").asText()).isEqualTo("0.000000025");
        JsonNode alias = get("/v1/models/quick", gateway.key());
        assertThat(alias.get("pricing")).isEqualTo(model.get("pricing"));
    }

    @Test
    void theSameForClientsOfLiteLlm() {
        JsonNode info = info("openai/gpt-6-luna");
        assertThat(info.get("max_input_tokens").asInt()).isEqualTo(922000);
        assertThat(info.get("max_output_tokens").asInt()).isEqualTo(128000);
        assertThat(info.get("input_cost_per_token").decimalValue()).isEqualByComparingTo("0.0000001");
        assertThat(info.get("output_cost_per_token").decimalValue()).isEqualByComparingTo("0.0000005");
        assertThat(info.get("input_cost_per_token_above_272k_tokens").decimalValue())
                .isEqualByComparingTo("0.0000002");
        assertThat(info.get("supports_vision").asBoolean()).isTrue();
        assertThat(info.get("supports_function_calling").asBoolean()).isTrue();
        assertThat(info.get("limits_known").asBoolean()).isTrue();
        assertThat(info.get("price_source").asText()).startsWith("pydantic/genai-prices 0.2.3");
    }

    @Test
    void howAModelThinksIsToldWhereItIsTranslated() {
        assertThat(info("claude/*").get("thinking").asText()).isEqualTo("always");
        assertThat(info("claude/*").get("reasoning_efforts").toString()).contains("xhigh");
    }

    @Test
    void howAModelThinksIsToldWhereItIsRelayed() {
        assertThat(info("openai/gpt-5").get("thinking").asText()).isEqualTo("always");
        assertThat(info("openai/gpt-5").get("reasoning_efforts").toString())
                .isEqualTo("[\"minimal\",\"low\",\"medium\",\"high\"]");
        assertThat(info("mine/llama").get("thinking").isNull()).isTrue();
        JsonNode model = get("/v1/models/openai/gpt-4o", gateway.key());
        assertThat(model.at("/reasoning/thinking").asText()).isEqualTo("none");
        assertThat(model.at("/reasoning/efforts")).isEmpty();
    }

    @Test
    void pricesSayWhenTheyHoldAndWhoSaysSo() {
        JsonNode info = info("openai/gpt-5");
        JsonNode tiers = info.get("prices");
        assertThat(tiers.get(0).get("valid_from").isNull()).isTrue();
        assertThat(tiers.get(0).get("input_cost_per_token").decimalValue()).isEqualByComparingTo("0.00000125");
        assertThat(tiers.get(0).get("search_cost_per_query").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(tiers.findValuesAsText("service_tier")).contains("flex", "priority");
        assertThat(tiers.get(1).get("valid_from").asText()).matches("2026-\\d\\d-\\d\\d");
        assertThat(info.get("price_date").asText()).isEqualTo("2026-11");
        assertThat(info("openai/gpt-5-mini").get("limits_date").asText()).startsWith("2026-08");
        JsonNode longer = info("openai/gpt-6-luna").at("/prices/0/long_prompts/0");
        assertThat(longer.get("above_tokens").asInt()).isEqualTo(272_000);
        JsonNode model = get("/v1/models/openai/gpt-5-mini", gateway.key());
        assertThat(model.at("/sources/pricing/name").asText()).startsWith("pydantic/genai-prices");
        assertThat(model.at("/sources/pricing/valid_from").isNull()).isTrue();
        assertThat(model.at("/sources/limits/date").asText()).startsWith("2026-");
        assertThat(model.get("abilities").toString()).contains("\"tools\"", "\"reasoning\"");
        assertThat(get("/v1/models/openai/gpt-9-mega", gateway.key())
                        .at("/sources/pricing")
                        .isNull())
                .isTrue();
    }

    @Test
    void theConfigurationSaysItBetter() {
        assertThat(get("/v1/models/openai/gpt-5", gateway.key())
                        .get("max_output_tokens")
                        .asInt())
                .isEqualTo(1000);
        JsonNode mine = get("/v1/models/mine/llama", gateway.key());
        assertThat(mine.get("context_length").asInt()).isEqualTo(8192);
        assertThat(mine.at("/pricing/request").asText()).isEqualTo("0.001");
        assertThat(mine.get("supported_parameters").toString()).doesNotContain("tool_choice");
        JsonNode info = info("mine/llama");
        assertThat(info.get("output_cost_per_token").decimalValue()).isEqualByComparingTo("0.00000025");
        assertThat(info.get("price_source").asText()).isEqualTo("configuration");
    }

    @Test
    void unknownIsNullAndNeverZero() {
        JsonNode future = get("/v1/models/openai/gpt-9-mega", gateway.key());
        assertThat(future.get("context_length").asInt()).isEqualTo(1050000);
        assertThat(future.get("pricing").isNull()).isTrue();
        JsonNode nobody = get("/v1/models/mine/other", gateway.key());
        for (String member : List.of("context_length", "max_output_tokens", "modalities", "pricing")) {
            assertThat(nobody.get(member).isNull()).as(member).isTrue();
        }
        JsonNode rest = info("openai/*");
        for (String member : List.of("max_input_tokens", "max_output_tokens", "input_cost_per_token")) {
            assertThat(rest.get(member).isNull()).as(member).isTrue();
        }
    }
}
