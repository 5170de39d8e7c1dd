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
import dev.gapura.dialect.ollama.OllamaDialect;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ChatDialect;
import dev.gapura.dialect.openai.ChunkWriter;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.dialect.openai.StreamRelay;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whatever bytes come, no reader throws, every answer ends exactly once, and what is written is JSON.
///
/// In the ordinary run each target takes its seeds; `JAZZER_FUZZ=1 ./mvnw test -Dtest='ReadersFuzzTest#anthropic'`
/// searches for as long as `maxDuration` says, longer with `-Djazzer.max_duration=1h`.
class ReadersFuzzTest {
    private static final ErrorReader ERRORS = new ErrorReader(InstantSource.system());

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
                Providers.of("openai"),
                1,
                data.consumeBoolean(),
                data.consumeBoolean(),
                new StreamRelay.Tools(ERRORS),
                (bytes, from, to) -> out.write(bytes, from, to - from));
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
    void ollama(FuzzedDataProvider data) {
        answer(new OllamaDialect(ERRORS), data);
    }

    @FuzzTest(maxDuration = "5m")
    void chat(FuzzedDataProvider data) {
        answer(new ChatDialect(ERRORS), data);
    }

    private static void answer(Dialect dialect, FuzzedDataProvider data) {
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
        List<byte[]> pieces = pieces(data);
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
