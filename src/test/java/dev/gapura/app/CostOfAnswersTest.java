package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.testkit.RawClient;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an answer cost, from what its provider counted. The counts are shaped as recorded ones and documented.
class CostOfAnswersTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start();
        String rates = "{ input_usd_per_million: 1, cached_usd_per_million: 0.1, cache_write_usd_per_million: 2,"
                + " cache_write_hour_usd_per_million: 4, audio_input_usd_per_million: 10,"
                + " cached_audio_usd_per_million: 3, image_input_usd_per_million: 20, output_usd_per_million: 100,"
                + " reasoning_usd_per_million: 200, audio_output_usd_per_million: 300, search_usd: 0.01 }";
        String address = "base_url: \"http://127.0.0.1:" + gateway.simulator().port() + "\"";
        gateway.reload("""
                server: { access_log: "off" }
                providers:
                  chat: { dialect: openai_chat, ADDRESS }
                  openai: { api_key: none, ADDRESS }
                  claude: { dialect: anthropic, ADDRESS }
                  google: { dialect: gemini, ADDRESS }
                catalogue:
                  "chat/m": RATES
                  "claude/claude-opus-5": RATES
                  "google/gemini-3.8-flash": RATES
                """.replace("ADDRESS", address).replace("RATES", rates));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /// The cost of one answer, as the header tells it and the details again.
    private static BigDecimal cost(String model, String answer) {
        gateway.simulator().answerWith(request -> Reply.json(200, answer.replace('\'', '"')));
        String body = "{'model':'" + model + "','messages':[{'role':'user','content':'Hi'}]}";
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.request(
                    "POST",
                    Ask.CHAT,
                    Map.of(
                            "authorization",
                            "Bearer " + gateway.key(),
                            "content-type",
                            "application/json",
                            "x-gapura-details",
                            "true"),
                    body.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
            RawClient.Response response = client.readResponse();
            assertThat(response.status()).as(response.text()).isEqualTo(200);
            JsonNode told = Ask.json(response.body()).at("/gapura/cost_usd");
            String header = response.head().headers().get("x-gapura-cost-usd");
            assertThat(header == null).isEqualTo(told.isNull());
            if (header == null) {
                return BigDecimal.valueOf(-1);
            }
            assertThat(told.decimalValue()).isEqualByComparingTo(header);
            return new BigDecimal(header);
        }
    }

    private static String chat(String usage, String more) {
        return "{'id':'1','object':'chat.completion','model':'m','choices':[{'index':0,'message':{'role':'assistant',"
                + "'content':'x'},'finish_reason':'stop'}],'usage':" + usage + more + "}";
    }

    private static BigDecimal millionths(long count) {
        return BigDecimal.valueOf(count, 6);
    }

    @Test
    void soundAndPicturesOfRelayedAnswers() {
        // 1000 = 100 cached + 50 sound + 30 pictures + 820 text; 500 = 200 thought + 40 sound + 260 text.
        assertThat(cost(
                        "chat/m",
                        chat(
                                "{'prompt_tokens':1000,'completion_tokens':500,'total_tokens':1500,"
                                        + "'prompt_tokens_details':{'cached_tokens':100,'audio_tokens':50,"
                                        + "'image_tokens':30},'completion_tokens_details':{'reasoning_tokens':200,"
                                        + "'audio_tokens':40}}",
                                "")))
                .isEqualByComparingTo(millionths(10 + 500 + 600 + 820 + 40_000 + 12_000 + 26_000));
    }

    @Test
    void searchesOfRelayedAnswers() {
        assertThat(cost(
                        "chat/m",
                        chat(
                                "{'prompt_tokens':10,'completion_tokens':1,'total_tokens':11,'num_search_queries':3}",
                                "")))
                .isEqualByComparingTo(millionths(10 + 100).add(new BigDecimal("0.03")));
    }

    @Test
    void theTierThatTheProviderServedIn() {
        String usage = "{'prompt_tokens':1000000,'completion_tokens':0,'total_tokens':1000000}";
        BigDecimal ordinary = cost("openai/gpt-5", chat(usage, ""));
        assertThat(cost("openai/gpt-5", chat(usage, ",'service_tier':'default'")))
                .isEqualByComparingTo(ordinary);
        assertThat(cost("openai/gpt-5", chat(usage, ",'service_tier':'flex'"))).isLessThan(ordinary);
        assertThat(cost("openai/gpt-5", chat(usage, ",'service_tier':'priority'")))
                .isGreaterThan(ordinary);
    }

    @Test
    void hoursAndSearchesOfAnthropic() {
        assertThat(cost(
                        "claude/claude-opus-5",
                        "{'id':'1','type':'message','role':'assistant','model':'claude-opus-5','content':[{'type':"
                                + "'text','text':'x'}],'stop_reason':'end_turn','usage':{'input_tokens':100,"
                                + "'cache_read_input_tokens':1000,'cache_creation_input_tokens':500,'cache_creation':"
                                + "{'ephemeral_5m_input_tokens':200,'ephemeral_1h_input_tokens':300},"
                                + "'output_tokens':10,'server_tool_use':{'web_search_requests':2}}}"))
                .isEqualByComparingTo(
                        millionths(100 + 100 + 200 * 2 + 300 * 4 + 10 * 100).add(new BigDecimal("0.02")));
    }

    @Test
    void modalitiesOfGemini() {
        // 300 = 100 cached (40 of it sound) + 60 sound + 140 text; 30 = 10 said + 20 thought.
        assertThat(cost(
                        "google/gemini-3.8-flash",
                        "{'candidates':[{'content':{'role':'model','parts':[{'text':'x'}]},'finishReason':'STOP'}],"
                                + "'usageMetadata':{'promptTokenCount':300,'candidatesTokenCount':10,"
                                + "'thoughtsTokenCount':20,'totalTokenCount':330,'cachedContentTokenCount':100,"
                                + "'promptTokensDetails':[{'modality':'TEXT','tokenCount':200},"
                                + "{'modality':'AUDIO','tokenCount':100}],'cacheTokensDetails':["
                                + "{'modality':'AUDIO','tokenCount':40},{'modality':'TEXT','tokenCount':60}]}}"))
                .isEqualByComparingTo(millionths(6 + 40 * 3 + 60 * 10 + 140 + 1000 + 20 * 200));
    }

    @Test
    void whatHasNoPriceIsNotTold() {
        assertThat(cost("chat/other", chat("{'prompt_tokens':10,'completion_tokens':1,'total_tokens':11}", "")))
                .isEqualByComparingTo("-1");
        assertThat(cost(
                        "openai/gpt-5",
                        chat(
                                "{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,"
                                        + "'completion_tokens_details':{'audio_tokens':5}}",
                                "")))
                .as("gpt-5 does not speak")
                .isEqualByComparingTo("-1");
    }
}
