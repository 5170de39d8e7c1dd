package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.wire.Spliced;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Goes on where the provider paused a turn in which it runs tools of its own (Anthropic's `pause_turn`): the same
/// conversation with the turn so far appended. Keeps the conversation as long as the answer runs.
final class PausedTurns implements Sequel {
    /// Model calls of one exchange; the contract's number.
    static final int MAX_TURNS = 10;

    private final ChatRequest request;
    private final Function<ChatRequest, UpstreamCall> writer;
    private final List<Message> messages;
    private int turns = 1;

    /// @param request what the first turn was asked
    /// @param writer writes what the next turn is asked
    PausedTurns(ChatRequest request, Function<ChatRequest, UpstreamCall> writer) {
        this.request = request;
        this.writer = writer;
        this.messages = new ArrayList<>(request.messages());
    }

    @Override
    public boolean runs(String tool) {
        return false;
    }

    @Override
    public Future<Next> after(Turn turn) {
        if (turns == MAX_TURNS) {
            return Future.succeededFuture(new Next.Over(FinishReason.LENGTH, "max_steps"));
        }
        turns++;
        messages.add(turn.said());
        UpstreamCall call = writer.apply(request.withMessages(messages));
        return Future.succeededFuture(new Next.Call(Spliced.of(call.body()), call.question()));
    }

    @Override
    public void cancel() {
        // Nothing runs between two turns.
    }
}
