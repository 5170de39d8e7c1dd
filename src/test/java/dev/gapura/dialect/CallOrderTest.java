package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.provider.Verdicts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CallOrderTest {
    private static final Message USER = Message.of(Role.USER, Part.Text.of("Hi"));
    private static final Message ANSWER = Message.of(Role.ASSISTANT, Part.Text.of("Done."));

    private static Message calls(String... ids) {
        return new Message(
                Role.ASSISTANT,
                Arrays.stream(ids)
                        .<Part>map(id -> new Part.ToolCall(id, "f", "{}", false, null, null))
                        .toList(),
                null);
    }

    private static Message result(String id) {
        return Message.of(Role.TOOL, new Part.ToolResult(id, List.of(Part.Text.of("1")), false, null));
    }

    private static Message missing(String id) {
        return Message.of(
                Role.TOOL, new Part.ToolResult(id, List.of(Part.Text.of("No result was given.")), true, null));
    }

    private static ChatRequest request(Message... messages) {
        return new ChatRequest("m", List.of(messages), List.of(), null, null, null, false, Map.of(), Map.of());
    }

    private static Judge judge(String policy) {
        return new Judge(Providers.of("anthropic"), Objects.requireNonNull(UnsupportedPolicy.parse(policy)));
    }

    private static void fits(Message... messages) {
        ChatRequest request = request(messages);
        assertThat(CallOrder.settle(request, judge("reject"))).isSameAs(request);
    }

    private static void refused(String param, String word, Message... messages) {
        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> CallOrder.settle(
                        request(messages), new Judge(Providers.of("anthropic"), UnsupportedPolicy.DEFAULT)))
                .satisfies(refusal -> assertThat(refusal.failure().param()).isEqualTo(param))
                .satisfies(refusal -> assertThat(refusal.failure().status()).isEqualTo(400))
                .satisfies(refusal ->
                        assertThat(refusal.failure().message()).contains(word).contains("messages=strip"));
    }

    private static List<Message> stripped(Message... messages) {
        return CallOrder.settle(request(messages), judge("strip")).messages();
    }

    @Test
    void conversationsInOrderStayAsTheyAre() {
        fits(USER, ANSWER, USER);
        fits(USER, calls("a", "b"), result("b"), result("a"), ANSWER, USER, calls("a"), result("a"));
        fits(calls("a"), result("a"), result("a"));
        fits(USER, calls("a", "b"), result(""), result(""), ANSWER);
    }

    @Test
    void callsThatTheAssistantGoesOnAfterAreOfOneMessage() {
        List<Part> turn = new ArrayList<>(calls("a").parts());
        turn.addAll(ANSWER.parts());
        turn.addAll(calls("b").parts());
        assertThat(stripped(USER, calls("a"), ANSWER, calls("b"), result("b"), result("a"), ANSWER))
                .containsExactly(USER, new Message(Role.ASSISTANT, turn, null), result("b"), result("a"), ANSWER);
    }

    @Test
    void answersComeBeforeWhoeverSpokeMeanwhile() {
        assertThat(stripped(USER, calls("a", "b"), USER, result("b"), ANSWER, USER))
                .containsExactly(USER, calls("a", "b"), result("b"), missing("a"), USER, ANSWER, USER);
    }

    /// What is said later about a message names it as the client counts.
    @Test
    void messagesKeepTheNumbersOfTheClient() {
        Judge judge = judge("strip");
        CallOrder.settle(request(USER, calls("a", "b"), result("a"), result("x"), USER, calls("c")), judge);
        judge.report("messages", Outcome.STRIPPED, "messages[4].name", "because");
        judge.report("messages", Outcome.STRIPPED, "messages[3].content", "the answer that was made up");
        assertThat(Verdicts.header(judge.verdicts()))
                .contains("messages=stripped(messages[4].name)", "messages=stripped(messages[2].content)");
        assertThat(judge.refusal("messages[5].content", "because").failure().param())
                .isEqualTo("messages[5].content");
    }

    @Test
    void everyCallIsAnswered() {
        refused("messages[1].tool_calls", "'b'", USER, calls("a", "b"), result("a"), ANSWER);
        refused("messages[1].tool_calls", "'a'", USER, calls("a"), USER);
        refused("messages[1].tool_calls", "'a'", USER, calls("a"));
        assertThat(stripped(USER, calls("a", "b"), result("a"), USER, ANSWER))
                .containsExactly(USER, calls("a", "b"), result("a"), missing("b"), USER, ANSWER);
        assertThat(stripped(USER, calls("a"))).containsExactly(USER, calls("a"), missing("a"));
    }

    @Test
    void everyAnswerHasItsCall() {
        refused("messages[1].tool_call_id", "'a'", USER, result("a"), USER);
        refused("messages[4].tool_call_id", "'a'", USER, calls("a"), result("a"), ANSWER, result("a"));
        assertThat(stripped(USER, result("a"), USER, calls("b"), result("x"), result("b")))
                .containsExactly(USER, USER, calls("b"), result("b"));
    }

    @Test
    void theCallerMayLeaveItToTheProvider() {
        Judge judge = judge("messages=ignore");
        ChatRequest request = request(USER, calls("a"), USER, result("x"));
        assertThat(CallOrder.settle(request, judge)).isSameAs(request);
        assertThat(Verdicts.header(judge.verdicts()))
                .contains("messages=ignored(messages[1].tool_calls)", "messages=ignored(messages[3].tool_call_id)");
    }
}
