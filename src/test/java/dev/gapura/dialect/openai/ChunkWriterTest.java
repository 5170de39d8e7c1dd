package dev.gapura.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.chat.Usage;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Events as clients read them, in chunks and in one answer; `'` stands for `"`.
class ChunkWriterTest {
    private static final ChatEvent STARTED = new ChatEvent.Started("msg_1", "claude-x");
    private static final ChatEvent STOP = new ChatEvent.Finished(0, FinishReason.STOP, null);
    private static final ChatEvent ENDED = new ChatEvent.Ended();

    private static String stream(boolean usageAsked, @Nullable JsonNode details, ChatEvent... events) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ChunkWriter writer = new ChunkWriter(
                usageAsked,
                7,
                "chatcmpl-1",
                "asked",
                () -> details,
                (from, start, end) -> bytes.write(from, start, end - start));
        for (ChatEvent event : events) {
            writer.write(event);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> chunks(boolean usageAsked, ChatEvent... events) {
        String stream = stream(usageAsked, null, events);
        assertThat(stream).endsWith("\n\n");
        return List.of(stream.split("\n\n"));
    }

    /// A chunk of the one choice.
    private static String chunk(String delta, String rest) {
        return ("data: {'id':'msg_1','object':'chat.completion.chunk','created':7,'model':'claude-x','choices':[{'index':0,"
                        + "'delta':{" + delta + "},'logprobs':null,'finish_reason':" + rest)
                .replace('\'', '"');
    }

    private static String chunk(String delta) {
        return chunk(delta, "null}]}");
    }

    private static final String ROLE = chunk("'role':'assistant','content':'','refusal':null");

    private static JsonNode answer(ChatEvent... events) {
        AnswerWriter writer = new AnswerWriter();
        for (ChatEvent event : events) {
            writer.accept(event);
        }
        assertThat(writer.ended()).isTrue();
        byte[] answer = writer.write(7, "chatcmpl-1", "asked", null);
        return JsonTree.read(answer, 0, answer.length);
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(JsonTree.readOrNull(text.replace('\'', '"')), text);
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.Text(0, text, null);
    }

    @Test
    void theRoleComesOnceThenContentThenTheReasonThenTheEnd() {
        assertThat(chunks(false, STARTED, text("Hel"), text(""), text("lo"), STOP, ENDED))
                .containsExactly(
                        ROLE,
                        chunk("'content':'Hel'"),
                        chunk("'content':'lo'"),
                        chunk("", "'stop'}]}"),
                        "data: [DONE]");
        assertThat(answer(STARTED, text("Hel"), text("lo"), STOP, ENDED))
                .isEqualTo(json(
                        "{'id':'msg_1','object':'chat.completion','created':7,'model':'claude-x','choices':[{'index':"
                                + "0,'message':{'role':'assistant','content':'Hello','refusal':null},'logprobs':null,"
                                + "'finish_reason':'stop'}]}"));
    }

    @Test
    void usageComesInAChunkOfItsOwnWhereItWasAskedFor() {
        ChatEvent reported = new ChatEvent.Reported(new Usage(10, 5, 4, Usage.UNKNOWN, 0), null);
        List<String> chunks = chunks(true, STARTED, text("a"), reported, STOP, ENDED);
        assertThat(chunks.subList(0, 3)).allMatch(chunk -> chunk.endsWith("\"usage\":null}"));
        assertThat(chunks.get(3))
                .isEqualTo(
                        ("data: {'id':'msg_1','object':'chat.completion.chunk','created':7,'model':'claude-x','choices':"
                                        + "[],'usage':{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,"
                                        + "'prompt_tokens_details':{'cached_tokens':4},'completion_tokens_details':"
                                        + "{'reasoning_tokens':0}}}")
                                .replace('\'', '"'));
        assertThat(chunks.get(4)).isEqualTo("data: [DONE]");
        assertThat(stream(false, null, STARTED, text("a"), reported, STOP, ENDED))
                .doesNotContain("usage");
    }

    @Test
    void countersThatNobodyReportedAreLeftOut() {
        ChatEvent reported = new ChatEvent.Reported(
                new Usage(10, 5, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN),
                json("{'prompt_tokens_details':{'audio_tokens':3},'cost':0.5}"));
        assertThat(answer(STARTED, reported, STOP, ENDED).get("usage"))
                .isEqualTo(json("{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,'cost':0.5,"
                        + "'prompt_tokens_details':{'audio_tokens':3}}"));
        assertThat(answer(STARTED, STOP, ENDED).has("usage")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "standard,default",
        "on_demand,default",
        "priority,priority",
        "flex,flex",
        "fast,priority",
        "batch,",
        ","
    })
    void theTierThatServed(@Nullable String told, @Nullable String tier) {
        ChatEvent reported = new ChatEvent.Reported(
                new Usage(10, 5, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN, Map.of(), told), null);
        assertThat(answer(STARTED, reported, STOP, ENDED).path("service_tier").asText(null))
                .isEqualTo(tier);
        String chunk = chunks(true, STARTED, reported, STOP, ENDED).get(2);
        assertThat(json(chunk.substring(6)).path("service_tier").asText(null)).isEqualTo(tier);
    }

    @Test
    void aPartIsNeverMoreThanItsWhole() {
        ChatEvent reported = new ChatEvent.Reported(new Usage(10, 5, 12, 11, 9), null);
        assertThat(answer(STARTED, reported, STOP, ENDED).get("usage"))
                .isEqualTo(json("{'prompt_tokens':10,'completion_tokens':5,'total_tokens':15,'prompt_tokens_details':"
                        + "{'cached_tokens':10,'cache_write_tokens':10},'completion_tokens_details':{'reasoning_tokens':"
                        + "5}}"));
    }

    @Test
    void callsBeginOnceAndGrow() {
        ChatEvent[] events = {
            STARTED,
            new ChatEvent.ToolCallOpened(0, 0, "c1", "f", false, null),
            new ChatEvent.ToolCallArguments(0, 0, "{\"a\":"),
            new ChatEvent.ToolCallArguments(0, 0, "1}"),
            new ChatEvent.ToolCallClosed(0, 0),
            new ChatEvent.ToolCallOpened(0, 1, "c2", "sh", true, null),
            new ChatEvent.ToolCallArguments(0, 1, "ls"),
            new ChatEvent.ToolCallClosed(0, 1),
            new ChatEvent.Finished(0, FinishReason.TOOL_CALLS, null),
            ENDED
        };
        assertThat(chunks(false, events))
                .containsExactly(
                        ROLE,
                        chunk(
                                "'tool_calls':[{'index':0,'id':'c1','type':'function','function':{'name':'f','arguments':''}}]"),
                        chunk("'tool_calls':[{'index':0,'function':{'arguments':'{\\'a\\':'}}]"),
                        chunk("'tool_calls':[{'index':0,'function':{'arguments':'1}'}}]"),
                        chunk("'tool_calls':[{'index':1,'id':'c2','type':'custom','custom':{'name':'sh','input':''}}]"),
                        chunk("'tool_calls':[{'index':1,'custom':{'input':'ls'}}]"),
                        chunk("", "'tool_calls'}]}"),
                        "data: [DONE]");
        assertThat(answer(events).at("/choices/0/message"))
                .as("null stands for content where there are only calls")
                .isEqualTo(json("{'role':'assistant','content':null,'refusal':null,'tool_calls':[{'id':'c1','type':"
                        + "'function','function':{'name':'f','arguments':'{\\'a\\':1}'}},{'id':'c2','type':'custom','custom':"
                        + "{'name':'sh','input':'ls'}}]}"));
    }

    @Test
    void thoughtsAndTheirSeals() {
        ChatEvent[] events = {
            STARTED,
            new ChatEvent.Reasoning(0, "Hm"),
            new ChatEvent.ReasoningBlock(0, new Part.Reasoning("Hm", "s", null, null, ReasoningFormat.ANTHROPIC)),
            new ChatEvent.ReasoningBlock(0, new Part.Reasoning("", null, "x", "i", ReasoningFormat.RESPONSES)),
            new ChatEvent.ToolCallOpened(0, 0, "c1", "f", false, "g"),
            new ChatEvent.ToolCallClosed(0, 0),
            new ChatEvent.Text(0, "", "t"),
            STOP,
            ENDED
        };
        String details = "'type':'reasoning.text','format':'anthropic-claude-v1','index':0,'text':'Hm','signature':'s',"
                + "'model':'asked'";
        String sealed = "'type':'reasoning.encrypted','id':'i','format':'openai-responses-v1','index':1,'data':'x'";
        String ofCall = "'type':'reasoning.encrypted','id':'c1','format':'google-gemini-v1','index':2,'data':'g'";
        String ofText = "'type':'reasoning.encrypted','format':'google-gemini-v1','index':3,'data':'t'";
        String call = "'id':'c1','type':'function','function':{'name':'f','arguments':''},'extra_content':{'google':"
                + "{'thought_signature':'g'}}";
        assertThat(chunks(false, events).subList(1, 7))
                .containsExactly(
                        chunk("'reasoning_content':'Hm'"),
                        chunk("'reasoning_details':[{" + details + "}]"),
                        chunk("'reasoning_details':[{" + sealed + "}]"),
                        chunk("'tool_calls':[{'index':0," + call + "}]"),
                        chunk("'reasoning_details':[{" + ofCall + "}]"),
                        chunk("'reasoning_details':[{" + ofText + "}]"));
        assertThat(answer(events).at("/choices/0/message"))
                .isEqualTo(json("{'role':'assistant','content':null,'refusal':null,'reasoning_content':'Hm',"
                        + "'reasoning_details':[{" + details + "},{" + sealed + "},{" + ofCall + "},{" + ofText
                        + "}],'tool_calls':[{" + call + "}]}"));
    }

    @Test
    void whatElseAnAnswerHolds() {
        ChatEvent[] events = {
            STARTED,
            text("a"),
            new ChatEvent.Annotation(0, json("{'type':'url_citation'}")),
            new ChatEvent.Image(0, json("{'type':'image_url'}")),
            new ChatEvent.Audio(0, json("{'id':'a','data':'AA=='}")),
            new ChatEvent.Audio(0, json("{'id':'a','data':'AQ=='}")),
            new ChatEvent.Logprobs(0, json("[{'token':'a'}]")),
            new ChatEvent.Refusal(0, "No"),
            new ChatEvent.Refusal(0, "."),
            new ChatEvent.Finished(0, FinishReason.CONTENT_FILTER, "SAFETY"),
            ENDED
        };
        List<String> chunks = chunks(false, events);
        assertThat(chunks.get(2)).isEqualTo(chunk("'annotations':[{'type':'url_citation'}]"));
        assertThat(chunks.get(3)).isEqualTo(chunk("'images':[{'type':'image_url'}]"));
        assertThat(chunks.get(4)).isEqualTo(chunk("'audio':{'id':'a','data':'AA=='}"));
        assertThat(chunks.get(6))
                .isEqualTo(chunk("")
                        .replace(
                                "\"logprobs\":null",
                                "\"logprobs\":{\"content\":[{\"token\":\"a\"}]," + "\"refusal\":null}"));
        assertThat(chunks.get(7)).isEqualTo(chunk("'refusal':'No'"));
        assertThat(chunks.get(9)).isEqualTo(chunk("", "'content_filter','native_finish_reason':'SAFETY'}]}"));
        JsonNode choice = answer(events).at("/choices/0");
        assertThat(choice)
                .isEqualTo(json("{'index':0,'message':{'role':'assistant','content':'a','refusal':'No.','annotations':"
                        + "[{'type':'url_citation'}],'images':[{'type':'image_url'}],'audio':{'id':'a','data':'AAE='}},"
                        + "'logprobs':{'content':[{'token':'a'}],'refusal':null},'finish_reason':'content_filter',"
                        + "'native_finish_reason':'SAFETY'}"));
    }

    @Test
    void whatTheProviderTellsOfItsChecksStandsAtTheEnd() {
        ChatEvent traced = new ChatEvent.Traced(json("{'guardrail':{'a':1}}"));
        List<String> chunks = chunks(false, STARTED, STOP, traced, ENDED);
        assertThat(chunks).hasSize(4);
        assertThat(chunks.get(2)).endsWith("\"choices\":[],\"trace\":{\"guardrail\":{\"a\":1}}}");
        assertThat(answer(STARTED, STOP, traced, ENDED).get("trace")).isEqualTo(json("{'guardrail':{'a':1}}"));
    }

    @Test
    void nothingSaidIsAnEmptyText() {
        assertThat(chunks(false, STARTED, STOP, ENDED)).containsExactly(ROLE, chunk("", "'stop'}]}"), "data: [DONE]");
        assertThat(answer(STARTED, STOP, ENDED).at("/choices/0/message/content").asText(null))
                .isEmpty();
        ChatEvent filtered = new ChatEvent.Finished(0, FinishReason.CONTENT_FILTER, null);
        assertThat(answer(STARTED, new ChatEvent.Refusal(0, "No."), filtered, ENDED)
                        .at("/choices/0/message/content")
                        .isNull())
                .isTrue();
    }

    @Test
    void severalChoicesEachHaveTheirRole() {
        List<String> chunks = chunks(
                false,
                STARTED,
                new ChatEvent.Text(1, "b", null),
                text("a"),
                STOP,
                new ChatEvent.Finished(1, FinishReason.LENGTH, null),
                ENDED);
        assertThat(chunks.get(0)).contains("\"index\":1", "\"role\"");
        assertThat(chunks.get(1)).contains("\"index\":1").doesNotContain("role");
        assertThat(chunks.get(2)).isEqualTo(ROLE);
        assertThat(chunks.get(4)).isEqualTo(chunk("", "'stop'}]}"));
        assertThat(chunks.get(5)).contains("\"index\":1", "\"finish_reason\":\"length\"");
    }

    @Test
    void theFingerprintStandsInEveryChunk() {
        ChatEvent started = new ChatEvent.Started("msg_1", "m", "fp_1");
        String stream = stream(true, null, started, text("a"), STOP, ENDED);
        String fingerprint = "\"model\":\"m\",\"system_fingerprint\":\"fp_1\",\"choices\":";
        assertThat(stream.split(java.util.regex.Pattern.quote(fingerprint), -1))
                .hasSize(stream.split("data: \\{", -1).length);
        assertThat(answer(started, STOP, ENDED).get("system_fingerprint").asText())
                .isEqualTo("fp_1");
    }

    @Test
    void idAndModelWhereTheProviderTellsNone() {
        String stream = stream(true, json("{'x':1}"), new ChatEvent.Started(null, null), text("a"), STOP, ENDED);
        assertThat(stream)
                .contains("\"id\":\"chatcmpl-1\"", "\"model\":\"asked\"")
                .contains("\"choices\":[],\"usage\":null,\"gapura\":{\"x\":1}}\n\ndata: [DONE]\n\n");
        assertThat(answer(new ChatEvent.Started(null, null), STOP, ENDED)
                        .get("id")
                        .asText())
                .isEqualTo("chatcmpl-1");
    }
}
