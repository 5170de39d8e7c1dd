package dev.gapura.exchange;

import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// Goes on where the provider paused a turn in which it runs tools of its own (Anthropic's `pause_turn`): the same
/// conversation with the turn so far appended. Keeps the conversation as long as the answer runs.
final class PausedTurns implements Sequel {
    /// Model calls of one exchange; the contract's number.
    static final int MAX_TURNS = 10;

    private final Composer composer;
    private final List<Message> said = new ArrayList<>();

    PausedTurns(Composer composer) {
        this.composer = composer;
    }

    @Override
    public boolean runs(String tool) {
        return false;
    }

    @Override
    public Future<Next> after(Turn turn, LongFunction<Future<Boolean>> mayRun) {
        said.add(turn.said());
        return Future.succeededFuture(
                said.size() == MAX_TURNS
                        ? new Next.Over(FinishReason.LENGTH, "max_steps", Map.of())
                        : composer.compose(said));
    }

    @Override
    public void cancel() {
        // Nothing runs between two turns.
    }
}
