package dev.gapura.dialect.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.EventStreams;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How answers are read whose shapes are documented: those that were recorded are in [BedrockRecordedAnswersTest].
class BedrockAnswersTest {
    private static final Question ASKED = Question.plain(Bedrock.PROVIDER, "m");
    private static final String USAGE = "'usage':{'inputTokens':5,'outputTokens':2,'totalTokens':7}";

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    private static Folded plain(String content, String reason) {
        return plain(ASKED, content, reason);
    }

    private static Folded plain(Question question, String content, String reason) {
        return Folding.plain(
                Bedrock.DIALECT,
                question,
                quoted("{'output':{'message':{'role':'assistant','content':[" + content + "]}},'stopReason':'" + reason
                        + "'," + USAGE + "}"));
    }

    /// A stream of these events, each as its type and its JSON.
    private static byte[] stream(String... typesAndEvents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < typesAndEvents.length; i += 2) {
            out.writeBytes(EventStreams.event(typesAndEvents[i], quoted(typesAndEvents[i + 1])));
        }
        return out.toByteArray();
    }

    private static Folded streamed(String... typesAndEvents) {
        return Folding.stream(Bedrock.DIALECT, ASKED, stream(typesAndEvents), 5);
    }

    private static final String[] TEXT = {"contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'Hi'}}"};

    private static JsonNode json(String text) {
        return JsonTree.readOrNull(quoted(text));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "tool_use, stop",
        "guardrail_intervened, content_filter",
        "content_filtered, content_filter",
        "something_new, stop"
    })
    void reasons(String reason, String finish) {
        assertThat(plain("{'text':'Hi'}", reason).finish()).isEqualTo(finish);
        assertThat(streamed(TEXT[0], TEXT[1], "messageStop", "{'stopReason':'" + reason + "'}")
                        .finish())
                .isEqualTo(finish);
    }

    @Test
    void theTextAtWhichClaudeStoppedIsTold() {
        for (String more : List.of("{'stop_sequence':'#'}", "{'delta':{'stop_sequence':'#'}}")) {
            JsonNode fields = json(more);
            assertThat(StopReasons.end(ASKED, "stop_sequence", fields))
                    .isEqualTo(new ChatEvent.Finished(0, FinishReason.STOP, "stop_sequence", "#"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"malformed_model_output", "malformed_tool_use"})
    void whatTheModelBrokeIsAFailure(String reason) {
        for (Folded broken : new Folded[] {
            plain("{'text':'Hi'}", reason), streamed(TEXT[0], TEXT[1], "messageStop", "{'stopReason':'" + reason + "'}")
        }) {
            assertThat(broken.failure().kind()).isEqualTo(FailureKind.PROVIDER_FAILED);
            assertThat(broken.failure().code()).isEqualTo("finish_reason_" + reason);
        }
    }

    @Test
    void unknownReasonsAreToldAsTheyAre() {
        JsonNode answer = plain("{'text':'Hi'}", "something_new").answer();

        assertThat(answer.at("/choices/0/native_finish_reason").asText()).isEqualTo("something_new");
    }

    @Test
    void theUsageMayComeBeforeTheEnd() {
        String metadata = "{" + USAGE + "}";
        String stop = "{'stopReason':'end_turn'}";
        Folded after = streamed(TEXT[0], TEXT[1], "messageStop", stop, "metadata", metadata);
        Folded before = streamed(TEXT[0], TEXT[1], "metadata", metadata, "messageStop", stop);

        assertThat(before.answer()).isEqualTo(after.answer());
        assertThat(before.answer().at("/usage/prompt_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void aStreamWithoutUsageIsWholeAndOneWithoutItsEndIsNot() {
        assertThat(streamed(TEXT[0], TEXT[1], "messageStop", "{'stopReason':'end_turn'}")
                        .finish())
                .isEqualTo("stop");
        assertThat(streamed(TEXT[0], TEXT[1], "metadata", "{" + USAGE + "}")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_CUT);
        assertThat(streamed("messageStop", "{}").failure().kind()).isEqualTo(FailureKind.PROVIDER_UNREADABLE);
    }

    @Test
    void tokensReadFromAndWrittenToTheCacheBelongToThePrompt() {
        JsonNode usage = Folding.plain(
                        Bedrock.DIALECT,
                        ASKED,
                        quoted("{'output':{'message':{'content':[{'text':'Hi'}]}},'stopReason':'end_turn','usage':"
                                + "{'inputTokens':5,'outputTokens':2,'totalTokens':37,'cacheReadInputTokens':10,"
                                + "'cacheWriteInputTokens':20,'cacheDetails':[{'ttl':'1h','inputTokens':20}]}}"))
                .answer()
                .get("usage");

        assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(35);
        assertThat(usage.get("total_tokens").asInt()).isEqualTo(37);
        assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(10);
        assertThat(usage.at("/prompt_tokens_details/cache_write_tokens").asInt())
                .isEqualTo(20);
    }

    @Test
    void theTierAndTheHourOfTheCacheAreKnownForThePrice() {
        String told = "'usage':{'inputTokens':5,'outputTokens':2,'cacheWriteInputTokens':30,'cacheDetails':["
                + "{'ttl':'5m','inputTokens':10},{'ttl':'1h','inputTokens':20}]},'serviceTier':{'type':'flex'}";
        List<ChatEvent> plain = new ArrayList<>();
        byte[] body = quoted("{'output':{'message':{'content':[]}},'stopReason':'end_turn'," + told + "}")
                .getBytes(StandardCharsets.UTF_8);
        Bedrock.DIALECT.answer(ASKED, body, body.length, plain::add);
        List<ChatEvent> streamed = new ArrayList<>();
        byte[] metadata = stream("metadata", "{" + told + "}");
        Bedrock.DIALECT.stream(ASKED).feed(metadata, 0, metadata.length, streamed::add);

        Usage usage = new Usage(35, 2, Usage.UNKNOWN, 30, Usage.UNKNOWN)
                .with(Map.of(Usage.Part.CACHE_WRITE_HOUR, 20L))
                .in("flex");
        assertThat(plain).contains(new ChatEvent.Reported(usage, null));
        assertThat(streamed).contains(new ChatEvent.Reported(usage, null));
    }

    @Test
    void aCallWithoutArgumentsHasAnEmptyObject() {
        Folded call = streamed(
                "contentBlockStart",
                "{'contentBlockIndex':0,'start':{'toolUse':{'toolUseId':'t1','name':'f'}}}",
                "contentBlockStop",
                "{'contentBlockIndex':0}",
                "messageStop",
                "{'stopReason':'tool_use'}");

        assertThat(call.message().at("/tool_calls/0/function/arguments").asText())
                .isEqualTo("{}");
        assertThat(call.finish()).isEqualTo("tool_calls");
        assertThat(plain("{'toolUse':{'toolUseId':'t1','name':'f'}}", "tool_use")
                        .message())
                .isEqualTo(call.message());
    }

    @Test
    void emptyStartsOfOtherBlocksSayNothing() {
        assertThat(streamed(
                                "messageStart",
                                "{'role':'assistant'}",
                                "contentBlockStart",
                                "{'contentBlockIndex':0,'start':{}}",
                                TEXT[0],
                                TEXT[1],
                                "contentBlockStop",
                                "{'contentBlockIndex':0}",
                                "somethingNew",
                                "{'x':1}",
                                "messageStop",
                                "{'stopReason':'end_turn'}")
                        .message()
                        .get("content")
                        .asText())
                .isEqualTo("Hi");
    }

    @Test
    void sealedThoughtIsKeptAsItCame() {
        Folded plain = plain("{'reasoningContent':{'redactedContent':'c2VhbGVk'}},{'text':'Hi'}", "end_turn");
        // Its bytes may come in pieces that are base64 of their own.
        Folded streamed = streamed(
                "contentBlockDelta",
                "{'contentBlockIndex':0,'delta':{'reasoningContent':{'redactedContent':'c2Vh'}}}",
                "contentBlockDelta",
                "{'contentBlockIndex':0,'delta':{'reasoningContent':{'redactedContent':'bGU='}}}",
                "contentBlockDelta",
                "{'contentBlockIndex':0,'delta':{'reasoningContent':{'redactedContent':'ZA=='}}}",
                "contentBlockStop",
                "{'contentBlockIndex':0}",
                "contentBlockDelta",
                "{'contentBlockIndex':1,'delta':{'text':'Hi'}}",
                "messageStop",
                "{'stopReason':'end_turn'}");

        assertThat(plain.message().at("/reasoning_details/0"))
                .isEqualTo(json(
                        "{'type':'reasoning.encrypted','format':'bedrock-converse-v1','index':0,'data':'c2VhbGVk'}"));
        assertThat(streamed.message()).isEqualTo(plain.message());
    }

    @Test
    void sourcesOfTheWebAreAnnotations() {
        JsonNode message = plain(
                        "{'text':'A \u00fc. '},{'citationsContent':{'content':[{'text':'Cited.'}],'citations':["
                                + "{'title':'T','location':{'web':{'url':'https://a.example/','domain':'a.example'}}},"
                                + "{'title':'D','location':{'documentPage':{'documentIndex':0,'start':1,'end':2}}}]}}",
                        "end_turn")
                .message();

        assertThat(message.get("content").asText()).isEqualTo("A \u00fc. Cited.");
        assertThat(message.get("annotations"))
                .isEqualTo(json("[{'type':'url_citation','url_citation':{'start_index':5,'end_index':11,"
                        + "'url':'https://a.example/','title':'T'}}]"));
    }

    @Test
    void aCitationWithoutWordsSpeaksOfThoseBefore() {
        JsonNode message = streamed(
                        TEXT[0],
                        TEXT[1],
                        "contentBlockStop",
                        "{'contentBlockIndex':0}",
                        "contentBlockDelta",
                        "{'contentBlockIndex':1,'delta':{'citation':{'location':{'web':{'url':'https://a.example/',"
                                + "'domain':'a.example'}}}}}",
                        "contentBlockStop",
                        "{'contentBlockIndex':1}",
                        "messageStop",
                        "{'stopReason':'end_turn'}")
                .message();

        assertThat(message.at("/annotations/0/url_citation"))
                .isEqualTo(json("{'start_index':0,'end_index':2,'url':'https://a.example/','title':'a.example'}"));
    }

    @Test
    void picturesThatTheModelMade() {
        String image = "{'image':{'format':'png','source':{'bytes':'iVBO'}}}";
        JsonNode wanted = json("[{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBO'}}]");

        assertThat(plain(image, "end_turn").message().get("images")).isEqualTo(wanted);
        assertThat(streamed(
                                "contentBlockDelta",
                                "{'contentBlockIndex':0,'delta':" + image + "}",
                                "messageStop",
                                "{'stopReason':'end_turn'}")
                        .message()
                        .get("images"))
                .isEqualTo(wanted);
    }

    @Test
    void theToolThatStandsForTheFormIsTextAgain() {
        Question form = new Question(Bedrock.PROVIDER, "m", 1, "json_output", false, Map.of(), Set.of(), false, true);
        Folded folded = plain(form, "{'toolUse':{'toolUseId':'t','name':'json_output','input':{'a':1}}}", "tool_use");

        assertThat(folded.message().get("content").asText()).isEqualTo("{\"a\":1}");
        assertThat(folded.finish()).isEqualTo("stop");
    }

    @ParameterizedTest
    @CsvSource({
        "internalServerException, PROVIDER_FAILED",
        "modelStreamErrorException, PROVIDER_FAILED",
        "throttlingException, PROVIDER_RATE_LIMITED",
        "validationException, PROVIDER_REJECTED",
        "serviceUnavailableException, PROVIDER_OVERLOADED",
        "modelTimeoutException, PROVIDER_TIMEOUT",
        "somethingNewException, PROVIDER_FAILED"
    })
    void exceptionsEndAStream(String exception, FailureKind kind) {
        byte[] stream = EventStreams.stream(
                stream(TEXT), EventStreams.exception(exception, "{\"message\":\"no more\"}"), stream(TEXT));
        Folded broken = Folding.stream(Bedrock.DIALECT, ASKED, stream, 3);

        assertThat(broken.failure().kind()).isEqualTo(kind);
        assertThat(broken.failure().message()).isEqualTo("no more");
    }

    @Test
    void errorsThatNoExceptionDescribesEndAStreamToo() {
        byte[] error = EventStreams.message(
                EventStreams.headers(":message-type", "error", ":error-code", "InternalError", ":error-message", "oh"),
                new byte[0]);

        assertThat(Folding.stream(Bedrock.DIALECT, ASKED, error, -1).failure().message())
                .isEqualTo("oh");
    }

    @Test
    void whatCannotBeReadIsNoAnswer() {
        for (byte[] bytes : new byte[][] {
            EventStreams.event("contentBlockDelta", "{broken"),
            EventStreams.message(EventStreams.headers(":message-type", "letter"), new byte[0]),
            EventStreams.message(new byte[0], new byte[0]),
            stream("contentBlockDelta", "{'contentBlockIndex':3,'delta':{'toolUse':{'input':'x'}}}"),
            "data: {}\n\n and more".getBytes(StandardCharsets.UTF_8)
        }) {
            assertThat(Folding.stream(Bedrock.DIALECT, ASKED, bytes, 2)
                            .failure()
                            .kind())
                    .isEqualTo(FailureKind.PROVIDER_UNREADABLE);
        }
        for (String body :
                new String[] {"{", "[]", "{}", "{\"output\":{}}", "{\"output\":{\"message\":{\"content\":[]}}}"}) {
            assertThat(Folding.plain(Bedrock.DIALECT, ASKED, body).failure().kind())
                    .isEqualTo(FailureKind.PROVIDER_UNREADABLE);
        }
        assertThat(Folding.plain(Bedrock.DIALECT, ASKED, "{\"message\":\"Too many requests\"}")
                        .failure()
                        .kind())
                .isEqualTo(FailureKind.PROVIDER_RATE_LIMITED);
    }

    /// Answers of random blocks: what is streamed says what is not, however the bytes are cut.
    @Test
    void streamedIsNotStreamed() {
        for (int seed = 0; seed < 60; seed++) {
            RandomAnswer answer = new RandomAnswer(new Random(seed));
            Folded plain = Folding.plain(Bedrock.DIALECT, ASKED, answer.plain());
            assertThat(Folding.stream(Bedrock.DIALECT, ASKED, answer.streamed(), seed)
                            .answer())
                    .as("seed " + seed)
                    .isEqualTo(plain.answer());
        }
    }

    /// Whatever stands in the events, nothing is thrown and the answer ends once.
    @Test
    void damagedEventsEndInOneWay() {
        for (int seed = 0; seed < 500; seed++) {
            byte[] stream = new RandomAnswer(new Random(seed), true).streamed();
            List<ChatEvent> events = new ArrayList<>();
            StreamReader reader = Bedrock.DIALECT.stream(ASKED);
            reader.feed(stream, 0, stream.length, events::add);
            reader.end(events::add);
            assertThat(events.stream()
                            .filter(event -> event instanceof ChatEvent.Ended || event instanceof ChatEvent.Failed))
                    .as("seed " + seed)
                    .hasSize(1);
            assertThat(events.getLast()).isInstanceOfAny(ChatEvent.Ended.class, ChatEvent.Failed.class);
        }
    }

    /// Shaped as recorded; the words that the guardrail kept from the client stay here.
    @Test
    void whatAGuardrailDidIsTold() {
        String trace =
                "'trace':{'guardrail':{'modelOutput':['secret'],'actionReason':'blocked','inputAssessment':{'g1':"
                        + "{'appliedGuardrailDetails':{'guardrailArn':'arn:aws:bedrock:us-east-1:123:guardrail/g1','guardrailId':"
                        + "'g1'},'wordPolicy':{'customWords':[{'action':'BLOCKED','match':'x'}]}}}}},";
        JsonNode told =
                json("{'guardrail':{'actionReason':'blocked','inputAssessment':{'g1':{'appliedGuardrailDetails':"
                        + "{'guardrailId':'g1'},'wordPolicy':{'customWords':[{'action':'BLOCKED','match':'x'}]}}}}}");
        Folded plain = Folding.plain(
                Bedrock.DIALECT,
                ASKED,
                quoted("{'output':{'message':{'role':'assistant','content':[{'text':'No.'}]}},'stopReason':"
                        + "'guardrail_intervened'," + trace + USAGE + "}"));
        Folded streamed = streamed(
                TEXT[0],
                TEXT[1],
                "messageStop",
                "{'stopReason':'guardrail_intervened'}",
                "metadata",
                "{" + trace + USAGE + "}");
        assertThat(plain.answer().get("trace")).isEqualTo(told);
        assertThat(streamed.answer().get("trace")).isEqualTo(told);
        assertThat(plain("{'text':'Hi'}", "end_turn").answer().has("trace")).isFalse();
    }
}
