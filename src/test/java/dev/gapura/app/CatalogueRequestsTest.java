package dev.gapura.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.RawClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the catalogue knows and the configuration says of a model decides what its provider gets, as dry runs tell
/// it.
class CatalogueRequestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PICTURE = "[{'type':'text','text':'Look'},"
            + "{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}]";
    private static final String TOOLS =
            "'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':{}}}}]";

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start("""
                providers:
                  azure: { api_key: none, base_url: "http://127.0.0.1:1" }
                  openai: { api_key: none, base_url: "http://127.0.0.1:1/v1" }
                  deepseek: { api_key: none, base_url: "http://127.0.0.1:1" }
                  claude: { dialect: anthropic, base_url: "http://127.0.0.1:1", api_key: none }
                  anthropic: { base_url: "http://127.0.0.1:1", api_key: none }
                  mistral: { base_url: "http://127.0.0.1:1/v1", api_key: none }
                  mine: { dialect: openai_chat, base_url: "http://127.0.0.1:1/v1" }
                catalogue:
                  "azure/my-deployment": { like: gpt-5 }
                  "azure/my-codex":      { like: gpt-5.3-codex }
                  "mine/corp":           { like: openai/gpt-5 }
                  "mine/deep":           { like: deepseek/deepseek-v4-pro }
                  "claude/private":      { like: anthropic/claude-opus-4-6 }
                  "mine/plain":          { tools: false, temperature: false, reasoning: false, json_schema: false,
                                           inputs: [text], output_tokens: 100 }
                  "mine/tuned":          { efforts: [low, high], inputs: [text, image] }
                  "claude/plain":        { like: anthropic/claude-sonnet-4-5, tools: false, temperature: false,
                                           reasoning: false, inputs: [text], output_tokens: 1000 }
                  "openai/gpt-5":        { output_tokens: 1000 }
                  "anthropic/claude-opus-5": { efforts: [low, high] }
                """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawClient.Response dryRun(String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT + ":explain", gateway.key(), body.replace('\'', '"'))
                    .readResponse();
        }
    }

    private static RawClient.Response dryRun(String model, String content, String more) {
        String body = "{'model':'" + model + "','messages':[{'role':'user','content':"
                + (content.startsWith("[") ? content : "'" + content + "'") + "}]" + (more.isEmpty() ? "" : "," + more)
                + "}";
        return dryRun(body);
    }

    private static Explained explain(String model, String content, String more) {
        RawClient.Response answer = dryRun(model, content, more);
        assertThat(answer.head().status()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        return new Explained(Ask.json(answer.body()));
    }

    private static Explained explain(String model, String more) {
        return explain(model, "Hello", more);
    }

    /// @param json a whole explanation
    private record Explained(JsonNode json) {
        JsonNode body() {
            return json.at("/upstream/body");
        }

        String verdict(String field) {
            StringBuilder all = new StringBuilder();
            json.get("params").forEach(param -> {
                if (param.get("field").asText().equals(field)) {
                    String detail = param.path("detail").asText();
                    all.append(all.isEmpty() ? "" : " ")
                            .append(param.get("verdict").asText())
                            .append(detail.isEmpty() ? "" : "(" + detail + ")");
                }
            });
            return all.toString();
        }
    }

    private static JsonNode refusal(String model, String content, String more) {
        RawClient.Response answer = dryRun(model, content, more);
        assertThat(answer.head().status()).as(new String(answer.body(), UTF_8)).isEqualTo(400);
        return Ask.json(answer.body()).get("error");
    }

    @Test
    void aDeploymentGoesByTheRulesOfTheModelItIsLike() {
        String request = "'max_tokens':50,'temperature':0.2,'reasoning_effort':'xhigh'";
        Explained like = explain("azure/my-deployment", request);
        assertThat(like.body().get("model").asText()).isEqualTo("my-deployment");
        assertThat(like.verdict("max_tokens")).isEqualTo("renamed(max_completion_tokens)");
        assertThat(like.verdict("temperature")).isEqualTo("stripped");
        assertThat(like.body().get("reasoning_effort").asText()).isEqualTo("high");
        assertThat(like.json().at("/price_usd/max").isNumber()).as("its price").isTrue();
        Explained unlike = explain("azure/other-deployment", request);
        assertThat(unlike.verdict("max_tokens")).isEqualTo("passed");
        assertThat(unlike.json().at("/price_usd/max").isNull()).isTrue();
    }

    @Test
    void aDeploymentOfAModelThatIsOnlyInTheResponsesApiIsReachedThere() {
        Explained codex = explain("azure/my-codex", "'max_tokens':50");
        assertThat(codex.json().at("/route/dialect").asText()).isEqualTo("openai_responses");
        assertThat(codex.json().at("/upstream/path").asText()).endsWith("/responses");
        assertThat(codex.body().get("model").asText()).isEqualTo("my-codex");
    }

    @Test
    void aModelOfAnotherProviderGivesItsRulesAndLimitsAndNoPrice() {
        Explained corp = explain("mine/corp", "'max_tokens':50,'presence_penalty':1");
        assertThat(corp.verdict("max_tokens")).isEqualTo("renamed(max_completion_tokens)");
        assertThat(corp.verdict("presence_penalty")).isEqualTo("stripped");
        assertThat(corp.json().at("/tokens/completion_max").asLong()).isEqualTo(50);
        assertThat(corp.json().at("/price_usd/max").isNull()).isTrue();
        assertThat(explain("mine/deep", "'max_completion_tokens':50").body().has("max_tokens"))
                .as("DeepSeek's name of the limit")
                .isTrue();
        Explained claude = explain("claude/private", "'reasoning_effort':'high'");
        assertThat(claude.body().at("/thinking/type").asText()).isEqualTo("adaptive");
        assertThat(claude.body().get("max_tokens").asInt()).isEqualTo(128_000);
        assertThat(claude.body().get("model").asText()).isEqualTo("private");
    }

    @Test
    void theCatalogueIsRightOverTheFamilyAboutALimit() {
        Explained opus = explain("anthropic/claude-opus-4-6", "");
        assertThat(opus.body().get("max_tokens").asInt())
                .as("its family has 64,000")
                .isEqualTo(128_000);
        assertThat(opus.json().at("/route/profile").asText()).isEqualTo("claude 4.6");
        assertThat(explain("anthropic/claude-opus-4-1", "")
                        .body()
                        .get("max_tokens")
                        .asInt())
                .isEqualTo(32_000);
    }

    @Test
    void theCatalogueIsRightOverTheFamilyAboutWhatAModelSees() {
        JsonNode error = refusal("mistral/codestral-latest", PICTURE, "");
        assertThat(error.get("code").asText()).isEqualTo("unsupported_parameter");
        assertThat(error.get("param").asText()).startsWith("messages[0].content");
        assertThat(refusal("openai/gpt-3.5-turbo", PICTURE, "").get("param").asText())
                .isEqualTo("messages[0].content[1]");
        assertThat(explain("openai/gpt-4o", PICTURE, "")
                        .body()
                        .at("/messages/0/content/1/type")
                        .asText())
                .isEqualTo("image_url");
    }

    @Test
    void aModelWithoutToolsIgnoresThem() {
        for (String model : new String[] {"mine/plain", "claude/plain"}) {
            Explained plain = explain(model, TOOLS + ",'tool_choice':'auto','parallel_tool_calls':false");
            assertThat(plain.body().has("tools")).as(model).isFalse();
            assertThat(plain.body().has("tool_choice")).as(model).isFalse();
            assertThat(plain.verdict("tools")).as(model).isEqualTo("stripped");
            assertThat(refusal(model, "Hello", TOOLS + ",'tool_choice':'required'")
                            .get("param")
                            .asText())
                    .as(model)
                    .isEqualTo("tool_choice");
        }
        String history = "{'model':'mine/plain','messages':[{'role':'user','content':'a'},{'role':'assistant',"
                + "'content':null,'tool_calls':[{'id':'c1','type':'function','function':{'name':'f',"
                + "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'c1','content':'42'}]}";
        JsonNode body = Ask.json(dryRun(history).body()).at("/upstream/body/messages");
        assertThat(body.toString()).contains("[called f with {}]", "42").doesNotContain("tool_calls");
    }

    @Test
    void whatTheConfigurationDeniesIsNotSent() {
        for (String model : new String[] {"mine/plain", "claude/plain"}) {
            Explained plain = explain(model, "'temperature':0.5,'top_p':0.5,'reasoning_effort':'high'");
            assertThat(plain.verdict("temperature")).as(model).isEqualTo("stripped");
            assertThat(plain.verdict("top_p")).as(model).isEqualTo("stripped");
            assertThat(plain.verdict("reasoning_effort")).as(model).isEqualTo("stripped");
            assertThat(plain.body().has("thinking")).as(model).isFalse();
            assertThat(refusal(model, PICTURE, "").get("param").asText()).startsWith("messages[0].content");
        }
        Explained schema = explain(
                "mine/plain",
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}}");
        assertThat(schema.verdict("response_format")).startsWith("emulated");
        assertThat(schema.body().at("/response_format/type").asText()).isEqualTo("json_object");
    }

    @Test
    void anAnswerIsNoLongerThanTheConfigurationSays() {
        Explained relayed = explain("mine/plain", "'max_tokens':5000");
        assertThat(relayed.body().get("max_tokens").asInt()).isEqualTo(100);
        assertThat(relayed.verdict("max_tokens")).isEqualTo("clamped(5000→100)");
        assertThat(explain("mine/plain", "'max_tokens':50").verdict("max_tokens"))
                .isEqualTo("passed");
        Explained renamed = explain("openai/gpt-5", "'max_tokens':5000");
        assertThat(renamed.body().get("max_completion_tokens").asInt()).isEqualTo(1000);
        assertThat(renamed.verdict("max_tokens")).isEqualTo("renamed(max_completion_tokens) clamped(5000→1000)");
        Explained translated = explain("claude/plain", "'max_completion_tokens':5000");
        assertThat(translated.body().get("max_tokens").asInt()).isEqualTo(1000);
        assertThat(explain("claude/plain", "").body().get("max_tokens").asInt()).isEqualTo(1000);
    }

    @Test
    void anEffortBecomesOneThatTheConfigurationNames() {
        assertThat(explain("mine/tuned", "'reasoning_effort':'medium'").verdict("reasoning_effort"))
                .isEqualTo("converted(medium→high)");
        assertThat(explain("mine/tuned", "'reasoning_effort':'low'").verdict("reasoning_effort"))
                .isEqualTo("passed");
        assertThat(explain("mine/tuned", PICTURE, "").verdict("messages")).isEqualTo("passed");
        assertThat(explain("anthropic/claude-opus-5", "'reasoning_effort':'medium'")
                        .body()
                        .at("/output_config/effort")
                        .asText())
                .isEqualTo("high");
    }

    @Test
    void listsShowWhatRequestsDo() {
        ObjectNode byName = JSON.createObjectNode();
        Ask.json(Ask.get(gateway, "GET", "/v1/model/info", "authorization", "Bearer " + gateway.key())
                        .body())
                .get("data")
                .forEach(entry -> byName.set(entry.get("model_name").asText(), entry.get("model_info")));
        JsonNode deployment = byName.get("azure/my-deployment");
        assertThat(deployment.get("like").asText()).isEqualTo("gpt-5");
        assertThat(deployment.get("max_output_tokens").asInt()).isEqualTo(128_000);
        assertThat(deployment.get("supported_parameters").toString()).doesNotContain("\"temperature\"");
        assertThat(deployment.get("input_cost_per_token").decimalValue()).isEqualByComparingTo("0.00000125");
        assertThat(byName.get("azure/my-codex").get("dialect").asText()).isEqualTo("openai_responses");
        assertThat(byName.get("mine/corp").get("like").asText()).isEqualTo("openai/gpt-5");
        assertThat(byName.get("mine/corp").get("prices").isNull()).isTrue();
        JsonNode plain = byName.get("mine/plain");
        assertThat(plain.get("supported_parameters").toString())
                .doesNotContain("\"tools\"", "\"temperature\"", "\"reasoning_effort\"")
                .contains("\"max_tokens\"", "\"response_format\"");
        assertThat(plain.at("/modalities/input").toString()).isEqualTo("[\"text\"]");
        assertThat(byName.get("claude/plain").get("thinking").asText()).isEqualTo("none");
        assertThat(byName.get("claude/plain").get("max_output_tokens").asInt()).isEqualTo(1000);
    }
}
