package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is put right in the answers of all dialects.
class AnswerFilterTest {
    private final List<ChatEvent> out = new ArrayList<>();

    private static Question question(String jsonTool, boolean jsonInText, boolean oneCall, boolean callsAllowed) {
        return new Question(
                Providers.of("anthropic"),
                "m",
                1,
                jsonTool,
                jsonInText,
                Map.of("t_a_b_1", "a.b"),
                Set.of("sh"),
                oneCall,
                callsAllowed);
    }

    private static final Question PLAIN = question(null, false, false, true);

    private void filter(Question question, ChatEvent... events) {
        AnswerFilter filter = new AnswerFilter(question, out::add);
        for (ChatEvent event : events) {
            filter.accept(event);
        }
    }

    private static ChatEvent opened(int index, String id, String name) {
        return new ChatEvent.ToolCallOpened(0, index, id, name, false, null);
    }

    private static ChatEvent arguments(int index, String fragment) {
        return new ChatEvent.ToolCallArguments(0, index, fragment);
    }

    private static ChatEvent closed(int index) {
        return new ChatEvent.ToolCallClosed(0, index);
    }

    private static ChatEvent text(String text) {
        return new ChatEvent.Text(0, text, null);
    }

    private static ChatEvent finished(FinishReason reason) {
        return new ChatEvent.Finished(0, reason, null);
    }

    @Test
    void aCallWithoutArgumentsHasEmptyOnes() {
        filter(PLAIN, opened(0, "c1", "f"), arguments(0, ""), closed(0), closed(0));
        assertThat(out).containsExactly(opened(0, "c1", "f"), arguments(0, "{}"), closed(0));
    }

    @Test
    void aCallThatIsNotClosedEndsWithTheAnswer() {
        filter(PLAIN, opened(0, "c1", "f"), arguments(0, "{\"a\":1}"), finished(FinishReason.STOP));
        assertThat(out)
                .containsExactly(
                        opened(0, "c1", "f"), arguments(0, "{\"a\":1}"), closed(0), finished(FinishReason.TOOL_CALLS));
    }

    @Test
    void callsHaveIdsAndNamesOfTheCallers() {
        filter(PLAIN, opened(0, " ", "t_a_b_1"), closed(0), opened(1, "", "g"), closed(1));
        List<ChatEvent.ToolCallOpened> calls = out.stream()
                .filter(ChatEvent.ToolCallOpened.class::isInstance)
                .map(ChatEvent.ToolCallOpened.class::cast)
                .toList();
        assertThat(calls.getFirst().name()).isEqualTo("a.b");
        assertThat(calls).allMatch(call -> call.id().matches("call_[A-Za-z0-9]{24}"));
        assertThat(calls.getFirst().id()).isNotEqualTo(calls.getLast().id());
    }

    @Test
    void freeTextIsFreeAgain() {
        filter(PLAIN, opened(0, "c1", "sh"), arguments(0, "{\"input\":"), arguments(0, " \"ls\"}"), closed(0));
        assertThat(out)
                .containsExactly(
                        new ChatEvent.ToolCallOpened(0, 0, "c1", "sh", true, null), arguments(0, "ls"), closed(0));
        out.clear();
        filter(PLAIN, opened(0, "c1", "sh"), arguments(0, "not wrapped"), closed(0));
        assertThat(out).contains(arguments(0, "not wrapped"));
    }

    @Test
    void theToolThatStandsForAFormIsText() {
        Question question = question("json_output", false, false, true);
        filter(
                question,
                opened(0, "c1", "json_output"),
                arguments(0, "{\"a\""),
                arguments(0, ":1}"),
                closed(0),
                finished(FinishReason.TOOL_CALLS));
        assertThat(out).containsExactly(text("{\"a\""), text(":1}"), finished(FinishReason.STOP));
        out.clear();
        filter(question, opened(0, "c1", "json_output"), closed(0), finished(FinishReason.TOOL_CALLS));
        assertThat(out).containsExactly(text("{}"), finished(FinishReason.STOP));
    }

    @Test
    void indexesHaveNoGaps() {
        filter(
                question("json_output", false, false, true),
                opened(0, "c1", "json_output"),
                closed(0),
                opened(1, "c2", "f"),
                arguments(1, "{}"),
                closed(1));
        assertThat(out).containsExactly(text("{}"), opened(0, "c2", "f"), arguments(0, "{}"), closed(0));
    }

    @Test
    void onlyTheFirstCallWhereOneWasAskedFor() {
        filter(
                question(null, false, true, true),
                opened(0, "c1", "f"),
                arguments(0, "{}"),
                closed(0),
                opened(1, "c2", "g"),
                arguments(1, "{}"),
                closed(1),
                finished(FinishReason.STOP));
        assertThat(out)
                .containsExactly(
                        opened(0, "c1", "f"), arguments(0, "{}"), closed(0), finished(FinishReason.TOOL_CALLS));
    }

    @Test
    void noCallWhereNoneIsAllowed() {
        filter(question(null, false, false, false), opened(0, "c1", "f"), closed(0), finished(FinishReason.TOOL_CALLS));
        assertThat(out).containsExactly(finished(FinishReason.STOP));
    }

    @ParameterizedTest
    @CsvSource({
        "STOP,true,TOOL_CALLS",
        "TOOL_CALLS,true,TOOL_CALLS",
        "TOOL_CALLS,false,STOP",
        "LENGTH,true,LENGTH",
        "CONTENT_FILTER,true,CONTENT_FILTER"
    })
    void aTurnWithCallsEndsForThem(FinishReason told, boolean called, FinishReason reason) {
        filter(PLAIN, called ? opened(0, "c1", "f") : text("a"), finished(told));
        assertThat(out.getLast()).isEqualTo(finished(reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Here: ```json\\n{'a':[1]}\\n``` Done.|{'a':[1]}",
                "['}']|['}']",
                "{'a':1} {'b':2}|{'a':1}",
                "no json|no json",
                "{broken|{broken"
            })
    void jsonIsTakenOutOfText(String said, String read) {
        String text = said.replace('\'', '"').replace("\\n", "\n");
        filter(
                question(null, true, false, true),
                text(text.substring(0, 3)),
                text(text.substring(3)),
                finished(FinishReason.STOP));
        assertThat(out).containsExactly(text(read.replace('\'', '"')), finished(FinishReason.STOP));
    }

    @Test
    void signaturesOfSuchTextStay() {
        filter(
                question(null, true, false, true),
                text("{}"),
                new ChatEvent.Text(0, "", "s"),
                finished(FinishReason.STOP));
        assertThat(out).containsExactly(new ChatEvent.Text(0, "", "s"), text("{}"), finished(FinishReason.STOP));
    }
}
