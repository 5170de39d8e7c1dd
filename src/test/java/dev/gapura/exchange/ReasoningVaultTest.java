package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Message.Role;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReasoningVaultTest {
    private static final ReasoningVault.Place PLACE = new ReasoningVault.Place("ci", "claude", "m");
    private static final Part.Reasoning THOUGHT =
            new Part.Reasoning("look", "c2ln", null, null, ReasoningFormat.ANTHROPIC);

    private final AtomicLong now = new AtomicLong(1_000);
    private final ReasoningVault vault = new ReasoningVault(now::get);

    private void answered(ReasoningVault.Place place, String callId, String signature) {
        Consumer<ChatEvent> tap = vault.tap(place);
        tap.accept(new ChatEvent.ReasoningBlock(0, THOUGHT));
        tap.accept(new ChatEvent.ToolCallOpened(0, 0, callId, "weather", false, signature));
        tap.accept(new ChatEvent.Finished(0, FinishReason.TOOL_CALLS, null));
    }

    private List<Part> restored(ReasoningVault.Place place, Part... parts) {
        List<Message> messages = List.of(Message.of(Role.USER, Part.Text.of("Hi")), Message.of(Role.ASSISTANT, parts));
        ChatRequest asked = new ChatRequest("m", messages, List.of(), null, null, null, false, Map.of(), Map.of());
        return vault.restore(asked, place).messages().get(1).parts();
    }

    private static Part.ToolCall call(String id) {
        return new Part.ToolCall(id, "weather", "{}", false, null, null);
    }

    @Test
    void whatTheClientLostStandsInFrontAgain() {
        answered(PLACE, "call_1", "gem");
        List<Part> parts = restored(PLACE, Part.Text.of("ok"), call("call_1"));
        assertThat(parts).hasSize(3);
        assertThat(parts.getFirst()).isEqualTo(THOUGHT);
        assertThat(((Part.ToolCall) parts.getLast()).signature()).isEqualTo("gem");
    }

    @Test
    void readableThoughtThatTheClientKeptGivesWay() {
        answered(PLACE, "call_1", null);
        assertThat(restored(PLACE, Part.Reasoning.plain("look"), call("call_1")))
                .containsExactly(THOUGHT, call("call_1"));
    }

    @Test
    void whatTheClientSendsItselfWins() {
        answered(PLACE, "call_1", null);
        Part.Reasoning own = new Part.Reasoning("mine", "own", null, null, ReasoningFormat.ANTHROPIC);
        assertThat(restored(PLACE, own, call("call_1"))).containsExactly(own, call("call_1"));
    }

    @Test
    void nobodyElseGetsIt() {
        answered(PLACE, "call_1", null);
        for (ReasoningVault.Place other : List.of(
                new ReasoningVault.Place("other", "claude", "m"),
                new ReasoningVault.Place("ci", "other", "m"),
                new ReasoningVault.Place("ci", "claude", "other"))) {
            assertThat(restored(other, call("call_1"))).containsExactly(call("call_1"));
        }
    }

    @Test
    void itIsForgottenAfterAnHour() {
        answered(PLACE, "call_1", null);
        long one = vault.bytes();
        now.addAndGet(3_600_001);
        assertThat(restored(PLACE, call("call_1"))).containsExactly(call("call_1"));
        answered(PLACE, "call_2", null);
        assertThat(vault.bytes()).isEqualTo(one);
    }

    @Test
    void itIsBoundedInBytes() {
        String large = "x".repeat(1_000_000);
        for (int i = 0; i < 100; i++) {
            answered(PLACE, "call_" + i, large);
        }
        assertThat(vault.bytes()).isBetween(1L, 64L * 1024 * 1024);
        assertThat(restored(PLACE, call("call_0"))).containsExactly(call("call_0"));
        assertThat(restored(PLACE, call("call_99"))).hasSize(2);
    }

    @Test
    void anAnswerWithoutReasoningLeavesNothing() {
        Consumer<ChatEvent> tap = vault.tap(PLACE);
        tap.accept(new ChatEvent.ToolCallOpened(0, 0, "call_1", "weather", false, null));
        tap.accept(new ChatEvent.Finished(0, FinishReason.TOOL_CALLS, null));
        assertThat(vault.bytes()).isZero();
    }
}
