package dev.gapura.dialect;

import dev.gapura.chat.ChatEvent;
import java.util.function.Consumer;

/// Reads one streamed answer in whatever pieces it comes: any slicing gives the same events, though text may
/// be cut at other places. One instance a stream, one thread at a time; never blocks, never throws for what a
/// provider sends.
public interface StreamReader {
    /// Takes the next bytes. After [ChatEvent.Failed], [ChatEvent.Paused] or [ChatEvent.Ended] nothing more
    /// is read.
    void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events);

    /// The provider's answer ended. Where its terminal mark had not come, the answer was cut and the events
    /// end with [ChatEvent.Failed].
    void end(Consumer<ChatEvent> events);
}
