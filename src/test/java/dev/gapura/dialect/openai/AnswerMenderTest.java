package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.Providers;
import dev.gapura.wire.JsonTree;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is made of answers that depart from the dialect; single quotes stand for double ones. Whole streams and answers
/// are tested with the fixtures and the recordings.
class AnswerMenderTest {
    @ParameterizedTest
    @ValueSource(strings = {"openai", "azure"})
    void theDialectsOwnProvidersAreNeverMended(String provider) {
        assertThat(AnswerMender.of(Providers.of(provider), "gpt-4o")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "stop, stop, ",
        "eos, stop, eos",
        "end_turn, stop, end_turn",
        "model_length, length, model_length",
        "sensitive, content_filter, sensitive",
        "length, length, ",
        "content_filter, content_filter, ",
        "function_call, function_call, ",
        "'', stop, ",
    })
    void finishReasonsAreThoseThatClientsKnow(String said, String told, String ownWord) {
        JsonNode choice = whole("corp", "{'choices':[{'message':{'content':'a'},'finish_reason':'" + said + "'}]}")
                .at("/choices/0");

        assertThat(choice.get("finish_reason").asText()).isEqualTo(told);
        assertThat(choice.path("native_finish_reason").textValue()).isEqualTo(ownWord);
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "insufficient_system_resource", "network_error"})
    void whatSaysThatTheAnswerFailedIsNoGoodEnd(String said) {
        assertThat(whole("corp", "{'choices':[{'message':{'content':'a'},'finish_reason':'" + said + "'}]}")
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo(said);
    }

    @Test
    void theProvidersOwnWordStaysWhereItToldIt() {
        assertThat(whole("openrouter", "{'choices':[{'message':{},'finish_reason':'x','native_finish_reason':'STOP'}]}")
                        .at("/choices/0/native_finish_reason")
                        .asText())
                .isEqualTo("STOP");
    }

    @Test
    void callsWithoutAnIdGetOne() {
        JsonNode call = chunk(
                        "corp",
                        "{'choices':[{'index':0,'delta':{'tool_calls':[{'function':{'name':'gong','arguments':'{}'},"
                                + "'extra_content':{'a':1}}]}}]}")
                .at("/choices/0/delta/tool_calls/0");

        assertThat(call.get("id").asText()).startsWith("call_").hasSize(29);
        assertThat(call.get("index").asInt()).isZero();
        assertThat(call.get("type").asText()).isEqualTo("function");
        assertThat(call.at("/extra_content/a").asInt()).isEqualTo(1);
    }

    @Test
    void sourcesBesideTheChoicesBecomeAnnotationsOnce() {
        AnswerMender mender = Objects.requireNonNull(AnswerMender.of(Providers.of("perplexity"), "sonar"));
        String sources =
                "'citations':['https://a.example','https://b.example'],'search_results':[{'url':'https://b.example',"
                        + "'title':'B'}]";
        ObjectNode first =
                node("{" + sources + ",'choices':[{'index':0,'delta':{'content':'x'},'message':{'content':'x'}}]}");
        ObjectNode last = node("{" + sources + ",'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}");
        mender.chunk(first);
        mender.chunk(last);

        assertThat(first.at("/choices/0")).isEqualTo(node("{'index':0,'delta':{'content':'x'}}"));
        assertThat(last.at("/choices/0/delta/annotations").toString())
                .isEqualTo(quoted("[{'type':'url_citation','url_citation':{'start_index':0,'end_index':0,"
                        + "'url':'https://a.example','title':''}},{'type':'url_citation','url_citation':{'start_index':0,"
                        + "'end_index':0,'url':'https://b.example','title':'B'}}]"));
        assertThat(last.has("citations")).isTrue();
        assertThat(whole("xai", "{" + sources + ",'choices':[{'message':{'content':'x'},'finish_reason':'stop'}]}")
                        .at("/choices/0/message/annotations")
                        .size())
                .isEqualTo(2);
        assertThat(whole("corp", "{" + sources + ",'choices':[{'message':{'content':'x'},'finish_reason':'stop'}]}")
                        .at("/choices/0/message")
                        .has("annotations"))
                .isFalse();
    }

    @Test
    void logProbabilitiesSideBySideAreNested() {
        JsonNode logprobs = whole(
                        "together",
                        "{'choices':[{'message':{'content':'ab'},'finish_reason':'stop','logprobs':{'tokens':['a','b'],"
                                + "'token_logprobs':[-0.5,null],'top_logprobs':[{'a':-0.5,'c':-2}]}}]}")
                .at("/choices/0/logprobs");

        assertThat(logprobs)
                .isEqualTo(node("{'content':[{'token':'a','logprob':-0.5,'bytes':null,'top_logprobs':[{'token':'a',"
                        + "'logprob':-0.5,'bytes':null},{'token':'c','logprob':-2,'bytes':null}]},{'token':'b',"
                        + "'logprob':0,'bytes':null,'top_logprobs':[]}]}"));
        assertThat(chunk("together", "{'choices':[{'index':0,'delta':{'content':'a'},'logprobs':-0.5}]}")
                        .at("/choices/0/logprobs/content/0/logprob")
                        .asDouble())
                .isEqualTo(-0.5);
        assertThat(whole(
                                "together",
                                "{'choices':[{'message':{},'finish_reason':'stop','logprobs':{'content':[{'token':'a'}]}}]}")
                        .at("/choices/0/logprobs/content/0/token")
                        .asText())
                .isEqualTo("a");
    }

    @Test
    void nothingElseIsTouched() {
        String answer =
                "{'id':'x','fancy':1.50,'choices':[{'index':0,'seed':7,'message':{'role':'assistant','content':'a'},"
                        + "'finish_reason':'stop'}],'usage':{'prompt_tokens':9,'completion_tokens':2,'total_tokens':11,'cost':0.10}}";

        assertThat(whole("corp", answer)).isEqualTo(node(answer));
    }

    private static JsonNode whole(String provider, String answer) {
        ObjectNode node = node(answer);
        Objects.requireNonNull(AnswerMender.of(Providers.of(provider), "m")).whole(node);
        return node;
    }

    private static JsonNode chunk(String provider, String chunk) {
        ObjectNode node = node(chunk);
        Objects.requireNonNull(AnswerMender.of(Providers.of(provider), "m")).chunk(node);
        return node;
    }

    private static ObjectNode node(String json) {
        return (ObjectNode) Objects.requireNonNull(JsonTree.readOrNull(quoted(json)));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
