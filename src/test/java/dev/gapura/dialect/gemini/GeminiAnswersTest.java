package dev.gapura.dialect.gemini;

import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.DIALECT;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.STUDIO;
import static dev.gapura.dialect.gemini.GeminiRequestWriterTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Gemini, case by case; `'` stands for `"`. Written after the documented types.
class GeminiAnswersTest {
    private static final Question QUESTION = Question.plain(STUDIO, "m");

    private static String response(String parts, String candidate, String more) {
        return "{'candidates':[{'content':{'role':'model','parts':[" + parts + "]}" + candidate + "}]" + more + "}";
    }

    private static Folded plain(String body) {
        return Folding.plain(DIALECT, QUESTION, body.replace('\'', '"'));
    }

    private static Folded stream(String... responses) {
        StringBuilder text = new StringBuilder();
        for (String response : responses) {
            text.append("data: ").append(response.replace('\'', '"')).append("\r\n\r\n");
        }
        return Folding.stream(DIALECT, QUESTION, text.toString());
    }

    private static JsonNode answer(Folded folded) {
        return Objects.requireNonNull(folded.answer(), () -> "failed: " + folded.failure());
    }

    private static FailureKind kind(Folded folded) {
        return Objects.requireNonNull(folded.failure()).kind();
    }

    private static final String STOP = ",'finishReason':'STOP'";
    private static final String USAGE =
            ",'usageMetadata':{'promptTokenCount':10,'candidatesTokenCount':5,'totalTokenCount':15}";

    @Test
    void streamedAndPlainMeanTheSame() {
        String thought = "{'text':'Hm','thought':true}";
        String sealed = "{'text':'','thought':true,'thoughtSignature':'s0'}";
        String text = "{'text':'a€'}";
        String call = "{'functionCall':{'id':'c1','name':'f','args':{'a':1}},'thoughtSignature':'s1'}";
        String bare = "{'functionCall':{'id':'c2','name':'g'}}";
        String code = "{'executableCode':{'language':'PYTHON','code':'1'}},{'codeExecutionResult':{'output':'1'}}";
        String last = "{'text':'','thoughtSignature':'s2'}";
        String usage = ",'responseId':'r1','modelVersion':'gemini-x','usageMetadata':{'promptTokenCount':10,"
                + "'cachedContentTokenCount':4,'toolUsePromptTokenCount':2,'candidatesTokenCount':5,'thoughtsTokenCount':3,"
                + "'totalTokenCount':20,'promptTokensDetails':[{'modality':'TEXT','tokenCount':8},{'modality':'IMAGE',"
                + "'tokenCount':2}],'candidatesTokensDetails':[{'modality':'AUDIO','tokenCount':1}]}";
        String head = ",'responseId':'r1','modelVersion':'gemini-x','usageMetadata':{'trafficType':'ON_DEMAND'}";
        Folded plain = plain(response(String.join(",", thought, sealed, text, call, bare, code, last), STOP, usage));
        Folded streamed = stream(
                response(thought, "", head),
                response(sealed, "", head),
                response(text, "", head),
                response(call + "," + bare, "", head),
                response(code, "", head),
                response(last, STOP, usage));
        assertThat(answer(streamed)).isEqualTo(answer(plain));
        JsonNode message = plain.message();
        assertThat(message.get("content").asText()).isEqualTo("a€");
        assertThat(message.get("reasoning_content").asText()).isEqualTo("Hm");
        assertThat(message.get("tool_calls"))
                .isEqualTo(json("[{'id':'c1','type':'function','function':{'name':'f','arguments':'{\\'a\\':1}'},"
                        + "'extra_content':{'google':{'thought_signature':'s1'}}},{'id':'c2','type':'function','function':"
                        + "{'name':'g','arguments':'{}'}}]"));
        assertThat(message.get("reasoning_details"))
                .isEqualTo(json(
                        "[{'type':'reasoning.text','format':'google-gemini-v1','index':0,'text':'','signature':'s0'},"
                                + "{'type':'reasoning.encrypted','id':'c1','format':'google-gemini-v1','index':1,'data':'s1'},"
                                + "{'type':'reasoning.encrypted','format':'google-gemini-v1','index':2,'data':'s2'}]"));
        assertThat(plain.finish()).isEqualTo("tool_calls");
        assertThat(answer(plain).get("id").asText()).isEqualTo("r1");
        assertThat(answer(plain).get("model").asText()).isEqualTo("gemini-x");
        assertThat(answer(plain).get("usage"))
                .isEqualTo(json("{'prompt_tokens':12,'completion_tokens':8,'total_tokens':20,'prompt_tokens_details':"
                        + "{'cached_tokens':4,'image_tokens':2},'completion_tokens_details':{'reasoning_tokens':3,"
                        + "'audio_tokens':1}}"));
    }

    @Test
    void candidatesThatHoldTheThoughtsAlready() {
        Folded held = plain(response(
                "{'text':'a'}",
                STOP,
                ",'usageMetadata':{'promptTokenCount':10,'candidatesTokenCount':8,'thoughtsTokenCount':3,'totalTokenCount':"
                        + "18}"));
        assertThat(answer(held).at("/usage/completion_tokens").asInt()).isEqualTo(8);
        assertThat(answer(held)
                        .at("/usage/completion_tokens_details/reasoning_tokens")
                        .asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "STOP,stop,",
        "1,stop,",
        "MAX_TOKENS,length,",
        "2,length,",
        "SAFETY,content_filter,SAFETY",
        "RECITATION,content_filter,RECITATION",
        "LANGUAGE,content_filter,LANGUAGE",
        "BLOCKLIST,content_filter,BLOCKLIST",
        "PROHIBITED_CONTENT,content_filter,PROHIBITED_CONTENT",
        "SPII,content_filter,SPII",
        "IMAGE_SAFETY,content_filter,IMAGE_SAFETY",
        "SOMETHING_NEW,stop,SOMETHING_NEW"
    })
    void reasonsToFinish(String reason, String finish, String own) {
        Folded folded = stream(response("{'text':'a'}", ",'finishReason':'" + reason + "'", USAGE));
        assertThat(folded.finish()).isEqualTo(finish);
        assertThat(answer(folded).at("/choices/0/native_finish_reason").asText(null))
                .isEqualTo(own);
        assertThat(folded.message().get("content").asText()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MALFORMED_FUNCTION_CALL",
                "UNEXPECTED_TOOL_CALL",
                "TOO_MANY_TOOL_CALLS",
                "MALFORMED_RESPONSE",
                "MISSING_THOUGHT_SIGNATURE",
                "NO_IMAGE",
                "IMAGE_OTHER",
                "OTHER"
            })
    void reasonsThatAreNoGoodEnd(String reason) {
        String broken = response("", ",'finishReason':'" + reason + "'", USAGE);
        assertThat(kind(plain(broken))).isEqualTo(FailureKind.PROVIDER_FAILED);
        assertThat(kind(stream(broken))).isEqualTo(FailureKind.PROVIDER_FAILED);
        assertThat(Objects.requireNonNull(plain(broken).failure()).code())
                .isEqualTo("finish_reason_" + reason.toLowerCase(Locale.ROOT));
    }

    @Test
    void aBlockedPrompt() {
        String blocked =
                "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'%s},'usageMetadata':{'promptTokenCount':3,"
                        + "'totalTokenCount':3}}";
        for (Folded folded : new Folded[] {plain(blocked.formatted("")), stream(blocked.formatted(""))}) {
            assertThat(folded.finish()).isEqualTo("content_filter");
            assertThat(folded.message().get("content").isNull()).isTrue();
            assertThat(folded.message().get("refusal").asText()).isNotBlank();
            assertThat(answer(folded).at("/choices/0/native_finish_reason").asText())
                    .isEqualTo("PROHIBITED_CONTENT");
            assertThat(answer(folded).at("/usage/prompt_tokens").asInt()).isEqualTo(3);
        }
        assertThat(plain(blocked.formatted(",'blockReasonMessage':'Not that.'"))
                        .message()
                        .get("refusal")
                        .asText())
                .isEqualTo("Not that.");
    }

    @Test
    void aCandidateWithoutContent() {
        Folded filtered = plain("{'candidates':[{'finishReason':'SAFETY','finishMessage':'Unsafe.'}]" + USAGE + "}");
        assertThat(filtered.finish()).isEqualTo("content_filter");
        assertThat(filtered.message().get("content").isNull()).isTrue();
        assertThat(filtered.message().get("refusal").asText()).isEqualTo("Unsafe.");
        Folded partly = plain(response("{'text':'a'}", ",'finishReason':'SAFETY'", USAGE));
        assertThat(partly.message().get("refusal").isNull()).isTrue();
        Folded empty = plain("{'candidates':[{'finishReason':'STOP'}]" + USAGE + "}");
        assertThat(empty.message().get("content").asText(null)).isEmpty();
        assertThat(empty.finish()).isEqualTo("stop");
    }

    @Test
    void sourcesCountCharactersAndNotBytes() {
        String grounding =
                ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'https://a.example','title':'A'}},{'web':"
                        + "{'uri':'https://b.example','title':'B'}},{'retrievedContext':{'uri':'gs://c','title':'C'}}],"
                        + "'groundingSupports':[{'segment':{'endIndex':9,'text':'é🙂€'},'groundingChunkIndices':[0]},{'segment':"
                        + "{'startIndex':9,'endIndex':11,'text':'ab'},'groundingChunkIndices':[0,1]}]}";
        Folded folded = stream(
                response("{'text':'é🙂'}", "", ""),
                // é is 2 bytes, the smile 4, the euro 3.
                response("{'text':'€ab'}", STOP + grounding, USAGE));
        assertThat(folded.message().get("annotations"))
                .isEqualTo(json("[{'type':'url_citation','url_citation':{'start_index':0,'end_index':3,'url':"
                        + "'https://a.example','title':'A'}},{'type':'url_citation','url_citation':{'start_index':3,'end_index':"
                        + "5,'url':'https://a.example','title':'A'}},{'type':'url_citation','url_citation':{'start_index':3,"
                        + "'end_index':5,'url':'https://b.example','title':'B'}},{'type':'url_citation','url_citation':"
                        + "{'start_index':0,'end_index':5,'url':'gs://c','title':'C'}}]"));
        Folded cited = plain(response(
                "{'text':'éa'}",
                STOP
                        + ",'citationMetadata':{'citationSources':[{'startIndex':2,'endIndex':3,'uri':'https://x.example'},"
                        + "{'startIndex':0,'endIndex':1}]}",
                USAGE));
        assertThat(cited.message().get("annotations"))
                .isEqualTo(json("[{'type':'url_citation','url_citation':{'start_index':1,'end_index':2,'url':"
                        + "'https://x.example','title':''}}]"));
    }

    @Test
    void picturesAndSound() {
        Folded drawn = plain(response("{'inlineData':{'mimeType':'image/png','data':'AA=='}}", STOP, USAGE));
        assertThat(drawn.message().get("images"))
                .isEqualTo(json("[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA=='}}]"));
        assertThat(drawn.message().get("content").isNull()).isTrue();
        Folded spoken = stream(
                response("{'inlineData':{'mimeType':'audio/L16;rate=24000','data':'AA=='}}", "", ""),
                response("{'inlineData':{'mimeType':'audio/L16;rate=24000','data':'AQ=='}}", STOP, USAGE));
        assertThat(spoken.message().get("audio"))
                .isEqualTo(json("{'id':'audio_0','data':'AAE=','transcript':'','expires_at':0}"));
    }

    @Test
    void logProbabilities() {
        String chosen = "[{'token':'é','tokenId':7,'logProbability':-0.5},{'token':'b'}]";
        String top = "[{'candidates':[{'token':'é','logProbability':-0.5},{'token':'a','logProbability':-2}]}]";
        Folded folded = plain(response(
                "{'text':'éb'}",
                STOP + ",'logprobsResult':{'chosenCandidates':" + chosen + ",'topCandidates':" + top + "}",
                USAGE));
        assertThat(answer(folded).at("/choices/0/logprobs"))
                .isEqualTo(
                        json("{'content':[{'token':'é','logprob':-0.5,'bytes':[195,169],'top_logprobs':[{'token':'é',"
                                + "'logprob':-0.5,'bytes':[195,169]},{'token':'a','logprob':-2,'bytes':[97]}]},{'token':'b','logprob':0,"
                                + "'bytes':[98],'top_logprobs':[]}],'refusal':null}"));
    }

    @Test
    void argumentsInPieces() {
        Folded folded = stream(
                response("{'functionCall':{'name':'f','willContinue':true}}", "", ""),
                response(
                        "{'functionCall':{'partialArgs':[{'jsonPath':'$.city','stringValue':'So','willContinue':true}],"
                                + "'willContinue':true}}",
                        "",
                        ""),
                response(
                        "{'functionCall':{'partialArgs':[{'jsonPath':'$.city','stringValue':'lo'},{'jsonPath':'$.days[0].n',"
                                + "'numberValue':2},{'jsonPath':'$.days[1]','boolValue':true},{'jsonPath':'$.none','nullValue':"
                                + "'NULL_VALUE'}],'willContinue':true}}",
                        "",
                        ""),
                response("{'functionCall':{}}", STOP, USAGE));
        assertThat(folded.message()
                        .at("/tool_calls/0/function/arguments")
                        .asText()
                        .replace('"', '\''))
                .isEqualTo("{'city':'Solo','days':[{'n':2},true],'none':null}");
        assertThat(folded.finish()).isEqualTo("tool_calls");
    }

    @Test
    void callsHaveIdsOfTheirOwn() {
        Folded folded = plain(response("{'functionCall':{'name':'f'}},{'functionCall':{'name':'f'}}", STOP, USAGE));
        JsonNode calls = folded.message().get("tool_calls");
        assertThat(calls.findValuesAsText("id"))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("call_[A-Za-z0-9]{24}"));
    }

    @Test
    void severalCandidates() {
        Folded folded =
                plain("{'candidates':[{'index':1,'content':{'parts':[{'text':'b'}]},'finishReason':'MAX_TOKENS'},"
                        + "{'content':{'parts':[{'text':'a'}]},'finishReason':'STOP'}]" + USAGE + "}");
        assertThat(answer(folded).at("/choices/0/message/content").asText()).isEqualTo("a");
        assertThat(answer(folded).at("/choices/1/message/content").asText()).isEqualTo("b");
        assertThat(answer(folded).at("/choices/1/finish_reason").asText()).isEqualTo("length");
    }

    @Test
    void theReasonMayComeTwiceAndUsageLater() {
        Folded folded =
                stream(response("{'text':'a'}", STOP, ""), response("", STOP, ""), "{" + USAGE.substring(1) + "}");
        assertThat(folded.message().get("content").asText()).isEqualTo("a");
        assertThat(answer(folded).at("/usage/total_tokens").asInt()).isEqualTo(15);
    }

    @Test
    void aStreamWithoutAReasonIsCut() {
        assertThat(kind(stream(response("{'text':'a'}", "", USAGE)))).isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(kind(stream())).isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(kind(plain(response("{'text':'a'}", "", USAGE)))).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @Test
    void aStreamMayBeAnArray() {
        String array = "[" + response("{'text':'a]}'}", "", "") + ",\n" + response("{'text':'b'}", STOP, USAGE) + "]";
        for (int seed = 0; seed < 5; seed++) {
            Folded folded =
                    Folding.stream(DIALECT, QUESTION, array.replace('\'', '"').getBytes(StandardCharsets.UTF_8), seed);
            assertThat(folded.message().get("content").asText()).isEqualTo("a]}b");
        }
    }

    @Test
    void errorsInAStream() {
        String error = "{'error':{'code':429,'message':'Slow down.','status':'RESOURCE_EXHAUSTED','details':[{'@type':"
                + "'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'34.4s'}]}}";
        assertThat(kind(stream(error))).isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        assertThat(Objects.requireNonNull(stream(error).failure()).retryAfter()).isEqualTo(Duration.ofMillis(34_400));
        assertThat(kind(stream(response("{'text':'a'}", "", ""), error))).isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        assertThat(kind(plain("[" + error + "]"))).isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        String overloaded = "{'error':{'code':503,'message':'Busy.','status':'UNAVAILABLE'}}";
        assertThat(kind(stream(overloaded))).isEqualTo(FailureKind.PROVIDER_OVERLOADED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "7", "<html>", "{'candidates':[]}"})
    void answersThatCannotBeRead(String body) {
        assertThat(kind(plain(body))).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }
}
