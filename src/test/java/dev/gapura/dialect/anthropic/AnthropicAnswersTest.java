package dev.gapura.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.RecordedAnswers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of the Messages API, case by case; `'` stands for `"`. Written after the documented events.
class AnthropicAnswersTest {
    private static final Dialect DIALECT = new AnthropicDialect(RecordedAnswers.ERRORS);
    private static final Question QUESTION = Question.plain(AnthropicRequestWriterTest.PROVIDER, "m");

    private static final String START = "{'type':'message_start','message':{'id':'msg_1','model':'claude-x','usage':"
            + "{'input_tokens':5,'output_tokens':1}}}";
    private static final String STOP = "{'type':'message_stop'}";

    private static String block(int index, String block, String... deltas) {
        StringBuilder events = new StringBuilder();
        events.append("{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}\n");
        for (String delta : deltas) {
            events.append("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}\n");
        }
        return events.append("{'type':'content_block_stop','index':" + index + "}")
                .toString();
    }

    private static String text(int index, String text) {
        return block(index, "{'type':'text','text':''}", "{'type':'text_delta','text':'" + text + "'}");
    }

    private static String end(String reason) {
        return "{'type':'message_delta','delta':{'stop_reason':'" + reason + "'},'usage':{'output_tokens':7}}";
    }

    private static byte[] sse(String... events) {
        StringBuilder text = new StringBuilder();
        for (String event : String.join("\n", events).split("\n")) {
            text.append("event: x\ndata: ").append(event.replace('\'', '"')).append("\n\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Folded stream(String... events) {
        return Folding.stream(DIALECT, QUESTION, sse(events), -1);
    }

    private static Folded plain(String body) {
        return Folding.plain(DIALECT, QUESTION, body.replace('\'', '"'));
    }

    private static JsonNode usage(Folded folded) {
        return Objects.requireNonNull(folded.answer(), () -> "failed: " + folded.failure())
                .get("usage");
    }

    private static JsonNode json(String text) {
        return AnthropicRequestWriterTest.json(text);
    }

    @Test
    void streamedAndPlainMeanTheSame() {
        String cited = "{'type':'web_search_result_location','url':'https://x.example','title':'X','cited_text':'c',"
                + "'encrypted_index':'e'}";
        Folded plain = plain(
                "{'type':'message','id':'msg_1','model':'claude-x','content':[{'type':'thinking','thinking':'Hm.',"
                        + "'signature':'c2ln'},{'type':'redacted_thinking','data':'c2VhbA'},{'type':'text','text':'a 🙂 b'},"
                        + "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{}},"
                        + "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[]},{'type':'text','text':'cd',"
                        + "'citations':[" + cited
                        + ",{'type':'char_location','document_index':0}]},{'type':'tool_use','id':'toolu_1',"
                        + "'name':'f','input':{'a':1}},{'type':'tool_use','id':'toolu_2','name':'g','input':{}}],"
                        + "'stop_reason':'tool_use','usage':{'input_tokens':5,'cache_read_input_tokens':3,"
                        + "'cache_creation_input_tokens':2,'output_tokens':7,'output_tokens_details':{'thinking_tokens':4}}}");
        Folded streamed = stream(
                "{'type':'message_start','message':{'id':'msg_1','model':'claude-x','usage':{'input_tokens':5,"
                        + "'cache_read_input_tokens':3,'cache_creation_input_tokens':2,'output_tokens':1}}}",
                "{'type':'ping'}",
                block(
                        0,
                        "{'type':'thinking','thinking':'','signature':''}",
                        "{'type':'thinking_delta','thinking':'H'}",
                        "{'type':'thinking_delta','thinking':'m.'}",
                        "{'type':'signature_delta','signature':'c2ln'}"),
                block(1, "{'type':'redacted_thinking','data':'c2VhbA'}"),
                block(2, "{'type':'text','text':'a '}", "{'type':'text_delta','text':'🙂 b'}"),
                block(
                        3,
                        "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{}}",
                        "{'type':'input_json_delta','partial_json':'{}'}"),
                block(4, "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[]}"),
                block(
                        5,
                        "{'type':'text','text':'','citations':[]}",
                        "{'type':'citations_delta','citation':" + cited + "}",
                        "{'type':'text_delta','text':'cd'}"),
                block(
                        6,
                        "{'type':'tool_use','id':'toolu_1','name':'f','input':{}}",
                        "{'type':'input_json_delta','partial_json':''}",
                        "{'type':'input_json_delta','partial_json':'{\\'a\\':'}",
                        "{'type':'input_json_delta','partial_json':'1}'}"),
                block(
                        7,
                        "{'type':'tool_use','id':'toolu_2','name':'g','input':{}}",
                        "{'type':'input_json_delta','partial_json':''}"),
                "{'type':'message_delta','delta':{'stop_reason':'tool_use'},'usage':{'output_tokens':7,"
                        + "'output_tokens_details':{'thinking_tokens':4}}}",
                STOP);
        assertThat(streamed.answer()).isEqualTo(plain.answer());
        JsonNode message = plain.message();
        assertThat(message.get("content").asText()).isEqualTo("a 🙂 bcd");
        assertThat(message.get("reasoning_content").asText()).isEqualTo("Hm.");
        assertThat(message.get("reasoning_details"))
                .isEqualTo(json("[{'type':'reasoning.text','format':'anthropic-claude-v1','index':0,'text':'Hm.',"
                        + "'signature':'c2ln','model':'asked-model'},{'type':'reasoning.encrypted','format':"
                        + "'anthropic-claude-v1','index':1,'data':'c2VhbA','model':'asked-model'}]"));
        assertThat(message.get("annotations"))
                .as("positions count characters")
                .isEqualTo(json("[{'type':'url_citation','url_citation':{'start_index':5,'end_index':7,'url':"
                        + "'https://x.example','title':'X'}}]"));
        assertThat(message.at("/tool_calls").findValuesAsText("id")).containsExactly("toolu_1", "toolu_2");
        assertThat(message.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"a\":1}");
        assertThat(message.at("/tool_calls/1/function/arguments").asText()).isEqualTo("{}");
        assertThat(plain.finish()).isEqualTo("tool_calls");
        assertThat(usage(plain))
                .isEqualTo(
                        json(
                                "{'prompt_tokens':10,'completion_tokens':7,'total_tokens':17,'prompt_tokens_details':"
                                        + "{'cached_tokens':3,'cache_write_tokens':2},'completion_tokens_details':{'reasoning_tokens':4}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn,stop,",
        "stop_sequence,stop,stop_sequence",
        "max_tokens,length,",
        "model_context_window_exceeded,length,model_context_window_exceeded",
        "refusal,content_filter,refusal",
        "compaction,stop,compaction",
        "something_new,stop,something_new"
    })
    void reasonsToStop(String reason, String finish, String own) {
        for (Folded folded : List.of(
                stream(START, text(0, "a"), end(reason), STOP),
                plain("{'type':'message','id':'m','model':'c','content':[{'type':'text','text':'a'}],'stop_reason':'"
                        + reason + "','usage':{'input_tokens':1,'output_tokens':1}}"))) {
            assertThat(folded.finish()).isEqualTo(finish);
            JsonNode answer = Objects.requireNonNull(folded.answer());
            assertThat(answer.at("/choices/0/native_finish_reason").asText(null))
                    .isEqualTo(own);
        }
    }

    @Test
    void aRefusalHasWords() {
        String details = ",'stop_details':{'category':'cyber','explanation':'Not that.'}";
        String delta = "{'type':'message_delta','delta':{'stop_reason':'refusal'%s},'usage':{'output_tokens':1}}";
        Folded told = stream(START, delta.formatted(details), STOP);
        assertThat(told.message().get("refusal").asText()).isEqualTo("Not that.");
        assertThat(told.message().get("content").isNull()).isTrue();
        assertThat(stream(START, delta.formatted(""), STOP)
                        .message()
                        .get("refusal")
                        .asText())
                .isNotBlank();
        Folded plain = plain("{'type':'message','id':'m','model':'c','content':[],'stop_reason':'refusal'" + details
                + ",'usage':{'input_tokens':1,'output_tokens':1}}");
        assertThat(plain.message().get("refusal").asText()).isEqualTo("Not that.");
    }

    @Test
    void anEmptyAnswerIsAnEmptyText() {
        assertThat(stream(START, end("end_turn"), STOP).message().get("content").asText(null))
                .isEmpty();
    }

    @Test
    void aMessageBeginsOnce() {
        Folded twice = stream(START, START, text(0, "a"), end("end_turn"), STOP);
        assertThat(twice.message().get("content").asText()).isEqualTo("a");
        Folded other = stream(START, text(0, "a"), START.replace("msg_1", "msg_2"), end("end_turn"), STOP);
        assertThat(Objects.requireNonNull(other.failure()).kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @Test
    void laterCountersReplaceEarlierOnes() {
        Folded repeated = stream(
                "{'type':'message_start','message':{'id':'m','model':'c','usage':{'input_tokens':5,"
                        + "'cache_read_input_tokens':100,'cache_creation_input_tokens':20,'output_tokens':1}}}",
                text(0, "a"),
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'input_tokens':5,"
                        + "'cache_read_input_tokens':100,'cache_creation_input_tokens':20,'output_tokens':7}}",
                STOP);
        assertThat(usage(repeated))
                .isEqualTo(json("{'prompt_tokens':125,'completion_tokens':7,'total_tokens':132,'prompt_tokens_details':"
                        + "{'cached_tokens':100,'cache_write_tokens':20}}"));
        Folded split = stream(
                "{'type':'message_start','message':{'id':'m','model':'c','usage':{'input_tokens':125,'output_tokens':0}}}",
                text(0, "a"),
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'input_tokens':25,"
                        + "'cache_read_input_tokens':100,'cache_creation_input_tokens':null,'output_tokens':7}}",
                STOP);
        assertThat(usage(split))
                .isEqualTo(json("{'prompt_tokens':125,'completion_tokens':7,'total_tokens':132,'prompt_tokens_details':"
                        + "{'cached_tokens':100}}"));
    }

    @Test
    void whatShorteningTheConversationCostIsCounted() {
        String usage =
                "'usage':{'input_tokens':10,'output_tokens':5,'iterations':[%s{'type':'message','input_tokens':10,"
                        + "'output_tokens':5}]}";
        String answer = "{'type':'message','id':'m','model':'c','content':[{'type':'text','text':'a'}],'stop_reason':"
                + "'end_turn'," + usage + "}";
        Folded compacted = plain(answer.formatted("{'type':'compaction','input_tokens':900,'output_tokens':40},"));
        assertThat(usage(compacted)).isEqualTo(json("{'prompt_tokens':910,'completion_tokens':45,'total_tokens':955}"));
        Folded advised = plain(answer.formatted("{'type':'advisor','input_tokens':900,'output_tokens':40},"));
        assertThat(usage(advised).get("prompt_tokens").asInt()).isEqualTo(10);
        Folded fallen = plain(answer.formatted("{'type':'compaction','input_tokens':900,'output_tokens':40},"
                + "{'type':'fallback_message','input_tokens':1,'output_tokens':1},"));
        assertThat(usage(fallen).get("prompt_tokens").asInt()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "overloaded_error,PROVIDER_OVERLOADED",
        "rate_limit_error,PROVIDER_RATE_LIMITED",
        "api_error,PROVIDER_FAILED",
        "authentication_error,PROVIDER_AUTH",
        "permission_error,PROVIDER_AUTH",
        "billing_error,PROVIDER_QUOTA",
        "not_found_error,PROVIDER_NOT_FOUND",
        "request_too_large,PROVIDER_TOO_LARGE",
        "timeout_error,PROVIDER_TIMEOUT",
        "invalid_request_error,PROVIDER_REJECTED",
        "something_new,PROVIDER_FAILED"
    })
    void errorsInAStream(String type, FailureKind kind) {
        String error = "{'type':'error','error':{'type':'" + type + "','message':'No.'}}";
        assertThat(Objects.requireNonNull(stream(error).failure()).kind()).isEqualTo(kind);
        assertThat(Objects.requireNonNull(stream(START, text(0, "a"), error).failure())
                        .kind())
                .isEqualTo(kind);
        assertThat(Objects.requireNonNull(plain(error).failure()).kind()).isEqualTo(kind);
    }

    @Test
    void argumentsThatAreThereAtOnce() {
        Folded folded = stream(
                START,
                block(0, "{'type':'tool_use','id':'toolu_1','name':'f','input':{'a':1}}"),
                end("tool_use"),
                STOP);
        assertThat(folded.message().at("/tool_calls/0/function/arguments").asText())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void callsHaveIdsAndTheirReason() {
        Folded folded =
                stream(START, block(0, "{'type':'tool_use','id':'','name':'f','input':{}}"), end("end_turn"), STOP);
        assertThat(folded.message().at("/tool_calls/0/id").asText()).matches("call_[A-Za-z0-9]{24}");
        assertThat(folded.message().get("content").isNull()).isTrue();
        assertThat(folded.finish()).isEqualTo("tool_calls");
    }

    @Test
    void aPausedTurnIsToldWithItsBlocks() {
        List<ChatEvent> events = new ArrayList<>();
        byte[] bytes = sse(
                START,
                block(
                        0,
                        "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{}}",
                        "{'type':'input_json_delta','partial_json':'{\\'query\\':\\'q\\'}'}"),
                end("pause_turn"),
                STOP);
        var reader = DIALECT.stream(QUESTION);
        reader.feed(bytes, 0, bytes.length, events::add);
        reader.end(events::add);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        ChatEvent.Paused.class,
                        paused -> assertThat(
                                        ((Part.Opaque) paused.turn().parts().getFirst()).value())
                                .isEqualTo(
                                        json(
                                                "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{'query':'q'}}")));
        assertThat(events).noneMatch(ChatEvent.Finished.class::isInstance);
    }

    @Test
    void aStreamWithoutItsEndIsCut() {
        assertThat(Objects.requireNonNull(stream(START, text(0, "a")).failure()).kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(Objects.requireNonNull(stream(START, text(0, "a"), STOP).failure())
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
    }

    @Test
    void eventsAndBlocksThatNobodyKnowsAreLeftOut() {
        Folded folded = stream(
                START,
                "{'type':'something_new'}",
                block(0, "{'type':'new_block'}", "{'type':'new_delta'}"),
                block(1, "{'type':'text','text':''}", "{'type':'new_delta'}", "{'type':'text_delta','text':'a'}"),
                end("end_turn"),
                STOP);
        assertThat(folded.message().get("content").asText()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{'type':'message','content':'a','stop_reason':'end_turn'}",
                "{'type':'message','content':[]}",
                "<html>"
            })
    void answersThatCannotBeRead(String body) {
        assertThat(Objects.requireNonNull(plain(body).failure()).kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }
}
