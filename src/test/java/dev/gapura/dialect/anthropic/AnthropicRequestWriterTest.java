package dev.gapura.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields of a chat request in Anthropic's language: all but the conversation and the tools.
class AnthropicRequestWriterTest {
    static final Dialect DIALECT = new AnthropicDialect(RecordedAnswers.ERRORS);
    static final Provider PROVIDER = Providers.of("anthropic");

    /// Thinks by a budget, takes sampling parameters, schemas and prefills.
    static final String SONNET_4_5 = "claude-sonnet-4-5";

    /// Thinks by effort.
    static final String OPUS_4_6 = "claude-opus-4-6";

    /// Thinks by effort unless told not to; takes no sampling parameters.
    static final String OPUS_5 = "claude-opus-5";

    /// Always thinks, cannot be forced to call.
    static final String NEWEST = "claude-opus-5-5";

    /// Knows no schemas and does not think.
    static final String OLD = "claude-3-5-haiku-20241022";

    static final String HI = "'messages':[{'role':'user','content':'Hi'}]";

    static TranslatedRequest write(String model, String fields) {
        return TranslatedRequest.of(DIALECT, PROVIDER, model, "{" + HI + (fields.isEmpty() ? "" : ",") + fields + "}");
    }

    static JsonNode json(String text) {
        return Objects.requireNonNull(JsonTree.readOrNull(text.replace('\'', '"')), text);
    }

    private static void refused(String param, Runnable write) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(write::run)
                .satisfies(refusal -> assertThat(refusal.failure().param()).isEqualTo(param))
                .satisfies(refusal -> assertThat(refusal.failure().status()).isEqualTo(400));
    }

    @Test
    void theLeastRequest() {
        TranslatedRequest written = write(SONNET_4_5, "'max_tokens':50");
        assertThat(new String(written.call().body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\","
                        + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}");
        assertThat(written.call().path()).isEqualTo("/v1/messages");
        assertThat(written.call().headers()).isEqualTo(Map.of("anthropic-version", "2023-06-01"));
        assertThat(written.verdicts()).isEmpty();
        assertThat(written.call().question().choices()).isEqualTo(1);
    }

    @Test
    void theSameRequestIsTheSameBytes() {
        String fields = "'stop':['a'],'temperature':0.3,'user':'me','tools':[{'type':'function','function':{'name':'f',"
                + "'parameters':{'type':'object','properties':{'z':{},'a':{}}}}}]";
        assertThat(write(SONNET_4_5, fields).call().body())
                .isEqualTo(write(SONNET_4_5, fields).call().body());
    }

    @Test
    void aStreamIsAskedFor() {
        assertThat(write(SONNET_4_5, "'stream':true,'stream_options':{'include_usage':true}")
                        .body()
                        .toString())
                .contains("\"stream\":true")
                .doesNotContain("stream_options");
        assertThat(write(SONNET_4_5, "'stream':false").body().has("stream")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-opus-20240229,4096",
        "claude-3-5-sonnet-20241022,8192",
        "claude-3-7-sonnet-latest,64000",
        "claude-opus-4-1-20250805,32000",
        "claude-sonnet-4-20250514,64000",
        "claude-haiku-4-5-20251001,64000",
        "claude-opus-4-8,128000",
        "claude-something-new-9,128000"
    })
    void theLimitIsRequiredAndIsTheModelsOwnByDefault(String model, long limit) {
        TranslatedRequest written = write(model, "");
        assertThat(written.at("/max_tokens").asLong()).isEqualTo(limit);
        assertThat(written.verdicts()).contains("max_tokens=converted(" + limit + ")");
    }

    @Test
    void theLimitByItsNewerName() {
        TranslatedRequest written = write(SONNET_4_5, "'max_completion_tokens':77");
        assertThat(written.at("/max_tokens").asInt()).isEqualTo(77);
        assertThat(written.body().has("max_completion_tokens")).isFalse();
        assertThat(written.verdicts()).isEqualTo("max_completion_tokens=renamed(max_tokens)");
        assertThat(write(SONNET_4_5, "'max_completion_tokens':77,'max_tokens':5")
                        .at("/max_tokens")
                        .asInt())
                .isEqualTo(77);
    }

    @Test
    void samplingParameters() {
        TranslatedRequest one = write(SONNET_4_5, "'max_tokens':9,'temperature':0.25");
        assertThat(one.at("/temperature").asDouble()).isEqualTo(0.25);
        assertThat(one.verdicts()).isEmpty();
        TranslatedRequest hot = write(SONNET_4_5, "'max_tokens':9,'temperature':1.4");
        assertThat(hot.at("/temperature").asDouble()).isEqualTo(1);
        assertThat(hot.verdicts()).isEqualTo("temperature=clamped(1.4→1)");
        TranslatedRequest both = write(SONNET_4_5, "'max_tokens':9,'temperature':0.2,'top_p':0.9,'top_k':40");
        assertThat(both.at("/temperature").asDouble()).isEqualTo(0.2);
        assertThat(both.body().has("top_p")).isFalse();
        assertThat(both.at("/top_k").asInt()).isEqualTo(40);
        assertThat(both.verdicts()).isEqualTo("top_p=stripped");
        assertThat(write(OLD, "'temperature':0.2,'top_p':0.9").at("/top_p").asDouble())
                .isEqualTo(0.9);
    }

    @Test
    void newModelsTakeNoSamplingParameters() {
        TranslatedRequest written = write(OPUS_5, "'max_tokens':9,'temperature':0.2,'top_p':0.9,'top_k':4");
        assertThat(written.body().toString())
                .doesNotContain("temperature")
                .doesNotContain("top_p")
                .doesNotContain("top_k");
        assertThat(written.verdicts()).contains("temperature=stripped", "top_p=stripped", "top_k=stripped");
    }

    @Test
    void noTemperatureWhileTheModelThinks() {
        TranslatedRequest written =
                write(SONNET_4_5, "'max_tokens':9,'temperature':0.2,'top_p':0.96,'reasoning_effort':'low'");
        assertThat(written.body().has("temperature")).isFalse();
        assertThat(written.at("/top_p").asDouble()).isEqualTo(0.96);
        TranslatedRequest low = write(SONNET_4_5, "'max_tokens':9,'top_p':0.9,'top_k':3,'reasoning_effort':'low'");
        assertThat(low.body().has("top_p")).isFalse();
        assertThat(low.body().has("top_k")).isFalse();
        assertThat(low.verdicts()).contains("top_p=stripped", "top_k=stripped");
        assertThat(written.verdicts()).contains("temperature=stripped");
    }

    @Test
    void stopSequences() {
        assertThat(write(SONNET_4_5, "'stop':'END'").at("/stop_sequences")).isEqualTo(json("['END']"));
        TranslatedRequest some = write(SONNET_4_5, "'stop':['a',' ','\\n','b']");
        assertThat(some.at("/stop_sequences")).isEqualTo(json("['a','b']"));
        assertThat(some.verdicts()).contains("stop=converted(stop_sequences)");
        assertThat(write(SONNET_4_5, "'stop':[' ']").body().has("stop_sequences"))
                .isFalse();
    }

    @Test
    void theUserIsHashed() {
        TranslatedRequest written = write(SONNET_4_5, "'user':'ana@example.org'");
        assertThat(written.at("/metadata/user_id").asText()).hasSize(64).doesNotContain("ana");
        assertThat(written.verdicts()).contains("user=converted(metadata.user_id)");
        TranslatedRequest safe = write(SONNET_4_5, "'user':'ana','safety_identifier':'x'");
        assertThat(safe.verdicts()).contains("safety_identifier=converted(metadata.user_id)", "user=stripped");
        assertThat(safe.at("/metadata/user_id"))
                .isEqualTo(write(SONNET_4_5, "'user':'x'").at("/metadata/user_id"));
        assertThat(written.call().body())
                .isNotEqualTo(write(SONNET_4_5, "'user':'bob'").call().body());
    }

    @ParameterizedTest
    @CsvSource({"auto,auto", "default,standard_only", "flex,standard_only", "priority,auto"})
    void serviceTiers(String asked, String sent) {
        TranslatedRequest written = write(SONNET_4_5, "'service_tier':'" + asked + "'");
        assertThat(written.at("/service_tier").asText()).isEqualTo(sent);
        assertThat(written.verdicts().contains("service_tier")).isEqualTo(!asked.equals(sent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'seed':7",
                "'logit_bias':{'50256':-100}",
                "'frequency_penalty':0.5",
                "'presence_penalty':0.5",
                "'prediction':{'type':'content','content':'x'}",
                "'verbosity':'low'",
                "'store':true",
                "'metadata':{'a':'b'}",
                "'prompt_cache_key':'k'",
                "'something_new':1"
            })
    void hintsThatAnthropicLacksAreLeftOut(String field) {
        String name = field.substring(1, field.indexOf("':"));
        TranslatedRequest written = write(SONNET_4_5, "'max_tokens':9," + field);
        assertThat(written.body().has(name)).isFalse();
        assertThat(written.verdicts()).isEqualTo(name + "=stripped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'logprobs':true",
                "'top_logprobs':3",
                "'modalities':['text','audio'],'audio':{'voice':'alloy','format':'wav'}"
            })
    void whatWouldChangeTheAnswersShapeIsRefused(String fields) {
        refused(fields.substring(1, fields.indexOf("':")), () -> write(SONNET_4_5, fields));
    }

    @Test
    void theCallerMayHaveAFieldSentAllTheSame() {
        TranslatedRequest written = TranslatedRequest.of(
                DIALECT,
                PROVIDER,
                SONNET_4_5,
                "{" + HI + ",'max_tokens':9,'seed':7,'container':'c_1','temperature':0.1,'top_p':0.2}",
                Objects.requireNonNull(UnsupportedPolicy.parse("ignore")));
        assertThat(written.at("/seed").asInt()).isEqualTo(7);
        assertThat(written.at("/container").asText()).isEqualTo("c_1");
        assertThat(written.at("/top_p").asDouble()).isEqualTo(0.2);
        assertThat(written.verdicts()).contains("seed=ignored", "container=ignored", "top_p=ignored");
    }

    @Test
    void whatOnlyAnthropicKnowsIsSentOnRequest() {
        String field = "'max_tokens':9,'container':'c_1'";
        TranslatedRequest stripped = write(SONNET_4_5, field);
        assertThat(stripped.body().has("container")).isFalse();
        assertThat(stripped.verdicts()).isEqualTo("container=stripped");
        TranslatedRequest sent = TranslatedRequest.of(
                DIALECT,
                PROVIDER,
                SONNET_4_5,
                "{" + HI + "," + field + "}",
                Objects.requireNonNull(UnsupportedPolicy.parse("container=ignore")));
        assertThat(sent.at("/container").asText()).isEqualTo("c_1");
        assertThat(sent.verdicts()).isEqualTo("container=ignored");
    }

    @Test
    void automaticCaching() {
        assertThat(write(SONNET_4_5, "'cache_control':{'type':'ephemeral','ttl':'1h'}")
                        .at("/cache_control/ttl")
                        .asText())
                .isEqualTo("1h");
        TranslatedRequest implicit = write(SONNET_4_5, "'prompt_cache_options':{'mode':'implicit'}");
        assertThat(implicit.at("/cache_control")).isEqualTo(json("{'type':'ephemeral'}"));
        assertThat(implicit.verdicts()).contains("prompt_cache_options=converted(cache_control)");
        TranslatedRequest explicit = write(SONNET_4_5, "'prompt_cache_options':{'mode':'explicit','ttl':'30m'}");
        assertThat(explicit.body().has("cache_control")).isFalse();
        assertThat(explicit.verdicts()).contains("prompt_cache_options=converted(the marks of the request)");
        TranslatedRequest both =
                write(SONNET_4_5, "'cache_control':{'type':'ephemeral'},'prompt_cache_options':{'mode':'implicit'}");
        assertThat(both.verdicts()).contains("prompt_cache_options=stripped");
        assertThat(write(SONNET_4_5, "'prompt_cache_options':{'ttl':'30m'}").verdicts())
                .contains("prompt_cache_options=stripped");
    }

    @Test
    void aBudgetComesOnTopOfTheVisibleAnswer() {
        TranslatedRequest written = write(SONNET_4_5, "'max_tokens':500,'reasoning_effort':'low'");
        assertThat(written.at("/thinking")).isEqualTo(json("{'type':'enabled','budget_tokens':6400}"));
        assertThat(written.at("/max_tokens").asInt()).isEqualTo(6_900);
        assertThat(written.verdicts())
                .contains("reasoning_effort=converted(a budget of 6400)", "max_tokens=converted(500→6900)");
    }

    @Test
    void aBudgetKeepsRoomForTheAnswer() {
        TranslatedRequest large = write(SONNET_4_5, "'max_tokens':60000,'reasoning_effort':'high'");
        assertThat(large.at("/thinking/budget_tokens").asInt()).isEqualTo(4_000);
        assertThat(large.at("/max_tokens").asInt()).isEqualTo(64_000);
        TranslatedRequest larger = write(SONNET_4_5, "'max_tokens':64000,'reasoning':{'max_tokens':9000}");
        assertThat(larger.at("/thinking/budget_tokens").asInt()).isEqualTo(1_024);
        assertThat(larger.at("/max_tokens").asInt()).isEqualTo(64_000);
        TranslatedRequest open = write(SONNET_4_5, "'thinking':{'type':'enabled','budget_tokens':100000}");
        assertThat(open.at("/thinking/budget_tokens").asInt()).isEqualTo(62_976);
        assertThat(open.at("/max_tokens").asInt()).isEqualTo(64_000);
        TranslatedRequest small = write(SONNET_4_5, "'thinking':{'type':'enabled','budget_tokens':10}");
        assertThat(small.at("/thinking/budget_tokens").asInt()).isEqualTo(1_024);
    }

    @Test
    void effortNoneSendsNothingToAModelThatDoesNotThinkByItself() {
        TranslatedRequest written = write(SONNET_4_5, "'reasoning_effort':'none'");
        assertThat(written.body().has("thinking")).isFalse();
        assertThat(written.body().has("output_config")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"minimal,low", "low,low", "medium,medium", "high,high", "xhigh,max", "max,max"})
    void adaptiveModelsGetAnEffort(String asked, String sent) {
        TranslatedRequest written = write(OPUS_4_6, "'max_tokens':500,'reasoning_effort':'" + asked + "'");
        assertThat(written.at("/thinking")).isEqualTo(json("{'type':'adaptive','display':'summarized'}"));
        assertThat(written.at("/output_config/effort").asText()).isEqualTo(sent);
        assertThat(written.at("/max_tokens").asInt()).isEqualTo(500);
        assertThat(written.verdicts())
                .isEqualTo(
                        asked.equals(sent)
                                ? "reasoning_effort=converted(output_config.effort)"
                                : "reasoning_effort=clamped(" + asked + "→" + sent + ")");
    }

    @Test
    void thoughtsStayHiddenOnRequest() {
        TranslatedRequest written = write(OPUS_4_6, "'reasoning':{'effort':'high','exclude':true}");
        assertThat(written.at("/thinking")).isEqualTo(json("{'type':'adaptive','display':'omitted'}"));
        assertThat(written.verdicts()).contains("reasoning=converted(output_config.effort)");
        assertThat(write(SONNET_4_5, "'reasoning':{'max_tokens':2000,'exclude':true}")
                        .at("/thinking"))
                .isEqualTo(json("{'type':'enabled','budget_tokens':2000,'display':'omitted'}"));
    }

    @Test
    void effortNoneSwitchesThinkingOffWhereItIsOnByDefault() {
        assertThat(write(OPUS_5, "'reasoning_effort':'none'").at("/thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(write(OPUS_5, "'enable_thinking':false").at("/thinking")).isEqualTo(json("{'type':'disabled'}"));
        assertThat(write(OPUS_5, "").body().has("thinking")).isFalse();
    }

    @Test
    void modelsThatAlwaysThink() {
        TranslatedRequest off = write(NEWEST, "'reasoning_effort':'none'");
        assertThat(off.body().has("thinking")).isFalse();
        assertThat(off.at("/output_config/effort").asText()).isEqualTo("low");
        assertThat(off.verdicts()).contains("reasoning_effort=clamped(none→low)");
        assertThat(write(NEWEST, "'reasoning_effort':'xhigh'")
                        .at("/output_config/effort")
                        .asText())
                .isEqualTo("xhigh");
    }

    @Test
    void modelsThatDoNotThink() {
        TranslatedRequest written = write(OLD, "'max_tokens':9,'reasoning_effort':'high'");
        assertThat(written.body().has("thinking")).isFalse();
        assertThat(written.verdicts()).isEqualTo("reasoning_effort=stripped");
    }

    @Test
    void aBudgetForAModelThatKnowsEfforts() {
        assertThat(write(OPUS_4_6, "'reasoning':{'max_tokens':2000}")
                        .at("/output_config/effort")
                        .asText())
                .isEqualTo("low");
        assertThat(write(OPUS_4_6, "'reasoning':{'max_tokens':50000}")
                        .at("/output_config/effort")
                        .asText())
                .isEqualTo("high");
    }

    @Test
    void aSchemaForTheAnswer() {
        TranslatedRequest written = write(
                SONNET_4_5,
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','strict':true,'schema':{'type':'object',"
                        + "'properties':{'age':{'type':'integer','minimum':0}},'required':['age']}}}");
        assertThat(written.at("/output_config/format"))
                .isEqualTo(json("{'type':'json_schema','schema':{'type':'object','properties':{'age':{'type':'integer',"
                        + "'description':'(minimum: 0)'}},'required':['age'],'additionalProperties':false}}"));
        assertThat(written.verdicts()).contains("response_format=converted(output_config.format)");
        assertThat(written.call().question().jsonTool()).isNull();
        assertThat(written.call().question().jsonInText()).isFalse();
    }

    @Test
    void objectsOfASchemaAreClosed() {
        assertThat(write(
                                SONNET_4_5,
                                "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':['object',"
                                        + "'null'],'additionalProperties':{'type':'integer'},'description':'D.'}}}")
                        .at("/output_config/format/schema"))
                .isEqualTo(json("{'type':['object','null'],'additionalProperties':false,'description':'D. "
                        + "(additionalProperties: {\\'type\\':\\'integer\\'})'}"));
    }

    @Test
    void aSchemaWhoseValueIsNullIsNone() {
        TranslatedRequest written =
                write(SONNET_4_5, "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':null}}");
        assertThat(written.body().has("output_config")).isFalse();
        assertThat(written.at("/tool_choice/name").asText()).isEqualTo("json_output");
    }

    @Test
    void hostsOfClaudeKnowNoSchemas() {
        TranslatedRequest written = TranslatedRequest.of(
                DIALECT,
                Providers.at(PathStyle.VERTEX, PROVIDER),
                SONNET_4_5,
                "{" + HI + ",'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':"
                        + "'object'}}}}");
        assertThat(written.body().has("output_config")).isFalse();
        assertThat(written.verdicts()).contains("response_format=emulated(a tool)");
    }

    @Test
    void noModelGoesOnWithAnAssistantBesideASchema() {
        TranslatedRequest written = TranslatedRequest.of(
                DIALECT,
                PROVIDER,
                SONNET_4_5,
                "{'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'{'}],'response_format':"
                        + "{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}}}");
        assertThat(written.at("/messages")).hasSize(3);
        assertThat(written.verdicts()).contains("messages=emulated(a user turn at the end)");
    }

    @Test
    void aSchemaByAToolWhereTheModelKnowsNone() {
        String format = "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object',"
                + "'properties':{'age':{'type':'integer','minimum':0}}}}}";
        TranslatedRequest written = write(OLD, format);
        assertThat(written.at("/tools/0/name").asText()).isEqualTo("json_output");
        assertThat(written.at("/tools/0/input_schema/properties/age/minimum").asInt())
                .isZero();
        assertThat(written.at("/tool_choice"))
                .isEqualTo(json("{'type':'tool','name':'json_output','disable_parallel_tool_use':true}"));
        assertThat(written.call().question().jsonTool()).isEqualTo("json_output");
        TranslatedRequest withTools = write(
                OLD, format + ",'tools':[{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}]");
        assertThat(withTools.at("/tools")).hasSize(1);
        assertThat(withTools.at("/system/0/text").asText())
                .contains("JSON Schema")
                .contains("\"minimum\":0");
        assertThat(withTools.call().question().jsonInText()).isTrue();
    }

    @Test
    void aSchemaOfAListIsAskedForInWords() {
        TranslatedRequest written = write(
                OLD,
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'array','items':{}}}}");
        assertThat(written.body().has("tools")).isFalse();
        assertThat(written.call().question().jsonInText()).isTrue();
        assertThat(written.at("/system/0/text").asText()).contains("\"type\":\"array\"");
    }

    @Test
    void aSchemaThatRefersToItselfIsNotEnforced() {
        TranslatedRequest written = write(
                SONNET_4_5,
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object','properties':"
                        + "{'next':{'$ref':'#/$defs/node'}},'$defs':{'node':{'type':'object','properties':{'next':"
                        + "{'$ref':'#/$defs/node'}}}}}}}");
        assertThat(written.body().has("output_config")).isFalse();
        assertThat(written.at("/tools/0/input_schema/$defs/node").isObject()).isTrue();
        assertThat(written.verdicts()).contains("response_format=emulated(a tool)");
    }

    @Test
    void anyJsonIsAskedForInWords() {
        TranslatedRequest written = write(SONNET_4_5, "'response_format':{'type':'json_object'}");
        assertThat(written.at("/system/0/text").asText()).contains("one JSON object");
        assertThat(written.call().question().jsonInText()).isTrue();
        assertThat(written.verdicts()).contains("response_format=emulated(an instruction)");
        assertThat(write(SONNET_4_5, "'response_format':{'type':'text'}").body().has("system"))
                .isFalse();
    }

    @Test
    void aSchemaBesideAnEffort() {
        JsonNode config = write(
                        OPUS_4_6,
                        "'reasoning_effort':'low','response_format':{'type':'json_schema','json_schema':{'name':'n',"
                                + "'schema':{'type':'object'}}}")
                .at("/output_config");
        assertThat(config.at("/effort").asText()).isEqualTo("low");
        assertThat(config.at("/format/type").asText()).isEqualTo("json_schema");
    }

    @Test
    void theWebIsSearchedByAToolOfAnthropics() {
        TranslatedRequest written = write(
                SONNET_4_5,
                "'web_search_options':{'search_context_size':'low','user_location':{'type':'approximate','approximate':"
                        + "{'city':'Solo','country':'ID','region':null}}}");
        assertThat(written.at("/tools/0"))
                .isEqualTo(json("{'type':'web_search_20250305','name':'web_search','user_location':"
                        + "{'type':'approximate','city':'Solo','country':'ID'}}"));
        assertThat(written.verdicts()).contains("web_search_options=emulated(tool web_search)");
    }
}
