package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.testkit.RawClient;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens and prices that a dry run tells, against the rates of the catalogue. The most is what a budget would
/// reserve.
class ExplainedPriceTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                providers:
                  openai: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  anthropic: { base_url: "http://127.0.0.1:1", api_key: none }
                  mine: { dialect: openai_chat, base_url: "http://127.0.0.1:1/v1" }
                catalogue:
                  "mine/flat":   { input_usd_per_million: 1, output_usd_per_million: 10, output_tokens: 1000,
                                   request_usd: 0.01 }
                  "mine/cached": { input_usd_per_million: 4, cached_usd_per_million: 1, cache_write_usd_per_million: 5,
                                   cache_write_hour_usd_per_million: 8, output_usd_per_million: 20,
                                   reasoning_usd_per_million: 30, output_tokens: 1000 }
                  "mine/endless": { input_usd_per_million: 1, output_usd_per_million: 10 }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode explain(String model, String more) {
        String body =
                "{'model':'" + model + "','messages':[{'role':'user','content':'Tell me about gates.'}]" + more + "}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            return Ask.json(client.postJson(Ask.CHAT + ":explain", gateway.key(), body.replace('\'', '"'))
                    .readResponse()
                    .body());
        }
    }

    private static BigDecimal usd(JsonNode explained, String end) {
        return explained.at("/price_usd/" + end).decimalValue();
    }

    private static BigDecimal times(long tokens, String usdPerMillion) {
        return new BigDecimal(usdPerMillion)
                .multiply(BigDecimal.valueOf(tokens))
                .movePointLeft(6);
    }

    @Test
    void withoutALimitTheLongestAnswerOfTheModelIsTaken() {
        JsonNode explained = explain("mine/flat", "");
        long prompt = explained.at("/tokens/prompt_estimate").longValue();
        assertThat(prompt).isBetween(5L, 20L);
        assertThat(explained.at("/tokens/completion_max").longValue()).isEqualTo(1000);
        assertThat(usd(explained, "min"))
                .isEqualByComparingTo(times(prompt, "1").add(new BigDecimal("0.01")));
        assertThat(usd(explained, "max"))
                .isEqualByComparingTo(times(prompt, "1").add(times(1000, "10")).add(new BigDecimal("0.01")));
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-5, 128000",
        "openai/gpt-4o, 16384",
        "anthropic/claude-opus-4-6, 128000",
        "anthropic/claude-opus-4-1, 32000",
        "anthropic/claude-opus-9, 128000",
    })
    void theLongestAnswerIsThatOfTheCatalogue(String model, long tokens) {
        JsonNode explained = explain(model, "");
        assertThat(explained.at("/tokens/completion_max").longValue()).isEqualTo(tokens);
        boolean priced = !model.endsWith("-9");
        assertThat(explained.at("/price_usd/max").isNumber()).isEqualTo(priced);
        assertThat(explained.at("/price_usd/min").isNumber()).isEqualTo(priced);
    }

    @Test
    void aLimitOfTheRequestCounts() {
        JsonNode explained = explain("openai/gpt-5", ",'max_tokens':100");
        long prompt = explained.at("/tokens/prompt_estimate").longValue();
        assertThat(explained.at("/tokens/completion_max").longValue()).isEqualTo(100);
        assertThat(explained.at("/tokens/prompt_max").longValue()).isEqualTo(272_000);
        assertThat(usd(explained, "max"))
                .isEqualByComparingTo(times(prompt, "1.25").add(times(100, "10")));
        assertThat(usd(explained, "min")).as("all of it cached").isEqualByComparingTo(times(prompt, "0.125"));
    }

    @Test
    void everyTokenIsTakenForTheDearestAndTheCheapestThatItMayBe() {
        JsonNode explained = explain("mine/cached", ",'max_tokens':10");
        long prompt = explained.at("/tokens/prompt_estimate").longValue();
        assertThat(usd(explained, "min")).isEqualByComparingTo(times(prompt, "1"));
        assertThat(usd(explained, "max"))
                .isEqualByComparingTo(times(prompt, "8").add(times(10, "30")));
    }

    @Test
    void severalAnswersCostSeveralTimes() {
        JsonNode relayed = explain("mine/flat", ",'max_tokens':10,'n':3");
        assertThat(relayed.at("/tokens/completion_max").longValue()).isEqualTo(30);
        JsonNode one = explain("anthropic/claude-opus-4-6", ",'max_tokens':10");
        JsonNode three = explain("anthropic/claude-opus-4-6", ",'max_tokens':10,'n':3");
        assertThat(three.at("/route/calls").asInt()).isEqualTo(3);
        assertThat(three.at("/tokens/completion_max").longValue()).isEqualTo(30);
        assertThat(usd(three, "max")).isEqualByComparingTo(usd(one, "max").multiply(BigDecimal.valueOf(3)));
    }

    @Test
    void theTierThatIsAskedForHasItsPrice() {
        BigDecimal ordinary = usd(explain("openai/gpt-5", ",'max_tokens':100"), "max");
        BigDecimal priority = usd(explain("openai/gpt-5", ",'max_tokens':100,'service_tier':'priority'"), "max");
        BigDecimal flex = usd(explain("openai/gpt-5", ",'max_tokens':100,'service_tier':'flex'"), "max");
        assertThat(priority).isGreaterThan(ordinary);
        assertThat(flex).isLessThan(ordinary);
    }

    @Test
    void whatNobodyKnowsIsNullAndNotZero() {
        JsonNode endless = explain("mine/endless", "");
        assertThat(endless.at("/tokens/completion_max").isNull()).isTrue();
        assertThat(endless.at("/tokens/prompt_max").isNull()).isTrue();
        assertThat(endless.at("/price_usd/max").isNull()).isTrue();
        assertThat(usd(endless, "min")).isPositive();
        assertThat(explain("mine/unknown", ",'max_tokens':5")
                        .at("/price_usd/min")
                        .isNull())
                .isTrue();
    }
}
