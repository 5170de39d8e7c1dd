package dev.gapura.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.failure.Failure;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Takes requests and answers through a dialect as an exchange does, for its tests.
public final class Folding {
    private Folding() {}

    /// A chat request as the provider gets it.
    ///
    /// @param verdicts as the response header tells them, empty where there are none
    public record Written(JsonNode body, UpstreamCall call, String verdicts) {}

    /// An answer as the client gets it, or why there is none.
    public record Folded(
            @Nullable JsonNode answer, @Nullable Failure failure) {
        public JsonNode message() {
            return Objects.requireNonNull(answer, () -> "failed: " + failure)
                    .path("choices")
                    .path(0)
                    .path("message");
        }

        public String finish() {
            return Objects.requireNonNull(answer, () -> "failed: " + failure)
                    .path("choices")
                    .path(0)
                    .path("finish_reason")
                    .asText();
        }
    }

    public static Written write(Dialect dialect, Provider provider, String model, String body) {
        return write(dialect, provider, model, body, UnsupportedPolicy.DEFAULT);
    }

    /// Writes the chat request `body` for a model of a provider.
    public static Written write(
            Dialect dialect, Provider provider, String model, String body, UnsupportedPolicy policy) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Judge judge = new Judge(provider, policy);
        Map<String, JsonNode> fields = ConversationReader.fields(bytes, bytes.length);
        Sieve.Sieved sieved = Sieve.sieve(fields, provider.profile(), model, judge);
        JsonNode stream = fields.get("stream");
        boolean streamed = stream != null && stream.asBoolean();
        ChatRequest request = ConversationReader.read(sieved.fields(), streamed)
                .asking(model, streamed)
                .withNativeFields(sieved.sent());
        UpstreamCall call =
                dialect.write(request, ModelProfiles.of(provider.dialect().configName(), model), judge);
        String verdicts = Verdicts.header(judge.verdicts());
        return new Written(JsonTree.read(call.body(), 0, call.body().length), call, verdicts == null ? "" : verdicts);
    }

    /// Folds a plain answer.
    public static Folded plain(Dialect dialect, Question question, byte[] body) {
        AnswerWriter writer = new AnswerWriter();
        dialect.answer(question, body, body.length, new AnswerFilter(question, writer));
        return folded(writer);
    }

    public static Folded plain(Dialect dialect, Question question, String body) {
        return plain(dialect, question, body.getBytes(StandardCharsets.UTF_8));
    }

    /// Folds a stream.
    ///
    /// @param seed of the places where it is cut; negative: it comes in one piece
    public static Folded stream(Dialect dialect, Question question, byte[] bytes, long seed) {
        AnswerWriter writer = new AnswerWriter();
        AnswerFilter filter = new AnswerFilter(question, writer);
        StreamReader reader = dialect.stream(question);
        Random random = new Random(seed);
        for (int at = 0; at < bytes.length; ) {
            int length = seed < 0 ? bytes.length : 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 9);
            int to = Math.min(bytes.length, at + length);
            reader.feed(bytes, at, to, filter);
            at = to;
        }
        reader.end(filter);
        return folded(writer);
    }

    public static Folded stream(Dialect dialect, Question question, String text) {
        return stream(dialect, question, text.getBytes(StandardCharsets.UTF_8), -1);
    }

    private static Folded folded(AnswerWriter writer) {
        if (writer.failure() != null || !writer.ended()) {
            return new Folded(null, writer.failure());
        }
        byte[] answer = writer.write(1, "chatcmpl-1", "asked-model", null);
        return new Folded(JsonTree.read(answer, 0, answer.length), null);
    }

    /// The JSON objects of an event stream, without the reader under test.
    public static List<JsonNode> events(Recording recording) {
        List<JsonNode> events = new ArrayList<>();
        String text = new String(recording.response().rawBody(), StandardCharsets.UTF_8);
        for (String line : text.split("\\R")) {
            String data =
                    line.startsWith("data:") ? line.substring("data:".length()).strip() : "";
            if (data.startsWith("{")) {
                events.add(Objects.requireNonNull(JsonTree.readOrNull(data)));
            }
        }
        return events;
    }
}
