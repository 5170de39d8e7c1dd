package dev.gapura.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.anthropic.AnthropicDialect;
import dev.gapura.dialect.bedrock.BedrockDialect;
import dev.gapura.dialect.cohere.CohereDialect;
import dev.gapura.dialect.gemini.GeminiDialect;
import dev.gapura.dialect.mistral.MistralDialect;
import dev.gapura.dialect.ollama.OllamaDialect;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ChatDialect;
import dev.gapura.dialect.openai.ChunkWriter;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.dialect.openai.ReasoningGatherer;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.dialect.openai.StreamRelay;
import dev.gapura.dialect.responses.ResponsesDialect;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Habit;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.EventStreams;
import dev.gapura.wire.EventStreamFramer;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Whatever bytes come, no reader throws, every answer ends exactly once, and what is written is JSON.
///
/// In the ordinary run each target takes its seeds; `JAZZER_FUZZ=1 ./mvnw test -Dtest='ReadersFuzzTest#anthropic'`
/// searches for as long as `maxDuration` says, longer with `-Djazzer.max_duration=1h`.
class ReadersFuzzTest {
    private static final ErrorReader ERRORS = new ErrorReader(InstantSource.system());

    private static final List<String> PROVIDERS =
            List.of("openai", "azure", "anthropic", "gemini", "mistral", "cohere", "ollama", "openrouter", "corp");

    private static final String[] EVENTS = {
        "messageStart",
        "contentBlockStart",
        "contentBlockDelta",
        "contentBlockStop",
        "messageStop",
        "metadata",
        "throttlingException"
    };

    @FuzzTest(maxDuration = "5m")
    void requests(byte[] data) {
        try {
            RequestReader.read(data, data.length);
            ConversationReader.read(ConversationReader.fields(data, data.length), true);
        } catch (GatewayException refused) {
            // A clear answer is all that is asked for.
        }
    }

    @FuzzTest(maxDuration = "5m")
    void relayed(FuzzedDataProvider data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamRelay relay = new StreamRelay(
                Providers.of(data.pickValue(List.of("openai", "azure", "together", "perplexity", "corp"))),
                "qwen3-thinking",
                1,
                data.consumeBoolean(),
                data.consumeBoolean(),
                new StreamRelay.Tools(ERRORS),
                (bytes, from, to) -> out.write(bytes, from, to - from));
        relay.gather(Objects.requireNonNull(ReasoningGatherer.of(
                EnumSet.of(Habit.CALLS_BRING_REASONING, Habit.CALLS_BRING_DETAILS),
                (ids, members) -> check(!ids.isEmpty() && !members.isEmpty(), "what is kept belongs to a call"))));
        for (byte[] piece : pieces(data)) {
            relay.feed(piece, 0, piece.length);
        }
        relay.end();
        check(relay.done() != (relay.failure() != null), "a relayed stream must end well or badly");
    }

    @FuzzTest(maxDuration = "5m")
    void anthropic(FuzzedDataProvider data) {
        answer(new AnthropicDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void gemini(FuzzedDataProvider data) {
        answer(new GeminiDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void mistral(FuzzedDataProvider data) {
        answer(new MistralDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void cohere(FuzzedDataProvider data) {
        answer(new CohereDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void responses(FuzzedDataProvider data) {
        answer(new ResponsesDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void ollama(FuzzedDataProvider data) {
        answer(new OllamaDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void bedrock(FuzzedDataProvider data) {
        answer(new BedrockDialect(ERRORS), data);
    }

    /// Streams whose messages are whole, with anything inside: no chance finds a checksum.
    @FuzzTest(maxDuration = "5m")
    void bedrockEvents(FuzzedDataProvider data) {
        answer(new BedrockDialect(ERRORS), data, ReadersFuzzTest::messages);
    }

    /// However a stream of binary messages is cut, the same is read of it.
    @FuzzTest(maxDuration = "5m")
    void eventStream(FuzzedDataProvider data) {
        List<byte[]> pieces = data.consumeBoolean() ? messages(data) : pieces(data);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        pieces.forEach(whole::writeBytes);
        List<String> cut = messages(pieces);
        check(cut.equals(messages(List.of(whole.toByteArray()))), "the cuts of a stream must not matter");
    }

    /// What is read of a stream that comes in these pieces.
    private static List<String> messages(List<byte[]> pieces) {
        List<String> read = new ArrayList<>();
        EventStreamFramer framer = new EventStreamFramer(
                (headers, bytes, from, to) ->
                        read.add(new TreeMap<>(headers) + Arrays.toString(Arrays.copyOfRange(bytes, from, to))),
                1 << 16);
        pieces.forEach(piece -> framer.feed(piece, 0, piece.length));
        read.add(framer.fault() == null ? "incomplete " + framer.incomplete() : framer.fault());
        return read;
    }

    /// Messages of Bedrock's, cut somewhere.
    private static List<byte[]> messages(FuzzedDataProvider data) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        while (data.remainingBytes() > 0) {
            String type = data.pickValue(EVENTS);
            String json = data.consumeAsciiString(data.consumeInt(0, 200));
            stream.writeBytes(
                    type.endsWith("Exception") ? EventStreams.exception(type, json) : EventStreams.event(type, json));
        }
        byte[] bytes = stream.toByteArray();
        int cut = bytes.length / 3;
        return List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
    }

    @FuzzTest(maxDuration = "5m")
    void chat(FuzzedDataProvider data) {
        answer(new ChatDialect(ERRORS), data);
    }

    /// Whatever a provider answers with whatever status, the failure has a status and a text of the
    /// contract.
    @FuzzTest(maxDuration = "5m")
    void errors(FuzzedDataProvider data) {
        Provider provider = Providers.of(data.pickValue(PROVIDERS));
        int status = data.consumeInt(100, 599);
        String header = data.consumeBoolean() ? data.consumeString(40) : null;
        byte[] body = data.consumeRemainingAsBytes();
        for (Failure failure : List.of(
                ERRORS.read(provider, status, name -> header, body),
                ERRORS.readInStream(provider, body),
                ERRORS.readException(provider, header, body))) {
            check(failure.status() >= 400 && failure.status() < 600, "a failure has a status of one");
            check(!failure.message().isBlank(), "a failure says something");
        }
    }

    private static void answer(Dialect dialect, FuzzedDataProvider data) {
        answer(dialect, data, ReadersFuzzTest::pieces);
    }

    private static void answer(
            Dialect dialect, FuzzedDataProvider data, Function<FuzzedDataProvider, List<byte[]>> source) {
        boolean stream = data.consumeBoolean();
        Question question = new Question(
                Providers.of("openai"),
                "m",
                1,
                data.consumeBoolean() ? "json_output" : null,
                data.consumeBoolean(),
                Map.of(),
                Set.of("free"),
                data.consumeBoolean(),
                data.consumeBoolean());
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        ChunkWriter writer = new ChunkWriter(
                true, 1, "id", "m", () -> null, (bytes, from, to) -> chunks.write(bytes, from, to - from));
        AnswerWriter whole = new AnswerWriter();
        int[] ends = {0};
        AnswerFilter filter = new AnswerFilter(question, event -> {
            boolean last = event instanceof ChatEvent.Ended
                    || event instanceof ChatEvent.Failed
                    || event instanceof ChatEvent.Paused;
            ends[0] += last ? 1 : 0;
            whole.accept(event);
            writer.write(event);
        });
        List<byte[]> pieces = source.apply(data);
        if (stream) {
            StreamReader reader = dialect.stream(question);
            for (byte[] piece : pieces) {
                reader.feed(piece, 0, piece.length, filter);
            }
            reader.end(filter);
        } else {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            pieces.forEach(all::writeBytes);
            dialect.answer(question, all.toByteArray(), all.size(), filter);
        }
        check(ends[0] == 1, "an answer must end exactly once");
        JsonTree.read(whole.write(1, "id", "m", null), 0, whole.write(1, "id", "m", null).length);
        for (String line : chunks.toString(StandardCharsets.UTF_8).split("\n")) {
            if (line.startsWith("data: ") && !line.equals("data: [DONE]")) {
                byte[] json = line.substring(6).getBytes(StandardCharsets.UTF_8);
                JsonTree.read(json, 0, json.length);
            }
        }
    }

    private static List<byte[]> pieces(FuzzedDataProvider data) {
        List<byte[]> pieces = new ArrayList<>();
        while (data.remainingBytes() > 0 && pieces.size() < 8) {
            pieces.add(data.consumeBytes(data.consumeInt(1, 400)));
        }
        pieces.add(data.consumeRemainingAsBytes());
        return pieces;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
