package dev.gapura.dialect;

import dev.gapura.chat.Usage;
import dev.gapura.failure.Failure;
import org.jspecify.annotations.Nullable;

/// A streamed answer on its way from the provider's bytes to the client's: relayed as it is or translated.
/// What it writes goes to the [Output] it was made with. One instance a stream, used on one event loop.
public interface AnswerStream {
    /// Takes bytes for the client; they are copied during the call.
    @FunctionalInterface
    interface Output {
        void write(byte[] bytes, int from, int to);
    }

    /// Takes the provider's next bytes. Nothing happens any more once it is over.
    void feed(byte[] bytes, int from, int to);

    /// The provider's answer ended. Afterwards the stream is [#done] or has a [#failure].
    void end();

    /// Ends a stream that is [#complete] but that the provider leaves open.
    void finish();

    /// Whether it ended well and all of it was written.
    boolean done();

    /// Why it ended badly; the client has not been told yet.
    @Nullable
    Failure failure();

    /// Whether any content came, so that the answer's head may go out.
    boolean content();

    /// Whether every choice that was asked for has its finish reason: the answer is whole even if nothing
    /// more comes.
    boolean complete();

    /// Counts what carried data: comments and pings are no progress.
    long progress();

    /// Bytes of what the model said so far, about: what is left to count by where a provider does not tell.
    long said();

    /// The last usage the provider reported.
    @Nullable
    Usage usage();
}
