package dev.gapura.upstream;

import dev.gapura.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;

/// What one [Attempt] reports, always on the event loop that started it, in this order: `onHead`, any number
/// of `onBytes`, `onEnd`; or `onFailure` at any point, after which nothing comes any more.
public interface AnswerListener {
    /// Status line and headers arrived.
    void onHead(int status, MultiMap headers);

    /// Body bytes, as many as one read of the socket brought. The buffer belongs to the caller: copy what
    /// must stay.
    void onBytes(ByteBuf bytes);

    /// The body is complete by its own framing.
    void onEnd();

    /// No connection, or the connection broke; the failure names no address.
    void onFailure(Failure failure);
}
