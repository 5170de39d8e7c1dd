package dev.gapura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The oracle has to be right before anything is compared with it.
class ChatAnswerTest {
    @Test
    void readsAPlainAnswer() {
        ChatAnswer answer = json("""
                {"id":"c1","model":"m","choices":[
                  {"index":1,"finish_reason":"length","message":{"content":"two","refusal":null}},
                  {"index":0,"finish_reason":"tool_calls","message":{"content":null,"reasoning":"why","tool_calls":[
                    {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                    {"id":"b","type":"function","function":{"name":"f","arguments":{"x":1}}}]}}],
                 "usage":{"total_tokens":3}}
                """);

        assertThat(answer.id()).isEqualTo("c1");
        assertThat(answer.model()).isEqualTo("m");
        assertThat(answer.choices().keySet()).containsExactly(0, 1);
        assertThat(answer.choices().get(0).calls())
                .containsExactly(new ChatAnswer.Call("a", "f", "{}"), new ChatAnswer.Call("b", "f", "{\"x\":1}"));
        assertThat(answer.choices().get(0).text()).isEmpty();
        assertThat(answer.choices().get(0).reasoning()).isEqualTo("why");
        assertThat(answer.choices().get(1).text()).isEqualTo("two");
        assertThat(answer.choices().get(1).finishReason()).isEqualTo("length");
        assertThat(answer.usage().path("total_tokens").asInt()).isEqualTo(3);
        assertThat(answer.error()).isNull();
        assertThat(answer.done()).isTrue();
    }

    @Test
    void sameMeaningStreamedOrNot() {
        ChatAnswer plain = json("""
                {"id":"c","model":"m","usage":{"n":2},"choices":[{"index":0,"finish_reason":"tool_calls","message":{
                  "content":"hello world","reasoning_content":"r s","refusal":null,"tool_calls":[
                    {"id":"a","function":{"name":"f","arguments":"{\\"x\\":1}"}},
                    {"id":"b","function":{"name":"g","arguments":""}}]}}]}
                """);
        ChatAnswer stream = stream(
                choice("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"),
                choice("{\"reasoning_content\":\"r \"}"),
                choice("{\"reasoning_content\":\"s\",\"content\":null}"),
                choice("{\"content\":\"hello \"}"),
                choice("{\"content\":\"world\"}"),
                choice(call(0, "\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"\"")),
                choice(call(0, "", "\"arguments\":\"{\\\"x\\\"\"")),
                choice(call(0, "", "\"arguments\":\":1}\"")),
                choice(call(1, "\"id\":\"b\",", "\"name\":\"g\",\"arguments\":\"\"")),
                "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":null,\"finish_reason\":\"tool_calls\"}],"
                        + "\"usage\":{\"n\":1}}",
                "{\"id\":\"c\",\"choices\":[],\"usage\":{\"n\":2}}",
                "[DONE]");

        assertThat(stream).isEqualTo(plain);
    }

    @Test
    void aMissingDoneAndAMissingFinishReasonAreSeen() {
        ChatAnswer answer = stream(choice("{\"content\":\"cut\"}"));

        assertThat(answer.done()).isFalse();
        assertThat(answer.choices().get(0).finishReason()).isNull();
        assertThat(answer.choices().get(0).text()).isEqualTo("cut");
    }

    @Test
    void toolCallFragmentsOfSloppyProviders() {
        assertThat(callsOf(
                        "{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}]}",
                        "{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"2\"}}]}"))
                .as("no index")
                .containsExactly(new ChatAnswer.Call("a", "f", "1"), new ChatAnswer.Call("b", "g", "2"));
        assertThat(callsOf(
                        call(0, "\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"1\""),
                        call(0, "\"id\":\"b\",", "\"name\":\"g\",\"arguments\":\"2\"")))
                .as("always index 0")
                .containsExactly(new ChatAnswer.Call("a", "f", "1"), new ChatAnswer.Call("b", "g", "2"));
        assertThat(callsOf(
                        call(0, "\"id\":\"a\",", "\"name\":\"f\",\"arguments\":\"1\""),
                        call(0, "\"id\":\"a\",", "\"name\":\"\",\"arguments\":\"2\""),
                        call(0, "\"id\":null,", "\"name\":\"f\",\"arguments\":null")))
                .as("id and name repeated")
                .containsExactly(new ChatAnswer.Call("a", "f", "12"));
        assertThat(callsOf(
                        "{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}",
                        "{\"function_call\":{\"arguments\":\"{}\"}}"))
                .as("the old form")
                .containsExactly(new ChatAnswer.Call(null, "f", "{}"));
    }

    @Test
    void contentInOtherShapes() {
        ChatAnswer.Choice parts = json("""
                        {"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},
                          {"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}
                        """).choices().get(0);
        assertThat(parts.text()).isEqualTo("ab");
        assertThat(parts.reasoning()).isEqualTo("hm");
        assertThat(json("{\"choices\":[{\"message\":{\"content\":{\"x\":1}}}]}")
                        .choices()
                        .get(0)
                        .text())
                .isEqualTo("{\"x\":1}");
        ChatAnswer.Choice audio = stream(
                        choice("{\"audio\":{\"id\":\"au\",\"transcript\":\"he\"}}"),
                        choice("{\"audio\":{\"transcript\":\"llo\"}}"))
                .choices()
                .get(0);
        assertThat(audio.audioId()).isEqualTo("au");
        assertThat(audio.audioTranscript()).isEqualTo("hello");
        assertThat(stream(choice("{\"refusal\":\"I \"}"), choice("{\"refusal\":\"will not\"}"))
                        .choices()
                        .get(0)
                        .refusal())
                .isEqualTo("I will not");
    }

    @Test
    void errorsAndGroqUsage() {
        assertThat(json("{\"error\":\"plain words\"}").error().textValue()).isEqualTo("plain words");
        assertThat(stream(choice("{\"content\":\"a\"}"), "{\"error\":{\"code\":5}}")
                        .error()
                        .path("code")
                        .asInt())
                .isEqualTo(5);
        assertThat(stream("{\"choices\":[],\"x_groq\":{\"usage\":{\"n\":1}}}", "[DONE]")
                        .usage()
                        .path("n")
                        .asInt())
                .isEqualTo(1);
        assertThat(stream("{\"choices\":[],\"usage\":{\"n\":2}}", "{\"x_groq\":{\"usage\":{\"n\":1}}}")
                        .usage()
                        .path("n")
                        .asInt())
                .isEqualTo(2);
        assertThat(stream("not json", "[DONE]").choices()).isEqualTo(Map.of());
    }

    @Test
    void aStreamWithoutItsLastBlankLine() {
        ChatAnswer answer =
                ChatAnswer.ofStream(Replies.bytes("data: " + choice("{\"content\":\"a\"}") + "\n\ndata:[DONE]"));
        assertThat(answer.done()).isTrue();
        assertThat(answer.choices().get(0).text()).isEqualTo("a");
    }

    private static List<ChatAnswer.Call> callsOf(String... deltas) {
        return stream(List.of(deltas).stream().map(ChatAnswerTest::choice).toArray(String[]::new))
                .choices()
                .get(0)
                .calls();
    }

    private static String call(int index, String id, String function) {
        return "{\"tool_calls\":[{\"index\":" + index + "," + id + "\"function\":{" + function + "}}]}";
    }

    private static String choice(String delta) {
        return "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":null}]}";
    }

    private static ChatAnswer json(String json) {
        return ChatAnswer.ofJson(Replies.bytes(json));
    }

    private static ChatAnswer stream(String... data) {
        return ChatAnswer.ofStream(Replies.bytes("data: " + String.join("\n\ndata: ", data) + "\n\n"));
    }
}
