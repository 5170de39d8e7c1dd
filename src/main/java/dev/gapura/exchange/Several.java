package dev.gapura.exchange;

import dev.gapura.dialect.Dialect;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;

/// Several upstream calls that are one answer: towards the exchange one [Call], whose answer is read in one language.
/// [FanOut] makes them side by side, [Turns] one after another. One instance an exchange, on its event loop.
sealed interface Several extends Dialect, Call permits FanOut, Turns {
    /// Makes one call to the provider.
    @FunctionalInterface
    interface Sender {
        Call send(Spliced body, AnswerListener listener);
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
}
