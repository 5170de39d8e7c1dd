package dev.gapura.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.Question;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of the Responses API as a chat client reads them; single quotes stand for double ones. Written from
/// documentation; recorded answers are read with the recordings.
class ResponsesAnswersTest {
    private static final Question QUESTION = Responses.question("openai");

    private static final String REASONING =
            "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'Hm.'}],'encrypted_content':'sealed'}";
    private static final String SEARCH = "{'type':'web_search_call','id':'ws_1','status':'completed'}";
    private static final String MESSAGE =
            "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':[{'type':'output_text','text':"
                    + "'Four gongs','annotations':[{'type':'url_citation','start_index':0,'end_index':4,'url':"
                    + "'https://a.example','title':'A'},{'type':'file_citation','file_id':'f','index':0}]}]}";
    private static final String CALL =
            "{'type':'function_call','id':'fc_1','call_id':'call_1','name':'gong','arguments':'{}','status':'completed'}";
    private static final String USAGE =
            "'usage':{'input_tokens':9,'input_tokens_details':{'cached_tokens':4},'output_tokens':5,"
                    + "'output_tokens_details':{'reasoning_tokens':2},'total_tokens':14}";

    @Test
    void everyItemFindsItsPlace() {
        JsonNode chat = chat(response("completed", REASONING + "," + SEARCH + "," + MESSAGE + "," + CALL, USAGE));
        JsonNode message = chat.at("/choices/0/message");

        assertThat(chat.get("id").asText()).isEqualTo("resp_1");
        assertThat(message.get("content").asText()).isEqualTo("Four gongs");
        assertThat(message.get("reasoning_content").asText()).isEqualTo("Hm.");
        assertThat(message.at("/reasoning_details").toString()).contains("sealed");
        assertThat(message.get("annotations")).hasSize(1);
        assertThat(message.at("/annotations/0/url_citation/url").asText()).isEqualTo("https://a.example");
        assertThat(message.get("tool_calls")).hasSize(1);
        assertThat(message.at("/tool_calls/0/id").asText()).isEqualTo("call_1");
        assertThat(chat.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(chat.at("/usage/prompt_tokens").asInt()).isEqualTo(9);
        assertThat(chat.at("/usage/total_tokens").asInt()).isEqualTo(14);
        assertThat(chat.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isEqualTo(4);
        assertThat(chat.at("/usage/completion_tokens_details/reasoning_tokens").asInt())
                .isEqualTo(2);
    }

    @Test
    void streamedAndPlainMeanTheSame() {
        String whole = response("completed", REASONING + "," + MESSAGE + "," + CALL, USAGE);
        String stream =
                event("{'type':'response.created','response':{'id':'resp_1','model':'m','status':'in_progress'}}")
                        + event(
                                "{'type':'response.output_item.added','output_index':0,'item':{'type':'reasoning','id':'rs_1','summary':[]}}")
                        + event(
                                "{'type':'response.reasoning_summary_text.delta','item_id':'rs_1','output_index':0,'summary_index':0,'delta':'H'}")
                        + event(
                                "{'type':'response.reasoning_summary_text.done','item_id':'rs_1','output_index':0,'summary_index':0,'text':'Hm.'}")
                        + event("{'type':'response.output_item.done','output_index':0,'item':" + REASONING + "}")
                        + event(
                                "{'type':'response.output_text.delta','item_id':'msg_1','output_index':1,'content_index':0,'delta':'Four '}")
                        + event(
                                "{'type':'response.output_text.delta','item_id':'msg_1','output_index':1,'content_index':0,'delta':'gongs'}")
                        + event("{'type':'response.output_item.done','output_index':1,'item':" + MESSAGE + "}")
                        + event(
                                "{'type':'response.output_item.added','output_index':2,'item':{'type':'function_call','id':'fc_1',"
                                        + "'call_id':'call_1','name':'gong','arguments':''}}")
                        + event(
                                "{'type':'response.function_call_arguments.delta','item_id':'fc_1','output_index':2,'delta':'{}'}")
                        + event("{'type':'response.completed','response':" + whole + "}");
        JsonNode plain = chat(whole);

        for (long seed = 0; seed < 20; seed++) {
            List<ChatEvent> events =
                    Responses.stream(QUESTION, Responses.slices(stream.getBytes(StandardCharsets.UTF_8), seed));
            assertThat(Responses.chat(QUESTION, events)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "completed, , stop, ",
        "incomplete, max_output_tokens, length, ",
        "incomplete, content_filter, content_filter, ",
        "incomplete, max_prompt_tokens, length, max_prompt_tokens",
    })
    void statusesAreFinishReasons(String status, @Nullable String detail, String reason, @Nullable String ownWord) {
        JsonNode choice = chat(response(
                        status, MESSAGE, detail == null ? USAGE : "'incomplete_details':{'reason':'" + detail + "'}"))
                .at("/choices/0");

        assertThat(choice.get("finish_reason").asText()).isEqualTo(reason);
        assertThat(choice.path("native_finish_reason").textValue()).isEqualTo(ownWord);
    }

    @Test
    void refusalsAreRefusals() {
        JsonNode message = chat(response(
                        "completed",
                        "{'type':'message','id':'m','role':'assistant','content':[{'type':'refusal','refusal':'No.'}]}",
                        USAGE))
                .at("/choices/0/message");

        assertThat(message.get("refusal").asText()).isEqualTo("No.");
        assertThat(message.get("content").asText("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed | {'code':'server_error','message':'x'} | PROVIDER_FAILED | server_error",
                "failed | {'code':'rate_limit_exceeded','message':'x'} | PROVIDER_RATE_LIMITED | rate_limit_exceeded",
                "failed | {'code':'invalid_prompt','message':'x'} | PROVIDER_REJECTED | invalid_prompt",
                "failed | {'code':'bio_policy','message':'x'} | PROVIDER_REJECTED | content_policy_violation",
                "failed | {'code':'image_content_policy_violation','message':'x'} | PROVIDER_REJECTED | content_policy_violation",
                "failed | {'code':'failed_to_download_image','message':'x'} | PROVIDER_REJECTED | failed_to_download_image",
                "completed | {'code':'server_error','message':'x'} | PROVIDER_FAILED | server_error",
                "cancelled | null | PROVIDER_FAILED | finish_reason_cancelled",
                "in_progress | null | PROVIDER_FAILED | finish_reason_in_progress",
            })
    void failedRunsAreFailures(String status, String error, FailureKind kind, String code) {
        String response = response(status, MESSAGE, "'error':" + error.replace('\'', '"'));

        Failure plain = failure(Responses.answer(QUESTION, response.getBytes(StandardCharsets.UTF_8)));
        assertThat(plain.kind()).isEqualTo(kind);
        assertThat(plain.code()).isEqualTo(code);
        if (status.equals("failed")) {
            assertThat(failure(Responses.stream(
                            QUESTION, event("{'type':'response.failed','response':" + response + "}"))))
                    .isEqualTo(plain);
        }
    }

    @Test
    void errorsInsideAStreamEndIt() {
        String begun = event(
                "{'type':'response.output_text.delta','item_id':'m','output_index':0,'content_index':0,'delta':'F'}");

        assertThat(failure(
                                Responses.stream(
                                        QUESTION,
                                        begun
                                                + event(
                                                        "{'type':'error','code':'rate_limit_exceeded','message':'x','param':null}")))
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
        assertThat(failure(Responses.stream(QUESTION, begun)).kind()).isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(failure(Responses.stream(QUESTION, begun + "data: [DONE]\n\n"))
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(failure(Responses.stream(QUESTION, begun + "data: {broken\n\n"))
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @Test
    void whatOnlyTheClientCouldActOnAndCannotBeSaidIsNoAnswer() {
        assertThat(failure(Responses.answer(
                                QUESTION,
                                response("completed", "{'type':'computer_call','id':'c'}", USAGE)
                                        .getBytes(StandardCharsets.UTF_8)))
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "[]", "{'output':{}}", "{broken", "{'id':'x','object':'response','output':[]}"})
    void whatIsNoAnswerIsUnreadable(String body) {
        assertThat(failure(Responses.answer(QUESTION, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    private static String response(String status, String output, String more) {
        return ("{'id':'resp_1','object':'response','model':'m','status':'" + status + "','output':[" + output + "],"
                        + more + "}")
                .replace('\'', '"');
    }

    private static String event(String data) {
        JsonNode event = Objects.requireNonNull(JsonTree.readOrNull(data.replace('\'', '"')));
        return "event: " + event.get("type").asText() + "\ndata: " + JsonTree.text(event) + "\n\n";
    }

    private static JsonNode chat(String response) {
        return Responses.chat(QUESTION, Responses.answer(QUESTION, response.getBytes(StandardCharsets.UTF_8)));
    }

    private static Failure failure(List<ChatEvent> events) {
        return Objects.requireNonNull(Responses.fold(QUESTION, events).failure());
    }
}
