package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [StreamReader] for streams whose events are JSON objects, however they are framed: it reads them, and knows
/// how a stream can go wrong. A framing finds the events in the bytes, a dialect adds what they mean.
public abstract class JsonEventReader implements StreamReader {
    /// Largest event accepted, as for relayed streams: images and audio come base64 in one event.
    protected static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

    protected final Question question;
    private final ErrorReader errors;
    private @Nullable Consumer<ChatEvent> out;
    private boolean over;

    /// @param errors reads what the provider reports inside its stream
    protected JsonEventReader(Question question, ErrorReader errors) {
        this.question = question;
        this.errors = errors;
    }

    /// Finds events in the next bytes and gives each to [#json].
    protected abstract void bytes(byte[] bytes, int from, int to);

    /// The bytes ended: gives what is left of an event that was not closed to [#json].
    protected abstract void lastBytes();

    /// One event of the provider, an object. Called between [#feed] and its return.
    protected abstract void event(JsonNode event);

    /// The bytes ended without a terminal mark. Whoever takes the end of the bytes for one emits
    /// [ChatEvent.Ended] here; otherwise the stream was cut.
    protected void ended() {}

    /// Ends the answer with what the provider reported in this event.
    protected final void reported(JsonNode event) {
        emit(new ChatEvent.Failed(errors.readInStream(question.provider(), JsonTree.bytes(event))));
    }

    /// Ends the answer with an exception that an AWS event stream carries.
    ///
    /// @param exception its name, null where it has none
    /// @param json what it says
    protected final void reported(@Nullable String exception, byte[] json) {
        emit(new ChatEvent.Failed(errors.readException(question.provider(), exception, json)));
    }

    /// Gives an event to the exchange; the last ones close the stream.
    protected final void emit(ChatEvent event) {
        if (!over) {
            over = event instanceof ChatEvent.Failed
                    || event instanceof ChatEvent.Ended
                    || event instanceof ChatEvent.Paused;
            Objects.requireNonNull(out).accept(event);
        }
    }

    /// Whether the answer ended, well or badly.
    protected final boolean over() {
        return over;
    }

    /// Ends the answer because an event is larger than is accepted.
    protected final void tooLarge() {
        unreadable("an event of its stream is larger than " + MAX_EVENT_BYTES + " bytes");
    }

    /// Reads one event.
    ///
    /// @param closed whether its framing said that it is whole: a broken one that is not was cut
    protected final void json(byte[] data, int from, int to, boolean closed) {
        JsonNode event;
        try {
            event = JsonTree.read(data, from, to);
        } catch (JsonException malformed) {
            if (closed) {
                unreadable("an event of its stream is not valid JSON");
            } else {
                emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
            }
            return;
        }
        if (!event.isObject()) {
            unreadable("an event of its stream is not an object");
            return;
        }
        try {
            event(event);
        } catch (RuntimeException unexpected) {
            // Shapes that a reader did not foresee are the provider's fault, not the exchange's.
            unreadable("an event of its stream has an unknown shape");
        }
    }

    /// Ends the answer because it cannot be read.
    ///
    /// @param what continues "cannot be read:", without a full stop
    protected final void unreadable(String what) {
        emit(new ChatEvent.Failed(Failures.unreadable(question.providerName(), what)));
    }

    @Override
    public final void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events) {
        out = events;
        if (!over) {
            bytes(bytes, from, to);
        }
        out = null;
    }

    @Override
    public final void end(Consumer<ChatEvent> events) {
        out = events;
        if (!over) {
            lastBytes();
        }
        if (!over) {
            ended();
        }
        if (!over) {
            emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
        }
        out = null;
    }
}
