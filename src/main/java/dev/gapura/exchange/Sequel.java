package dev.gapura.exchange;

import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.Question;
import dev.gapura.failure.Failure;
import dev.gapura.wire.Spliced;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Says what follows a turn of the model that does not end the answer: a turn that the provider paused, or one that
/// calls tools which run here. One instance an exchange, used on its event loop.
interface Sequel {
    /// For answers of one turn.
    Sequel NOTHING = new Sequel() {
        @Override
        public boolean runs(String tool) {
            return false;
        }

        @Override
        public Future<Next> after(Turn turn, LongFunction<Future<Boolean>> mayRun) {
            return Future.failedFuture(new IllegalStateException("a turn was paused that cannot be"));
        }

        @Override
        public void cancel() {
            // Nothing runs.
        }
    };

    /// Whether a call of this tool is run here and kept from the client.
    boolean runs(String tool);

    /// Called once for each turn that was paused or called a tool that runs here, and for one behind such turns that
    /// calls the client's alone. The future completes on the event loop of the exchange.
    ///
    /// @param mayRun asks whether the budgets let a tool run that costs so many nanodollars; completes on the
    ///     same event loop, fails where that cannot be known
    Future<Next> after(Turn turn, LongFunction<Future<Boolean>> mayRun);

    /// Looks at the deadlines of what runs, from time to time while the exchange goes on.
    ///
    /// @param now `System.nanoTime()`
    default void tick(long now) {
        // Nothing runs between two turns.
    }

    /// The client left or the exchange failed: what still runs is of no use to anybody.
    void cancel();

    /// What the model said in one turn.
    ///
    /// @param said all of it, as the provider wants it back
    /// @param calls those of its calls that run here; none where the turn was paused or calls the client's alone
    /// @param clientCalls ids of its calls of tools of the client's
    /// @param used by each call so far that told
    record Turn(Message said, List<Part.ToolCall> calls, List<String> clientCalls, List<Usage> used) {
        public Turn {
            calls = List.copyOf(calls);
            clientCalls = List.copyOf(clientCalls);
            used = List.copyOf(used);
        }
    }

    /// What is to be done after a turn.
    sealed interface Next {
        /// Another model call.
        record Call(Spliced body, Question question) implements Next {}

        /// The answer is over.
        ///
        /// @param reason what the client is told
        /// @param stoppedBy the limit that ended it, for `gapura.stopped_by`; null where none did
        /// @param callIds the ids by which the client gets its calls of this turn, by the model's; the others
        ///     do not reach the client
        record Over(FinishReason reason, @Nullable String stoppedBy, Map<String, String> callIds) implements Next {
            public Over {
                callIds = Map.copyOf(callIds);
            }
        }

        /// The exchange ends badly.
        record Failed(Failure failure) implements Next {}
    }
}
