package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.Usage;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.AnswerStream;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ChunkWriter;
import dev.gapura.dialect.openai.TranslatedStream;
import dev.gapura.failure.Failure;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How the answer of one exchange gets from the provider's language into the client's. Kept as long as the
/// exchange runs, so it holds no part of the conversation. Immutable; any thread.
///
/// @param question what was asked
/// @param usageAsked whether the client wants the usage at the end of its stream
/// @param fallbackId id of the answer where the provider gives none
/// @param createdSeconds seconds since 1970 at which the exchange began
/// @param tap sees every event on its way to the client
public record Translation(
        Dialect dialect,
        Question question,
        boolean usageAsked,
        String fallbackId,
        long createdSeconds,
        Consumer<ChatEvent> tap) {

    /// What became of a plain answer: bytes for the client, or why there are none.
    ///
    /// @param body null where it failed
    record Translated(
            byte @Nullable [] body,
            @Nullable Usage usage,
            @Nullable Failure failure) {}

    /// A stream of the provider's on its way to a client that wants one.
    ///
    /// @param details gives the `gapura` member of the last chunk when it is due, null: none
    AnswerStream stream(Supplier<@Nullable JsonNode> details, AnswerStream.Output output) {
        return new TranslatedStream(
                dialect.stream(question),
                next -> new AnswerFilter(question, next),
                tap,
                question.choices(),
                new ChunkWriter(usageAsked, createdSeconds, fallbackId, question.model(), details, output));
    }

    /// A plain answer for a client that wants a plain one.
    Translated answer(byte[] body, int length, Function<@Nullable Usage, @Nullable JsonNode> details) {
        AnswerWriter writer = new AnswerWriter();
        AnswerFilter filter = new AnswerFilter(question, event -> {
            tap.accept(event);
            writer.accept(event);
        });
        dialect.answer(question, body, length, filter);
        Failure failure = writer.failure();
        if (failure == null && !writer.ended()) {
            failure = Failures.cut(question.providerName());
        }
        if (failure != null) {
            return new Translated(null, writer.usage(), failure);
        }
        byte[] written = writer.write(createdSeconds, fallbackId, question.model(), details.apply(writer.usage()));
        return new Translated(written, writer.usage(), null);
    }

    /// A plain answer of the provider's where a stream was asked for, which some send: the stream it would
    /// have been.
    AnswerStream streamed(byte[] body, int length, Supplier<@Nullable JsonNode> details, AnswerStream.Output output) {
        TranslatedStream stream = new TranslatedStream(
                new StreamReader() {
                    @Override
                    public void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> events) {}

                    @Override
                    public void end(Consumer<ChatEvent> events) {
                        dialect.answer(question, body, length, events);
                    }
                },
                next -> new AnswerFilter(question, next),
                tap,
                question.choices(),
                new ChunkWriter(usageAsked, createdSeconds, fallbackId, question.model(), details, output));
        stream.end();
        return stream;
    }
}
