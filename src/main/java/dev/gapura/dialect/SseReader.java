package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.SseFramer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [StreamReader] for streams of server-sent events whose data are JSON objects, which is all but Bedrock's
/// and Ollama's: it finds the events, reads them, and knows how a stream can go wrong. A dialect adds what
/// its events mean.
public abstract class SseReader implements StreamReader, SseFramer.Events {
    /// Largest event accepted, as for relayed streams: images and audio come base64 in one event.
    private static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

    protected final Question question;
    private final ErrorReader errors;
    private final SseFramer framer = new SseFramer(this, MAX_EVENT_BYTES);
    private @Nullable Consumer<ChatEvent> out;
    private boolean over;

    /// @param errors reads what the provider reports inside its stream
    protected SseReader(Question question, ErrorReader errors) {
        this.question = question;
        this.errors = errors;
    }

    /// Ends the answer with what the provider reported in this event.
    protected final void reported(JsonNode event) {
        emit(new ChatEvent.Failed(errors.readInStream(question.provider(), JsonTree.bytes(event))));
    }

    /// One event of the provider, an object. Called between [#feed] and its return.
    protected abstract void event(JsonNode event);

    /// The bytes ended without a terminal mark. Whoever takes the end of the bytes for one emits
    /// [ChatEvent.Ended] here; otherwise the stream was cut.
    protected void ended() {}

    /// Gives an event to the exchange; the last ones close the stream.
    protected final void emit(ChatEvent event) {
        if (!over) {
            over = event instanceof ChatEvent.Failed
                    || event instanceof ChatEvent.Ended
                    || event instanceof ChatEvent.Paused;
            Objects.requireNonNull(out).accept(event);
        }
    }

    @Override
    public final void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events) {
        out = events;
        if (!over) {
            framer.feed(bytes, from, to);
            if (framer.tooLarge()) {
                emit(new ChatEvent.Failed(Failures.unreadable(
                        question.providerName(),
                        "an event of its stream is larger than " + MAX_EVENT_BYTES + " bytes")));
            }
        }
        out = null;
    }

    @Override
    public final void end(Consumer<ChatEvent> events) {
        out = events;
        if (!over) {
            framer.end();
        }
        if (!over) {
            ended();
        }
        if (!over) {
            emit(new ChatEvent.Failed(Failures.cut(question.providerName())));
        }
        out = null;
    }

    @Override
    public final void event(byte[] bytes, int start, int end, byte[] data, int dataStart, int dataEnd, boolean error) {
        if (over || dataStart == dataEnd) {
            return;
        }
        JsonNode event;
        try {
            if (isDone(data, dataStart, dataEnd)) {
                done();
                return;
            }
            event = JsonTree.read(data, dataStart, dataEnd);
        } catch (JsonException malformed) {
            boolean closed = end > start && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r');
            emit(new ChatEvent.Failed(
                    closed
                            ? Failures.unreadable(question.providerName(), "an event of its stream is not valid JSON")
                            : Failures.cut(question.providerName())));
            return;
        }
        if (!event.isObject()) {
            emit(new ChatEvent.Failed(
                    Failures.unreadable(question.providerName(), "an event of its stream is not an object")));
            return;
        }
        try {
            event(event);
        } catch (RuntimeException unexpected) {
            // Shapes that a reader did not foresee are the provider's fault, not the exchange's.
            Failure failure = Failure.of(
                            FailureKind.PROVIDER_UNREADABLE,
                            question.providerName() + " cannot be read: an event of its stream has an unknown shape.")
                    .withCode("upstream_unreadable")
                    .withProvider(question.providerName());
            emit(new ChatEvent.Failed(failure));
        }
    }

    /// `[DONE]` came: the terminal mark of OpenAI-like streams, nothing in others.
    protected void done() {}

    private static boolean isDone(byte[] data, int from, int to) {
        byte[] text = Arrays.copyOfRange(data, from, Math.min(to, from + 6));
        return to - from <= 8 && new String(text, StandardCharsets.US_ASCII).equals("[DONE]");
    }
}
