package dev.gapura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ChunkWriter;
import dev.gapura.dialect.openai.TranslatedStream;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.Oracle;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Replays recorded answers of one protocol through its dialect and compares what a client would read, plain and as
/// chunks, with what the provider said. Used by the test of each dialect, which brings the oracle.
public final class RecordedAnswers {
    /// Reads what providers report; its clock stands still.
    public static final ErrorReader ERRORS =
            new ErrorReader(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")));

    private static final int[] LONGEST_SLICES = {1, 3, 17, 90, 700, Integer.MAX_VALUE};

    private final Dialect dialect;
    private final Question question;
    private final Predicate<Recording> streams;

    /// What became of one answer.
    ///
    /// @param plain the JSON answer, null where it failed
    /// @param chunks the event stream a client would read
    /// @param failure as the plain answer would tell it
    /// @param events as they left the filter
    public record Read(
            @Nullable JsonNode plain,
            byte[] chunks,
            @Nullable Failure failure,
            List<ChatEvent> events) {

        /// What the plain answer says.
        public List<AnswerSaid> said() {
            return plain == null
                    ? List.of(AnswerSaid.failed(failure == null ? FailureKind.PROVIDER_CUT : failure.kind()))
                    : AnswerSaid.all(plain);
        }
    }

    private RecordedAnswers(Dialect dialect, Provider provider, Predicate<Recording> streams) {
        this.dialect = dialect;
        this.question = Question.plain(provider, "recorded-model");
        this.streams = streams;
    }

    /// @param streams whether a recorded answer is a stream of this dialect
    public static RecordedAnswers of(Dialect dialect, Provider provider, Predicate<Recording> streams) {
        return new RecordedAnswers(dialect, provider, streams);
    }

    /// Replays every recording of the protocol that came with status 200: streams cut in six ways, all of which
    /// have to say what the oracle reads in the recording. Prints how many do.
    ///
    /// @param oracle what the provider said, read without the gateway's code
    /// @param exceptions recordings that are read otherwise, with the reason
    public void prove(String protocol, Oracle oracle, Map<String, String> exceptions) {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int total = 0;
        for (Recording recording : Recordings.ofProtocols(protocol)) {
            if (recording.response().status() != 200) {
                continue;
            }
            total++;
            String miss = miss(recording, oracle.said(recording));
            if (miss != null) {
                misses.add(recording + ": " + miss);
            }
        }
        System.out.println("recordings " + protocol + ": " + (total - misses.size()) + " of " + total);
        misses.forEach(miss -> System.out.println("  " + miss));
        assertThat(total).isPositive();
        assertThat(misses.stream().map(miss -> miss.substring(0, miss.indexOf(": "))))
                .containsExactlyInAnyOrderElementsOf(exceptions.keySet());
    }

    private @Nullable String miss(Recording recording, List<AnswerSaid> said) {
        byte[] body = recording.response().rawBody();
        Question asked = question.withChoices(said.size());
        if (!streams.test(recording)) {
            return differences(said, answer(dialect, asked, body));
        }
        for (int longest : LONGEST_SLICES) {
            String difference = differences(said, stream(dialect, asked, body, new Random(longest), longest));
            if (difference != null) {
                return "in slices of up to " + longest + " bytes: " + difference;
            }
        }
        return null;
    }

    /// The first thing in which an answer, or the chunks that say the same, differ from what was said.
    public static @Nullable String differences(List<AnswerSaid> said, Read read) {
        String plain = AnswerSaid.difference(said, read.said());
        if (plain != null) {
            return plain;
        }
        ClientFold client = ClientFold.of(read.chunks());
        if (said.getFirst().failure() != null) {
            return client.done() ? "a failed answer ends with [DONE]" : null;
        }
        JsonNode answer = read.plain();
        return answer == null ? "no answer" : client.differenceTo(answer);
    }

    /// Reads a streamed answer in slices of random length.
    public static Read stream(Dialect dialect, Question question, byte[] body, Random random, int longest) {
        return read(question, reader -> {
            StreamReader stream = dialect.stream(question);
            for (int at = 0; at < body.length; ) {
                int length = Math.min(body.length - at, 1 + random.nextInt(longest));
                // A copy of exactly this slice: nothing may be read beyond it or kept of it.
                byte[] slice = Arrays.copyOfRange(body, at, at + length);
                stream.feed(slice, 0, length, reader);
                Arrays.fill(slice, (byte) '#');
                at += length;
            }
            stream.end(reader);
        });
    }

    /// Reads a plain answer.
    public static Read answer(Dialect dialect, Question question, byte[] body) {
        return read(question, reader -> dialect.answer(question, body, body.length, reader));
    }

    /// Reads the events that a source gives.
    public static Read read(Question question, Consumer<Consumer<ChatEvent>> source) {
        AnswerWriter plain = new AnswerWriter();
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        List<ChatEvent> events = new ArrayList<>();
        TranslatedStream translated = new TranslatedStream(
                new StreamReader() {
                    @Override
                    public void feed(byte[] bytes, int from, int to, Consumer<ChatEvent> out) {}

                    @Override
                    public void end(Consumer<ChatEvent> out) {
                        source.accept(out);
                    }
                },
                next -> new AnswerFilter(question, next),
                event -> {
                    events.add(event);
                    plain.accept(event);
                },
                question.choices(),
                new ChunkWriter(
                        true, 1, "id", "m", () -> null, (data, from, to) -> chunks.write(data, from, to - from)));
        translated.end();
        boolean good = plain.failure() == null && plain.ended();
        JsonNode whole = good ? ClientFold.json(plain.write(1, "id", "m", null)) : null;
        return new Read(whole, chunks.toByteArray(), plain.failure(), events);
    }

    /// Reads every recorded error of the protocol and compares its kind with the oracle's. Prints how many are
    /// right.
    public static void errors(
            String protocol, Provider provider, Function<Recording, FailureKind> oracle, int atLeast) {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int total = 0;
        for (Recording recording : Recordings.ofProtocols(protocol)) {
            int status = recording.response().status();
            if (status < 400) {
                continue;
            }
            total++;
            UnaryOperator<@Nullable String> header =
                    name -> recording.response().headers().get(name);
            Failure failure =
                    ERRORS.read(provider, status, header, recording.response().rawBody());
            if (failure.kind() != oracle.apply(recording) || failure.message().isBlank()) {
                misses.add(recording + ": " + status + " became " + failure);
            }
        }
        System.out.println("recorded errors " + protocol + ": " + (total - misses.size()) + " of " + total);
        assertThat(misses).isEmpty();
        assertThat(total).isGreaterThanOrEqualTo(atLeast);
    }
}
