package dev.gapura.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.failure.GatewayException;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the fields of a chat request become at Bedrock. What a test calls documented was never recorded.
class BedrockRequestWriterTest {
    private static final String HELLO = "'messages':[{'role':'user','content':'Hi'}]";
    private static final String TURNS = "'messages':[{'role':'user','content':[{'text':'Hi'}]}]";

    private static TranslatedRequest write(String model, String more) {
        return Bedrock.write(model, "{" + HELLO + more + "}");
    }

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(text.replace('\'', '"'));
    }

    @Test
    void aPlainRequest() {
        TranslatedRequest written = write(Bedrock.CLAUDE, "");

        assertThat(written.body()).isEqualTo(json("{" + TURNS + "}"));
        assertThat(written.call().path()).isEqualTo("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse");
        assertThat(written.call().headers()).containsOnly(Map.entry("accept", "application/json"));
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void aStreamHasItsOwnPath() {
        TranslatedRequest written = write(Bedrock.CLAUDE, ",'stream':true,'stream_options':{'include_usage':true}");

        assertThat(written.body()).isEqualTo(json("{" + TURNS + "}"));
        assertThat(written.call().path()).endsWith("/converse-stream");
        assertThat(written.call().headers()).containsEntry("accept", "application/vnd.amazon.eventstream");
    }

    @ParameterizedTest
    @CsvSource({
        "amazon.nova-micro-v1:0, /model/amazon.nova-micro-v1%3A0/converse",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arb,"
                + " /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2F1arb/converse",
        "../x, /model/..%2Fx/converse",
        "a?b#c, /model/a%3Fb%23c/converse"
    })
    void theModelStandsWholeInThePath(String model, String path) {
        assertThat(write(model, "").call().path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'max_tokens':6 | 'maxTokens':6 | max_tokens=renamed(maxTokens)",
                "'max_completion_tokens':6 | 'maxTokens':6 | max_completion_tokens=renamed(maxTokens)",
                "'temperature':0.4 | 'temperature':0.4 |",
                "'temperature':1.4 | 'temperature':1 | temperature=clamped(1.4→1)",
                "'top_p':0.9 | 'topP':0.9 |",
                "'stop':'END' | 'stopSequences':['END'] | stop=renamed(stopSequences)",
                "'stop':['a','b'] | 'stopSequences':['a','b'] | stop=renamed(stopSequences)",
                "'stop':['a',''] | 'stopSequences':['a'] | stop=renamed(stopSequences)",
                "'temperature':0.4,'top_p':0.9 | 'temperature':0.4,'topP':0.9 |",
            })
    void whatIsTheSameForAllModelsStandsInInferenceConfig(String fields, String config, String verdicts) {
        TranslatedRequest written = write("amazon.nova-lite-v1:0", "," + fields);

        assertThat(written.body()).isEqualTo(json("{" + TURNS + ",'inferenceConfig':{" + config + "}}"));
        assertThat(written.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "seed | 1",
                "logit_bias | {'5':1}",
                "frequency_penalty | 0.5",
                "presence_penalty | 0.5",
                "user | 'u'",
                "safety_identifier | 'u'",
                "verbosity | 'low'",
                "prompt_cache_key | 'k'",
                "min_p | 0.5",
                "web_search_options | {'search_context_size':'low'}"
            })
    void hintsThatBedrockDoesNotKnowAreStripped(String field, String value) {
        TranslatedRequest written = write(Bedrock.CLAUDE, ",'" + field + "':" + value);

        assertThat(written.body()).isEqualTo(json("{" + TURNS + "}"));
        assertThat(written.verdicts()).isEqualTo(field + "=stripped");
    }

    @Test
    void logProbabilitiesAndSpeechAreRefused() {
        for (String field : new String[] {"'logprobs':true", "'modalities':['text','audio']"}) {
            assertThatThrownBy(() -> write(Bedrock.CLAUDE, "," + field)).isInstanceOf(GatewayException.class);
        }
    }

    @Test
    void newClaudesTakeNoSamplingAndClaude45OnlyOneOfTwo() {
        TranslatedRequest five = write("global.anthropic.claude-opus-5-5", ",'temperature':0.4,'top_p':0.9,'top_k':3");
        assertThat(five.body()).isEqualTo(json("{" + TURNS + "}"));
        assertThat(five.verdicts()).isEqualTo("temperature=stripped, top_p=stripped, top_k=stripped");

        TranslatedRequest both = write(Bedrock.CLAUDE, ",'temperature':0.4,'top_p':0.9");
        assertThat(both.at("/inferenceConfig")).isEqualTo(json("{'temperature':0.4}"));
        assertThat(both.verdicts()).isEqualTo("top_p=stripped");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                Bedrock.CLAUDE + " | {'top_k':3}",
                "amazon.nova-lite-v1:0 | {'inferenceConfig':{'topK':3}}",
                "meta.llama4-scout-17b-instruct-v1:0 |",
            })
    void topKGoesByTheWordsOfTheModelsMaker(String model, String additional) {
        TranslatedRequest written = write(model, ",'top_k':3");

        JsonNode fields = written.body().get("additionalModelRequestFields");
        assertThat(fields).isEqualTo(additional == null ? null : json(additional));
        assertThat(written.verdicts()).startsWith(additional == null ? "top_k=stripped" : "top_k=renamed(");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // A budget: 10 % of 64000.
                Bedrock.CLAUDE
                        + " | 'low' | {'thinking':{'type':'enabled','budget_tokens':6400}} | converted(a budget of 6400)",
                Bedrock.CLAUDE + " | 'none' | |",
                "us.anthropic.claude-sonnet-4-6 | 'xhigh' | {'thinking':{'type':'adaptive','display':'summarized'},"
                        + "'output_config':{'effort':'max'}} | clamped(xhigh→max)",
                "us.anthropic.claude-sonnet-5 | 'none' | {'thinking':{'type':'disabled'}} | converted(thinking disabled)",
                "us.anthropic.claude-sonnet-5 | 'low' | {'thinking':{'type':'adaptive','display':'summarized'},"
                        + "'output_config':{'effort':'low'}} | converted(additionalModelRequestFields)",
                "us.anthropic.claude-opus-5-5 | 'none' | {'output_config':{'effort':'low'}} | clamped(none→low)",
                Bedrock.NOVA + " | 'high' | {'reasoningConfig':{'type':'enabled','maxReasoningEffort':'high'}}"
                        + " | converted(additionalModelRequestFields)",
                Bedrock.NOVA + " | 'minimal' | {'reasoningConfig':{'type':'enabled','maxReasoningEffort':'low'}}"
                        + " | clamped(minimal→low)",
                Bedrock.NOVA + " | 'none' | |",
                "openai.gpt-oss-120b-1:0 | 'medium' | {'reasoning_effort':'medium'}"
                        + " | converted(additionalModelRequestFields)",
                "openai.gpt-oss-120b-1:0 | 'none' | {'reasoning_effort':'low'} | clamped(none→low)",
                "qwen.qwen3-32b-v1:0 | 'high' | {'reasoning_config':'high'} | converted(additionalModelRequestFields)",
                "deepseek.r1-v1:0 | 'high' | | stripped",
                "mistral.mistral-large-2407-v1:0 | 'high' | | stripped",
            })
    void thinkingIsAskedForInTheWordsOfTheModelsMaker(String model, String effort, String additional, String verdict) {
        TranslatedRequest written = write(model, ",'reasoning_effort':" + effort);

        assertThat(written.body().get("additionalModelRequestFields"))
                .isEqualTo(additional == null ? null : json(additional));
        assertThat(written.verdicts()).isEqualTo(verdict == null ? "" : "reasoning_effort=" + verdict);
        assertThat(written.body().has("inferenceConfig")).isFalse();
    }

    @Test
    void aBudgetComesOnTopOfTheAnswer() {
        TranslatedRequest written = write(Bedrock.CLAUDE, ",'max_tokens':1000,'reasoning':{'max_tokens':2000}");

        assertThat(written.at("/inferenceConfig/maxTokens").asInt()).isEqualTo(3000);
        assertThat(written.at("/additionalModelRequestFields/thinking/budget_tokens")
                        .asInt())
                .isEqualTo(2000);
        assertThat(write(Bedrock.CLAUDE, ",'max_tokens':60000,'reasoning':{'max_tokens':9000}")
                        .at("/additionalModelRequestFields/thinking/budget_tokens")
                        .asInt())
                .isEqualTo(4000);
    }

    @Test
    void whileClaudeThinksOnlyTheStandardTemperaturePasses() {
        String thinks = ",'thinking':{'type':'enabled','budget_tokens':2000}";

        assertThat(write(Bedrock.CLAUDE, thinks + ",'temperature':1").at("/inferenceConfig/temperature"))
                .isEqualTo(json("1"));
        TranslatedRequest colder = write(Bedrock.CLAUDE, thinks + ",'temperature':0.2,'top_k':4");
        assertThat(colder.body().has("inferenceConfig")).isFalse();
        assertThat(colder.verdicts()).contains("temperature=stripped").contains("top_k=stripped");
    }

    @Test
    void novasHighestEffortTakesNoLimitsAsDocumented() {
        TranslatedRequest limited = write(Bedrock.NOVA, ",'reasoning_effort':'high','max_tokens':100");
        assertThat(limited.at("/additionalModelRequestFields/reasoningConfig/maxReasoningEffort")
                        .asText())
                .isEqualTo("medium");
        assertThat(limited.verdicts()).contains("reasoning_effort=clamped(high→medium)");
        TranslatedRequest warm = write(Bedrock.NOVA, ",'reasoning_effort':'high','temperature':0.3");
        assertThat(warm.verdicts()).contains("temperature=stripped");
    }

    @Test
    void whatTheCallerWritesForTheModelHimselfWins() {
        TranslatedRequest written = write(
                Bedrock.CLAUDE,
                ",'reasoning_effort':'high','top_k':5,'additionalModelRequestFields':{'thinking':{'type':'enabled',"
                        + "'budget_tokens':4000},'anthropic_beta':['x']}");

        assertThat(written.at("/additionalModelRequestFields"))
                .isEqualTo(json("{'thinking':{'type':'enabled','budget_tokens':4000},'anthropic_beta':['x']}"));
        assertThat(written.verdicts()).contains("top_k=stripped");
    }

    @Test
    void guardrailsAndWhatElseIsBedrocksOwnGoesAsItCame() {
        String own = "'guardrailConfig':{'guardrailIdentifier':'g','guardrailVersion':'1','trace':'enabled'},"
                + "'performanceConfig':{'latency':'optimized'},'promptVariables':{'a':{'text':'b'}},"
                + "'additionalModelResponseFieldPaths':['/stop_sequence']";

        TranslatedRequest written = write(Bedrock.CLAUDE, "," + own);
        assertThat(written.body()).isEqualTo(json("{" + TURNS + "," + own + "}"));
        assertThat(written.verdicts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "auto, , ",
        "default, default, renamed(serviceTier)",
        "flex, flex, renamed(serviceTier)",
        "priority, priority, renamed(serviceTier)",
        "fast, priority, converted(fast→priority)",
        "scale, reserved, converted(scale→reserved)"
    })
    void serviceTiersAsDocumented(String tier, String sent, String verdict) {
        TranslatedRequest written = write(Bedrock.CLAUDE, ",'service_tier':'" + tier + "'");

        assertThat(written.at("/serviceTier/type").asText(null)).isEqualTo(sent);
        assertThat(written.verdicts()).isEqualTo(verdict == null ? "" : "service_tier=" + verdict);
    }

    @Test
    void labelsAsDocumented() {
        TranslatedRequest plain = write(Bedrock.CLAUDE, ",'metadata':{'team':'a b','empty':''}");
        assertThat(plain.at("/requestMetadata")).isEqualTo(json("{'team':'a b','empty':''}"));
        assertThat(plain.verdicts()).isEqualTo("metadata=renamed(requestMetadata)");

        TranslatedRequest odd =
                write(Bedrock.CLAUDE, ",'metadata':{'ok':'1','bad':'ä','a!':'1','long':'" + "x".repeat(257) + "'}");
        assertThat(odd.at("/requestMetadata")).isEqualTo(json("{'ok':'1'}"));
        assertThat(odd.verdicts()).isEqualTo("metadata=converted(requestMetadata)");
    }

    private static final String SCHEMA =
            "{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}";

    private static String format(String schema) {
        return ",'response_format':{'type':'json_schema','json_schema':{'name':'place','description':'d','schema':"
                + schema + "}}";
    }

    @Test
    void aSchemaIsNativeWhereTheModelKnowsIt() {
        TranslatedRequest written = write(Bedrock.CLAUDE, format(SCHEMA));

        JsonNode wanted = written.at("/outputConfig/textFormat/structure/jsonSchema");
        assertThat(written.at("/outputConfig/textFormat/type").asText()).isEqualTo("json_schema");
        assertThat(wanted.get("name").asText()).isEqualTo("place");
        assertThat(wanted.get("description").asText()).isEqualTo("d");
        assertThat(wanted.get("schema").textValue())
                .isEqualTo(
                        SCHEMA.replace("]}", "],'additionalProperties':false}").replace('\'', '"'));
        assertThat(written.verdicts()).isEqualTo("response_format=renamed(outputConfig.textFormat)");
        assertThat(written.call().question().jsonInText()).isFalse();
    }

    @Test
    void aSchemaIsAToolWhereTheModelCanBeForced() {
        TranslatedRequest written = write("amazon.nova-lite-v1:0", format(SCHEMA));

        assertThat(written.at("/toolConfig/tools/0/toolSpec/name").asText()).isEqualTo("json_output");
        assertThat(written.at("/toolConfig/tools/0/toolSpec/inputSchema/json")).isEqualTo(json(SCHEMA));
        assertThat(written.at("/toolConfig/toolChoice")).isEqualTo(json("{'tool':{'name':'json_output'}}"));
        assertThat(written.call().question().jsonTool()).isEqualTo("json_output");
        assertThat(written.verdicts()).isEqualTo("response_format=emulated(a tool)");

        assertThat(write("mistral.mistral-large-2407-v1:0", format(SCHEMA)).at("/toolConfig/toolChoice"))
                .isEqualTo(json("{'any':{}}"));
    }

    @ParameterizedTest
    @CsvSource({"meta.llama4-scout-17b-instruct-v1:0, false", "us.anthropic.claude-sonnet-4-5-20250929-v1:0, true"})
    void otherwiseTheFormIsAskedForInWords(String model, boolean anyObject) {
        String asked = anyObject ? ",'response_format':{'type':'json_object'}" : format(SCHEMA);
        TranslatedRequest written = write(model, asked);

        assertThat(written.at("/system/0/text").asText()).startsWith("Answer with one JSON");
        assertThat(written.call().question().jsonInText()).isTrue();
        assertThat(written.verdicts()).isEqualTo("response_format=emulated(an instruction)");
    }

    @Test
    void aSchemaThatRefersToItselfIsNotEnforced() {
        String recursive = "{'type':'object','properties':{'next':{'$ref':'#'}}}";

        assertThat(write(Bedrock.CLAUDE, format(recursive)).verdicts()).isEqualTo("response_format=emulated(a tool)");
    }

    @Test
    void theWholePromptIsCachedOnDemand() {
        TranslatedRequest control = write(Bedrock.CLAUDE, ",'cache_control':{'type':'ephemeral','ttl':'1h'}");
        assertThat(control.at("/messages/0/content"))
                .isEqualTo(json("[{'text':'Hi'},{'cachePoint':{'type':'default','ttl':'1h'}}]"));
        assertThat(control.verdicts()).isEqualTo("cache_control=converted(cachePoint)");

        assertThat(write(Bedrock.CLAUDE, ",'prompt_cache_options':{'mode':'implicit'}")
                        .at("/messages/0/content/1/cachePoint/type")
                        .asText())
                .isEqualTo("default");
        assertThat(write("meta.llama4-scout-17b-instruct-v1:0", ",'cache_control':{'type':'ephemeral'}")
                        .verdicts())
                .isEqualTo("cache_control=stripped");
    }

    @Test
    void theSameRequestGivesTheSameBytes() {
        String chat = "{" + HELLO + ",'tools':[{'type':'function','function':{'name':'f','parameters':" + SCHEMA
                + "}}],'metadata':{'b':'1','a':'2'},'top_k':4}";

        assertThat(Bedrock.write(Bedrock.CLAUDE, chat).call().body())
                .isEqualTo(Bedrock.write(Bedrock.CLAUDE, chat).call().body());
    }
}
