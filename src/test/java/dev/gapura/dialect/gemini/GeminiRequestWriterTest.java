package dev.gapura.dialect.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.TranslatedRequest;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields of a chat request in Gemini's language: all but the conversation and the tools.
class GeminiRequestWriterTest {
    static final Dialect DIALECT = new GeminiDialect(RecordedAnswers.ERRORS);
    static final Provider STUDIO = Providers.of("gemini");
    static final Provider VERTEX = Providers.at(PathStyle.VERTEX, STUDIO);

    /// Answers several times, takes penalties, tells log probabilities, does not think.
    static final String FLASH_2_0 = "gemini-2.0-flash";

    /// Thinks by a budget, or not at all.
    static final String FLASH_2_5 = "gemini-2.5-flash";

    /// Thinks by a budget and always.
    static final String PRO_2_5 = "gemini-2.5-pro";

    /// Thinks by levels, signs its calls.
    static final String FLASH_3 = "gemini-3-flash-preview";

    static final String PRO_3 = "gemini-3-pro-preview";
    static final String GEMMA = "gemma-3-27b-it";
    static final String SPEAKER = "gemini-2.5-flash-preview-tts";
    static final String PAINTER = "gemini-2.5-flash-image";

    static final String HI = "'messages':[{'role':'user','content':'Hi'}]";

    static TranslatedRequest write(String model, String fields) {
        return write(STUDIO, model, fields, UnsupportedPolicy.DEFAULT);
    }

    static TranslatedRequest write(Provider provider, String model, String fields, UnsupportedPolicy policy) {
        return TranslatedRequest.of(
                DIALECT, provider, model, "{" + HI + (fields.isEmpty() ? "" : ",") + fields + "}", policy);
    }

    static UnsupportedPolicy policy(String header) {
        return Objects.requireNonNull(UnsupportedPolicy.parse(header));
    }

    static JsonNode json(String text) {
        return Objects.requireNonNull(JsonTree.readOrNull(text.replace('\'', '"')), text);
    }

    static void refused(String param, Runnable write) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(write::run)
                .satisfies(refusal -> assertThat(refusal.failure().param()).isEqualTo(param))
                .satisfies(refusal -> assertThat(refusal.failure().status()).isEqualTo(400));
    }

    private static JsonNode config(String model, String fields) {
        return write(model, fields).at("/generationConfig");
    }

    @Test
    void theLeastRequest() {
        TranslatedRequest written = write(FLASH_3, "");
        assertThat(new String(written.call().body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}");
        assertThat(written.call().path()).isEqualTo("/v1beta/models/gemini-3-flash-preview:generateContent");
        assertThat(written.call().headers()).isEmpty();
        assertThat(written.verdicts()).isEmpty();
    }

    @Test
    void theSameRequestIsTheSameBytes() {
        String fields = "'stop':['a'],'seed':7,'tools':[{'type':'function','function':{'name':'f',"
                + "'parameters':{'type':'object','properties':{'z':{},'a':{}}}}}]";
        assertThat(write(FLASH_3, fields).call().body())
                .isEqualTo(write(FLASH_3, fields).call().body());
    }

    @Test
    void thePathNamesModelAndManner() {
        assertThat(write(FLASH_3, "'stream':true").call().path())
                .isEqualTo("/v1beta/models/gemini-3-flash-preview:streamGenerateContent?alt=sse");
        assertThat(write("tunedModels/mine", "").call().path()).isEqualTo("/v1beta/tunedModels/mine:generateContent");
        assertThat(write(VERTEX, "endpoints/123", "", UnsupportedPolicy.DEFAULT)
                        .call()
                        .path())
                .isEqualTo("/endpoints/123:generateContent");
        assertThat(write(VERTEX, FLASH_3, "'stream':true", UnsupportedPolicy.DEFAULT)
                        .call()
                        .path())
                .isEqualTo("/publishers/google/models/gemini-3-flash-preview:streamGenerateContent?alt=sse");
        assertThat(write("a b?c", "").call().path()).isEqualTo("/v1beta/models/a%20b%3Fc:generateContent");
    }

    @Test
    void fieldsUnderOtherNames() {
        TranslatedRequest written =
                write(FLASH_3, "'max_tokens':50,'temperature':1.5,'top_p':0.9,'top_k':40,'stop':'END','seed':7");
        assertThat(written.at("/generationConfig"))
                .isEqualTo(json("{'maxOutputTokens':50,'temperature':1.5,'topP':0.9,'topK':40,'stopSequences':['END'],"
                        + "'seed':7}"));
        assertThat(written.verdicts())
                .contains(
                        "max_tokens=renamed(maxOutputTokens)",
                        "top_p=renamed(topP)",
                        "top_k=renamed(topK)",
                        "stop=renamed(stopSequences)")
                .doesNotContain("max_completion_tokens");
        assertThat(write(FLASH_3, "'max_completion_tokens':50").verdicts())
                .isEqualTo("max_completion_tokens=renamed(maxOutputTokens)");
    }

    @Test
    void ofTwoLimitsTheNewerNameWins() {
        TranslatedRequest written = write(FLASH_3, "'max_completion_tokens':50,'max_tokens':9");
        assertThat(written.at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(50);
        assertThat(written.verdicts()).contains("max_tokens=stripped");
    }

    @Test
    void seedsOf64BitsBecomeOnesOf32() {
        TranslatedRequest written = write(FLASH_3, "'seed':9007199254740993");
        assertThat(written.at("/generationConfig/seed").canConvertToInt()).isTrue();
        assertThat(written.verdicts()).contains("seed=converted(9007199254740993→");
        assertThat(config(FLASH_3, "'seed':9007199254740993")).isEqualTo(written.at("/generationConfig"));
        assertThat(config(FLASH_3, "'seed':-5").at("/seed").asInt()).isEqualTo(-5);
    }

    @Test
    void severalAnswersWhereTheModelGivesThem() {
        TranslatedRequest written = write(FLASH_2_0, "'n':3");
        assertThat(written.at("/generationConfig/candidateCount").asInt()).isEqualTo(3);
        assertThat(written.call().question().choices()).isEqualTo(3);
        assertThat(written.verdicts()).isEqualTo("n=renamed(candidateCount)");
        assertThat(config(FLASH_2_5, "'n':3").has("candidateCount")).isFalse();
        refused("n", () -> write(FLASH_2_0, "'n':9"));
    }

    @Test
    void penaltiesWhereTheModelTakesThem() {
        assertThat(config(FLASH_2_0, "'frequency_penalty':0.5,'presence_penalty':-1"))
                .isEqualTo(json("{'frequencyPenalty':0.5,'presencePenalty':-1}"));
        TranslatedRequest written = write(FLASH_3, "'frequency_penalty':0.5,'presence_penalty':0");
        assertThat(written.body().has("generationConfig")).isFalse();
        assertThat(written.verdicts()).isEqualTo("frequency_penalty=stripped");
    }

    @Test
    void logProbabilities() {
        assertThat(config(FLASH_2_0, "'logprobs':true,'top_logprobs':4"))
                .isEqualTo(json("{'responseLogprobs':true,'logprobs':4}"));
        assertThat(config(FLASH_2_0, "'logprobs':true,'top_logprobs':0")).isEqualTo(json("{'responseLogprobs':true}"));
        refused("logprobs", () -> write(FLASH_3, "'logprobs':true"));
        assertThat(write(VERTEX, FLASH_3, "'logprobs':true", UnsupportedPolicy.DEFAULT)
                        .at("/generationConfig/responseLogprobs")
                        .asBoolean())
                .isTrue();
        TranslatedRequest stripped =
                write(STUDIO, FLASH_3, "'logprobs':true,'top_logprobs':4", policy("logprobs=strip"));
        assertThat(stripped.body().has("generationConfig")).isFalse();
        assertThat(stripped.verdicts()).contains("logprobs=stripped", "top_logprobs=stripped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'logit_bias':{'50256':-100}",
                "'prediction':{'type':'content','content':'x'}",
                "'verbosity':'low'",
                "'user':'ana'",
                "'safety_identifier':'ana'",
                "'store':true",
                "'metadata':{'a':'b'}",
                "'prompt_cache_key':'k'",
                "'prompt_cache_options':{'mode':'explicit'}",
                "'cache_control':{'type':'ephemeral'}",
                "'something_new':1"
            })
    void hintsThatGeminiLacksAreLeftOut(String field) {
        String name = field.substring(1, field.indexOf("':"));
        TranslatedRequest written = write(FLASH_3, field);
        assertThat(written.body().size()).isEqualTo(1);
        assertThat(written.verdicts()).isEqualTo(name + "=stripped");
    }

    @Test
    void labelsOnVertex() {
        Provider labelled = new Provider(
                VERTEX.name(),
                VERTEX.dialect(),
                VERTEX.baseUrl(),
                VERTEX.path(),
                null,
                VERTEX.credentialHeader(),
                null,
                Map.of(),
                VERTEX.timeouts(),
                Profile.EVERYTHING,
                VERTEX.quirks(),
                null,
                null);
        TranslatedRequest taken = write(labelled, FLASH_3, "'metadata':{'team':'a'}", UnsupportedPolicy.DEFAULT);
        assertThat(taken.at("/labels")).isEqualTo(json("{'team':'a'}"));
        assertThat(taken.verdicts()).isEqualTo("metadata=renamed(labels)");
    }

    @ParameterizedTest
    @CsvSource({"auto,standard", "default,standard", "flex,flex", "priority,priority", "scale,priority", "fast,priority"
    })
    void serviceTiers(String asked, String sent) {
        String field = "'service_tier':'" + asked + "'";
        TranslatedRequest studio = write(FLASH_3, field);
        assertThat(studio.at("/serviceTier").asText()).isEqualTo(sent);
        assertThat(studio.verdicts()).isEqualTo("service_tier=converted(" + asked + "→" + sent + ")");
        TranslatedRequest vertex = write(VERTEX, FLASH_3, field, UnsupportedPolicy.DEFAULT);
        assertThat(vertex.body().has("serviceTier")).isFalse();
        assertThat(vertex.call().headers())
                .isEqualTo(
                        sent.equals("standard")
                                ? Map.of()
                                : Map.of(
                                        "x-vertex-ai-llm-request-type",
                                        "shared",
                                        "x-vertex-ai-llm-shared-request-type",
                                        sent));
    }

    @Test
    void safetySettingsPass() {
        TranslatedRequest written =
                write(FLASH_3, "'safety_settings':[{'category':'HARM_CATEGORY_HARASSMENT','threshold':'OFF'}]");
        assertThat(written.at("/safetySettings/0/threshold").asText()).isEqualTo("OFF");
        assertThat(written.verdicts()).isEqualTo("safety_settings=renamed(safetySettings)");
    }

    @Test
    void storedContentReplacesInstructionsAndTools() {
        TranslatedRequest written = TranslatedRequest.of(
                DIALECT,
                STUDIO,
                FLASH_3,
                "{'cached_content':'cachedContents/abc','messages':[{'role':'system','content':'S'},{'role':'user',"
                        + "'content':'Hi'}],'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':'auto'}");
        assertThat(written.body())
                .isEqualTo(json("{'cachedContent':'cachedContents/abc','contents':[{'role':'user','parts':[{'text':"
                        + "'Hi'}]}]}"));
        assertThat(written.verdicts())
                .contains(
                        "cached_content=renamed(cachedContent)",
                        "messages=stripped(instructions)",
                        "tools=stripped",
                        "tool_choice=stripped")
                .doesNotContain("tool_choice=converted");
        assertThat(write(FLASH_3, "'cached_content':''").body().has("cachedContent"))
                .isFalse();
    }

    @Test
    void aFormAskedInWordsIsAskedBesideStoredContentToo() {
        TranslatedRequest written =
                write(FLASH_2_0 + "-thinking", "'cached_content':'c','response_format':{'type':'json_object'}");
        assertThat(written.body().has("systemInstruction")).isFalse();
        assertThat(written.at("/contents/0/parts/1/text").asText()).contains("one JSON object");
        assertThat(written.call().question().jsonInText()).isTrue();
    }

    @Test
    void jsonAnswers() {
        TranslatedRequest any = write(FLASH_2_5, "'response_format':{'type':'json_object'}");
        assertThat(any.at("/generationConfig")).isEqualTo(json("{'responseMimeType':'application/json'}"));
        assertThat(any.verdicts()).isEqualTo("response_format=converted(responseMimeType)");
        TranslatedRequest schema = write(
                FLASH_2_5,
                "'response_format':{'type':'json_schema','json_schema':{'name':'n','strict':true,'schema':{'type':"
                        + "'object','properties':{'a':{'type':'string','pattern':'x'}},'required':['a'],"
                        + "'additionalProperties':false}}}");
        assertThat(schema.at("/generationConfig"))
                .isEqualTo(json("{'responseMimeType':'application/json','responseJsonSchema':{'type':'object',"
                        + "'properties':{'a':{'type':'string','description':'(pattern: \\'x\\')'}},'required':['a'],"
                        + "'additionalProperties':false}}"));
        assertThat(schema.verdicts()).isEqualTo("response_format=converted(responseJsonSchema)");
        assertThat(config(
                        FLASH_2_5, "'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':null}}"))
                .isEqualTo(json("{'responseMimeType':'application/json'}"));
        assertThat(write(FLASH_2_5, "'response_format':{'type':'text'}").body().size())
                .isEqualTo(1);
    }

    @Test
    void jsonAnswersBesideTools() {
        String fields =
                "'response_format':{'type':'json_object'},'tools':[{'type':'function','function':{'name':'f'}}]";
        TranslatedRequest older = write(FLASH_2_5, fields);
        assertThat(older.body().has("generationConfig")).isFalse();
        assertThat(older.at("/systemInstruction/parts/0/text").asText()).contains("one JSON object");
        assertThat(older.call().question().jsonInText()).isTrue();
        assertThat(older.verdicts()).contains("response_format=emulated(an instruction)");
        assertThat(write(FLASH_3, fields)
                        .at("/generationConfig/responseMimeType")
                        .asText())
                .isEqualTo("application/json");
        TranslatedRequest gemma = write(GEMMA, "'response_format':{'type':'json_object'}");
        assertThat(gemma.at("/contents/0/parts/0/text").asText()).contains("one JSON object");
        assertThat(gemma.body().has("systemInstruction")).isFalse();
    }

    @Test
    void spokenAnswers() {
        TranslatedRequest written =
                write(SPEAKER, "'modalities':['text','audio'],'audio':{'voice':'Kore','format':'wav'}");
        assertThat(written.at("/generationConfig"))
                .isEqualTo(json("{'responseModalities':['AUDIO'],'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':"
                        + "{'voiceName':'Kore'}}}}"));
        assertThat(written.verdicts()).contains("modalities=renamed(responseModalities)", "audio=converted(wav→pcm16)");
        assertThat(write(SPEAKER, "'modalities':['audio'],'audio':{'voice':{'id':'Puck'},'format':'pcm16'}")
                        .at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName")
                        .asText())
                .isEqualTo("Puck");
    }

    @Test
    void drawnAnswers() {
        TranslatedRequest written = write(PAINTER, "'modalities':['text','image']");
        assertThat(written.at("/generationConfig/responseModalities")).isEqualTo(json("['TEXT','IMAGE']"));
        assertThat(write(PAINTER, "'modalities':['text']").body().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        FLASH_2_5 + ",none,0",
        FLASH_2_5 + ",minimal,1310",
        FLASH_2_5 + ",low,6553",
        FLASH_2_5 + ",medium,19660",
        FLASH_2_5 + ",high,24576",
        FLASH_2_5 + ",max,24576",
        PRO_2_5 + ",none,128",
        PRO_2_5 + ",minimal,1310",
        PRO_2_5 + ",high,32768",
        "gemini-2.5-flash-lite,none,0",
        "gemini-2.5-flash-lite,minimal,1310"
    })
    void effortsBecomeBudgets(String model, String effort, int budget) {
        JsonNode thinking = config(model, "'reasoning_effort':'" + effort + "'").at("/thinkingConfig");
        assertThat(thinking.at("/thinkingBudget").asInt(-1)).isEqualTo(budget);
        assertThat(thinking.has("thinkingLevel")).isFalse();
        assertThat(thinking.path("includeThoughts").asBoolean()).isEqualTo(!effort.equals("none"));
    }

    @ParameterizedTest
    @CsvSource({
        FLASH_3 + ",none,minimal",
        FLASH_3 + ",minimal,minimal",
        FLASH_3 + ",medium,medium",
        FLASH_3 + ",xhigh,high",
        PRO_3 + ",none,low",
        PRO_3 + ",minimal,low",
        PRO_3 + ",medium,high",
        PRO_3 + ",max,high",
        "gemini-3.7-flash,minimal,low",
        "gemini-9-ultra,medium,medium"
    })
    void effortsBecomeLevels(String model, String effort, String level) {
        TranslatedRequest written = write(model, "'reasoning_effort':'" + effort + "'");
        assertThat(written.at("/generationConfig/thinkingConfig/thinkingLevel").asText())
                .isEqualTo(level);
        assertThat(written.at("/generationConfig/thinkingConfig").has("thinkingBudget"))
                .isFalse();
        assertThat(written.verdicts())
                .isEqualTo(
                        effort.equals(level)
                                ? "reasoning_effort=converted(thinkingLevel)"
                                : "reasoning_effort=clamped(" + effort + "→" + level + ")");
    }

    @Test
    void budgetsOfTheCaller() {
        TranslatedRequest written = write(FLASH_2_5, "'max_tokens':100,'reasoning':{'max_tokens':2000}");
        assertThat(written.at("/generationConfig"))
                .isEqualTo(json("{'maxOutputTokens':2100,'thinkingConfig':{'thinkingBudget':2000,'includeThoughts':"
                        + "true}}"));
        assertThat(written.verdicts()).contains("reasoning=converted(a budget of 2000)");
        assertThat(config(FLASH_2_5, "'thinking':{'type':'enabled','budget_tokens':90000}")
                        .at("/thinkingConfig/thinkingBudget")
                        .asInt())
                .isEqualTo(24_576);
        TranslatedRequest level = write(FLASH_3, "'thinking':{'type':'enabled','budget_tokens':9000}");
        assertThat(level.at("/generationConfig/thinkingConfig/thinkingLevel").asText())
                .isEqualTo("low");
        assertThat(level.verdicts()).isEqualTo("thinking=clamped(a budget of 9000→low)");
    }

    @Test
    void thoughtsAreShownOnlyOnRequest() {
        assertThat(write(FLASH_2_5, "").body().has("generationConfig")).isFalse();
        assertThat(config(FLASH_2_5, "'reasoning':{'effort':'low','exclude':true}")
                        .at("/thinkingConfig")
                        .has("includeThoughts"))
                .isFalse();
        assertThat(config(FLASH_2_5, "'reasoning':{'exclude':false}"))
                .isEqualTo(json("{'thinkingConfig':{'includeThoughts':true}}"));
    }

    @Test
    void modelsWhoseThinkingCannotBeChosen() {
        TranslatedRequest written = write(FLASH_2_0, "'reasoning_effort':'high'");
        assertThat(written.body().has("generationConfig")).isFalse();
        assertThat(written.verdicts()).isEqualTo("reasoning_effort=stripped");
        assertThat(write(FLASH_2_0, "'reasoning_effort':'none'").body().size()).isEqualTo(1);
    }

    @Test
    void geminisOwnWordsPassOnRequest() {
        TranslatedRequest written = write(
                STUDIO,
                FLASH_2_5,
                "'temperature':0.5,'generationConfig':{'audioTimestamp':true,'temperature':0.1},'seed':1",
                policy("ignore"));
        assertThat(written.at("/generationConfig"))
                .isEqualTo(json("{'temperature':0.1,'seed':1,'audioTimestamp':true}"));
        assertThat(written.verdicts()).contains("generationConfig=ignored");
    }
}
