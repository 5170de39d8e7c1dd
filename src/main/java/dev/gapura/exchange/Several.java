package dev.gapura.exchange;

import dev.gapura.dialect.Dialect;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;
import io.vertx.core.Future;

/// Several upstream calls that are one answer: towards the exchange one [Call], whose answer is read in one language.
/// [FanOut] makes them side by side, [Turns] one after another. One instance an exchange, on its event loop.
sealed interface Several extends Dialect, Call permits FanOut, Turns {
    /// Makes one call to the provider.
    @FunctionalInterface
    interface Sender {
        Call send(Spliced body, AnswerListener listener);

        /// Asks before a call that follows others of a row.
        ///
        /// @param body what would be sent
        /// @param so what the row did so far
        /// @return completes on this event loop with whether the budgets let it; fails where that cannot
        ///     be known
        default Future<Boolean> mayCall(Spliced body, Account so) {
            return Future.succeededFuture(true);
        }

        /// Asks before a tool runs that costs something.
        ///
        /// @param nanoUsd price of the run
        /// @param so what the row did so far
        /// @return as of [#mayCall]
        default Future<Boolean> mayRun(long nanoUsd, Account so) {
            return Future.succeededFuture(true);
        }

        /// The same for one of several rows of calls that are made side by side.
        default Sender row() {
            return this;
        }
    }

    /// Makes the first call or calls.
    ///
    /// @param body what the provider is sent first
    /// @param exchange hears of the answer as if it came from one call
    void start(Spliced body, AnswerListener exchange, Sender sender);

    /// What was done so far.
    Account account();

    /// Whether the whole request may be sent again by itself: no tool ran that must not run twice.
    boolean repeatable();

    /// Whether the gateway itself is at work, so that no deadline of the provider's runs.
    boolean working();

    /// Looks at the deadlines of the gateway's own work; those of the provider are watched by the exchange.
    ///
    /// @param now `System.nanoTime()`
    void tick(long now);

    /// Whether the calls under way have said nothing yet.
    boolean silent();

    /// When the last call was made, by `System.nanoTime()`.
    long calledNanos();

    /// Counts what providers said, also what stays here: for deadlines it is progress all the same.
    long heard();
}
