package dev.gapura.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.responses.Responses.Sent;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Chat requests as the Responses API gets them; single quotes stand for double ones. Written from documentation; that
/// recorded requests survive is tested with the recordings.
class ResponsesRequestWriterTest {
    private static final String HELLO = "'messages':[{'role':'user','content':'Hello'}]";

    @Test
    void aPlainRequestIsStatelessAndAsksForSealedReasoning() {
        assertThat(send("gpt-5", HELLO).body())
                .isEqualTo(node("{'model':'gpt-5','input':[{'role':'user','content':'Hello'}],"
                        + "'include':['reasoning.encrypted_content'],'store':false}"));
        assertThat(send("gpt-5", HELLO + ",'stream':true").body().get("stream_options"))
                .isEqualTo(node("{'include_obfuscation':false}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // limits
                "gpt-5 | 'max_completion_tokens':100 | 'max_output_tokens':100 | max_completion_tokens=renamed(max_output_tokens)",
                "gpt-5 | 'max_tokens':4 | 'max_output_tokens':16 | max_tokens=clamped(4→16)",
                // reasoning
                "gpt-5-pro | 'reasoning_effort':'low' | 'reasoning':{'effort':'high','summary':'auto'} | reasoning_effort=clamped(low→high)",
                "gpt-5 | 'reasoning_effort':'low' | 'reasoning':{'effort':'low','summary':'auto'} | reasoning_effort=converted(reasoning.effort)",
                "gpt-5.1 | 'reasoning_effort':'none' | 'reasoning':{'effort':'none'} | reasoning_effort=converted(reasoning.effort)",
                "gpt-4o | 'reasoning_effort':'low' | | reasoning_effort=stripped",
                // sampling
                "gpt-5 | 'temperature':0.5,'top_p':1 | 'top_p':1 | temperature=stripped",
                "gpt-5.1 | 'temperature':0.5,'reasoning_effort':'low' | 'reasoning':{'effort':'low','summary':'auto'} | reasoning_effort=converted(reasoning.effort), temperature=stripped",
                "gpt-4o | 'temperature':0.5 | 'temperature':0.5 |",
                // forms
                "gpt-5 | 'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}},'verbosity':'low' | 'text':{'format':{'type':'json_schema','name':'n','schema':{'type':'object'},'strict':false},'verbosity':'low'} | response_format=converted(text.format), verbosity=converted(text.verbosity)",
                "gpt-5 | 'response_format':{'type':'json_object'} | 'text':{'format':{'type':'json_object'}} | response_format=converted(text.format)",
                // same
                "gpt-5 | 'service_tier':'flex','metadata':{'a':'b'},'prompt_cache_key':'k','safety_identifier':'s','user':'u' | 'metadata':{'a':'b'},'user':'u','safety_identifier':'s','prompt_cache_key':'k','service_tier':'flex' |",
                // what chat alone has
                "gpt-5 | 'stop':['x'],'seed':1,'logit_bias':{'1':1},'frequency_penalty':1,'prediction':{'a':1},'top_k':3,'fancy':1 | | stop=stripped, seed=stripped, logit_bias=stripped, frequency_penalty=stripped, prediction=stripped, top_k=stripped, fancy=stripped",
                "gpt-5 | 'store':true | | store=stripped",
                "gpt-5 | 'store':false,'modalities':['text'] | |",
                "gpt-5 | 'previous_response_id':'resp_1','background':true | | previous_response_id=stripped, background=stripped",
            })
    void fieldsGoToTheirPlaces(String model, String fields, @Nullable String out, @Nullable String verdicts) {
        Sent sent = send(model, HELLO + "," + fields);

        assertThat(sent.body())
                .isEqualTo(node("{'model':'" + model + "','input':[{'role':'user','content':'Hello'}]"
                        + (out == null ? "" : "," + out)
                        + ",'include':['reasoning.encrypted_content'],'store':false}"));
        assertThat(sent.verdicts()).isEqualTo(verdicts == null ? "" : verdicts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "gpt-5 | 'logprobs':true | logprobs",
                "gpt-5 | 'audio':{'voice':'a','format':'wav'} | audio",
                "gpt-5 | 'modalities':['audio'] | modalities",
            })
    void whatChangesTheAnswerIsRefused(String model, String fields, String param) {
        assertThatThrownBy(() -> send(model, HELLO + "," + fields))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.failure().param()).isEqualTo(param));
    }

    @Test
    void whatTheCallerWantsSentIsSent() {
        JsonNode body = Responses.send(
                        Responses.provider("openai"),
                        "gpt-5",
                        quoted("{" + HELLO
                                + ",'previous_response_id':'resp_1','include':['x'],'store':true,'stop':['a']}"),
                        "ignore")
                .body();

        assertThat(body.get("previous_response_id").asText()).isEqualTo("resp_1");
        assertThat(body.get("include")).isEqualTo(node("['reasoning.encrypted_content','x']"));
        assertThat(body.get("store").asBoolean()).isTrue();
        assertThat(body.get("stop")).isEqualTo(node("['a']"));
    }

    @Test
    void logProbabilitiesAreIncludedWhereTheModelGivesThem() {
        JsonNode body =
                send("gpt-4o", HELLO + ",'logprobs':true,'top_logprobs':2").body();

        assertThat(body.get("include"))
                .isEqualTo(node("['reasoning.encrypted_content','message.output_text.logprobs']"));
        assertThat(body.get("top_logprobs").asInt()).isEqualTo(2);
    }

    @Test
    void turnsBecomeItemsInTheirOrder() {
        JsonNode input = send(
                        "gpt-5",
                        "'messages':[{'role':'developer','content':'s'},{'role':'user','name':'x','content':[{'type':'text',"
                                + "'text':'a'},{'type':'image_url','image_url':{'url':'https://i.example/a.png','detail':'low'}},"
                                + "{'type':'file','file':{'file_id':'file_1'}}]},"
                                + "{'role':'assistant','content':'Well','reasoning_details':[{'type':'reasoning.encrypted',"
                                + "'data':'sealed','id':'rs_1','format':'openai-responses-v1','index':0}],"
                                + "'tool_calls':[{'id':'call_1','type':'function','function':{'name':'gong','arguments':''}}]},"
                                + "{'role':'tool','tool_call_id':'call_1','content':'8'}],"
                                + "'tools':[{'type':'function','function':{'name':'gong'}}]")
                .body()
                .get("input");

        assertThat(input.get(0)).isEqualTo(node("{'role':'developer','content':'s'}"));
        assertThat(input.get(1))
                .isEqualTo(
                        node(
                                "{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_image',"
                                        + "'image_url':'https://i.example/a.png','detail':'low'},{'type':'input_file','file_id':'file_1'}]}"));
        assertThat(input.get(2))
                .isEqualTo(node("{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'sealed'}"));
        assertThat(input.get(3)).isEqualTo(node("{'role':'assistant','content':'Well'}"));
        assertThat(input.get(4).get("type").asText()).isEqualTo("function_call");
        assertThat(input.get(4).get("call_id").asText()).isEqualTo("call_1");
        assertThat(input.get(5)).isEqualTo(node("{'type':'function_call_output','call_id':'call_1','output':'8'}"));
    }

    @Test
    void foreignThoughtsStayBehind() {
        JsonNode input = send(
                        "gpt-5",
                        "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b','thinking_blocks':"
                                + "[{'type':'thinking','thinking':'t','signature':'s'}]},{'role':'user','content':'c'}]")
                .body()
                .get("input");

        assertThat(input).hasSize(3);
        assertThat(input.toString()).doesNotContain("reasoning", "signature");
    }

    @Test
    void longIdsOfCallsAreMadeToFitForCallAndResult() {
        String id = "x".repeat(80);
        JsonNode input = send(
                        "gpt-5",
                        "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':null,'tool_calls':[{'id':'"
                                + id
                                + "','type':'function','function':{'name':'gong','arguments':'{}'}}]},{'role':'tool',"
                                + "'tool_call_id':'" + id + "','content':'8'}]")
                .body()
                .get("input");

        String sent = input.get(1).get("call_id").asText();
        assertThat(sent).hasSizeLessThanOrEqualTo(64);
        assertThat(input.get(2).get("call_id").asText()).isEqualTo(sent);
    }

    @Test
    void toolsAreFlatAndSayWhetherTheyAreStrict() {
        JsonNode body = send(
                        "gpt-5",
                        HELLO + ",'tools':[{'type':'function','function':{'name':'gong','description':'d'}},"
                                + "{'type':'function','function':{'name':'bell','parameters':{'type':'object'},'strict':true}},"
                                + "{'type':'custom','custom':{'name':'free','format':{'type':'grammar','grammar':"
                                + "{'syntax':'lark','definition':'x'}}}},{'type':'web_search'}],"
                                + "'tool_choice':{'type':'function','function':{'name':'gong'}},'parallel_tool_calls':false")
                .body();

        assertThat(body.get("tools"))
                .isEqualTo(node("[{'type':'function','name':'gong','description':'d','parameters':{'type':'object',"
                        + "'properties':{}},'strict':false},{'type':'function','name':'bell','parameters':{'type':'object'},"
                        + "'strict':true},{'type':'custom','name':'free','format':{'type':'grammar','syntax':'lark',"
                        + "'definition':'x'}},{'type':'web_search'}]"));
        assertThat(body.get("tool_choice")).isEqualTo(node("{'type':'function','name':'gong'}"));
        assertThat(body.get("parallel_tool_calls").asBoolean()).isFalse();
    }

    @Test
    void freeTextToolsAreFunctionsForModelsThatKnowNoOthers() {
        Sent sent = send("gpt-4o", HELLO + ",'tools':[{'type':'custom','custom':{'name':'free'}}]");

        assertThat(sent.body().at("/tools/0/type").asText()).isEqualTo("function");
        assertThat(sent.call().question().customTools()).containsExactly("free");
        assertThat(sent.verdicts()).isEqualTo("tools=emulated(free)");
    }

    @Test
    void searchingTheWebIsATool() {
        Sent sent = send(
                "gpt-5",
                HELLO + ",'web_search_options':{'search_context_size':'low','user_location':{'type':'approximate',"
                        + "'approximate':{'city':'Solo'}}}");

        assertThat(sent.body().get("tools"))
                .isEqualTo(
                        node("[{'type':'web_search','search_context_size':'low','user_location':{'type':'approximate',"
                                + "'city':'Solo'}}]"));
        assertThat(sent.verdicts()).isEqualTo("web_search_options=converted(tool web_search)");
    }

    @Test
    void marksOfCachingGoToModelsThatKnowThem() {
        String marked =
                "'messages':[{'role':'user','content':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]}]";

        assertThat(send("gpt-5.6", marked)
                        .body()
                        .at("/input/0/content/0/prompt_cache_breakpoint/mode")
                        .asText())
                .isEqualTo("explicit");
        assertThat(send("gpt-5", marked).verdicts()).contains("stripped");
    }

    @Test
    void aMessageOfWhichNothingIsLeftIsNotSent() {
        String sound = "'messages':[{'role':'user','content':[{'type':'input_audio','input_audio':"
                + "{'data':'AAAA','format':'wav'}}]},{'role':'user','content':'a'}]";

        Sent sent = Responses.send(Responses.provider("openai"), "gpt-5", quoted("{" + sound + "}"), "messages=strip");
        assertThat(sent.body().get("input")).isEqualTo(node("[{'role':'user','content':'a'}]"));
    }

    @Test
    void whatHasNoWordsIsTheCallersToLeaveOut() {
        String sound =
                "'messages':[{'role':'user','content':[{'type':'text','text':'a'},{'type':'input_audio','input_audio':"
                        + "{'data':'AAAA','format':'wav'}}]}]";

        assertThatThrownBy(() -> send("gpt-5", sound)).isInstanceOf(GatewayException.class);
        for (String policy : new String[] {"messages=strip", "ignore"}) {
            Sent sent = Responses.send(Responses.provider("openai"), "gpt-5", quoted("{" + sound + "}"), policy);
            assertThat(sent.body().get("input")).isEqualTo(node("[{'role':'user','content':'a'}]"));
            assertThat(sent.verdicts()).contains("messages=stripped(messages[0].content");
        }
    }

    @Test
    void grokHasItsOwnLimits() {
        Sent sent = Responses.send(
                "xai",
                "grok-4.6",
                quoted("{" + HELLO + ",'top_logprobs':20,'logprobs':true,'service_tier':'flex','metadata':{'a':'b'},"
                        + "'prompt_cache_key':'k','reasoning_effort':'max'}"));

        assertThat(sent.body().get("top_logprobs").asInt()).isEqualTo(8);
        assertThat(sent.body().get("prompt_cache_key").asText()).isEqualTo("k");
        assertThat(sent.body().at("/reasoning/effort").asText()).isEqualTo("xhigh");
        assertThat(sent.verdicts())
                .contains("service_tier=stripped", "metadata=stripped", "top_logprobs=clamped(20→8)");
    }

    private static Sent send(String model, String members) {
        return Responses.send("openai", model, quoted("{" + members + "}"));
    }

    private static JsonNode node(String json) {
        return Objects.requireNonNull(JsonTree.readOrNull(quoted(json)));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
