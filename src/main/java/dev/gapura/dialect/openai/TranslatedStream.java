package dev.gapura.dialect.openai;

import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.AnswerStream;
import dev.gapura.dialect.StreamReader;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A provider's stream in its own language on its way to a client that reads chunks: reader, filter, writer.
/// One instance a stream, used on one event loop.
public final class TranslatedStream implements AnswerStream, Consumer<ChatEvent> {
    private final StreamReader reader;
    private final Consumer<ChatEvent> filter;
    private final Consumer<ChatEvent> tap;
    private final ChunkWriter writer;
    private final int choicesAsked;
    private final BitSet finished = new BitSet();

    private @Nullable Usage usage;
    private @Nullable Failure failure;
    private boolean content;
    private boolean done;
    private boolean ending;
    private long progress;
    private long said;

    /// @param filters makes what stands between reader and writer, given its receiver; an [AnswerFilter]
    /// @param tap sees every event on its way, before it is written
    public TranslatedStream(
            StreamReader reader,
            UnaryOperator<Consumer<ChatEvent>> filters,
            Consumer<ChatEvent> tap,
            int choicesAsked,
            ChunkWriter writer) {
        this.reader = reader;
        this.tap = tap;
        this.choicesAsked = choicesAsked;
        this.writer = writer;
        this.filter = filters.apply(this);
    }

    @Override
    public void feed(byte[] bytes, int from, int to) {
        if (!over()) {
            reader.feed(bytes, from, to, this::heard);
        }
    }

    @Override
    public void end() {
        if (!over()) {
            ending = true;
            reader.end(this::heard);
        }
    }

    /// What the filter holds back is progress too.
    private void heard(ChatEvent event) {
        progress++;
        filter.accept(event);
    }

    @Override
    public void finish() {
        if (!over()) {
            accept(new ChatEvent.Ended());
        }
    }

    /// Takes one event as the client shall have it. A provider whose bytes end after the finish reasons of
    /// all choices but before its own last word has given a whole answer.
    @Override
    public void accept(ChatEvent given) {
        if (over()) {
            return;
        }
        boolean whole = ending
                && given instanceof ChatEvent.Failed cut
                && cut.failure().kind() == FailureKind.PROVIDER_CUT
                && complete();
        ChatEvent event = whole ? new ChatEvent.Ended() : given;
        tap.accept(event);
        switch (event) {
            case ChatEvent.Failed failed -> failure = failed.failure();
            case ChatEvent.Ended ended -> done = true;
            case ChatEvent.Reported reported -> usage = reported.usage();
            case ChatEvent.Finished end -> {
                finished.set(end.choice());
                content = true;
            }
            case ChatEvent.Started started -> {}
            case ChatEvent.Paused paused -> failure = AnswerWriter.paused();
            case ChatEvent.Text text -> said(text.text());
            case ChatEvent.Reasoning reasoning -> said(reasoning.text());
            case ChatEvent.ReasoningBlock block -> content = true;
            case ChatEvent.ToolCallOpened opened -> content = true;
            case ChatEvent.ToolCallArguments arguments -> said(arguments.fragment());
            case ChatEvent.ToolCallClosed closed -> {}
            case ChatEvent.Refusal refusal -> said(refusal.text());
            case ChatEvent.Annotation annotation -> content = true;
            case ChatEvent.Image image -> content = true;
            case ChatEvent.Audio audio -> content = true;
            case ChatEvent.Logprobs logprobs -> content = true;
            case ChatEvent.Traced traced -> {}
        }
        writer.write(event);
    }

    private void said(String text) {
        content = true;
        said += text.length();
    }

    @Override
    public long said() {
        return said;
    }

    private boolean over() {
        return done || failure != null;
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public @Nullable Failure failure() {
        return failure;
    }

    @Override
    public boolean content() {
        return content;
    }

    @Override
    public boolean complete() {
        return finished.cardinality() >= choicesAsked;
    }

    @Override
    public long progress() {
        return progress;
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }
}
