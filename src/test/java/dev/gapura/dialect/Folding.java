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
import java.util.TreeMap;
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

    /// What one choice of a recorded answer says, gathered by a test of its own.
    public static final class Said {
        public final StringBuilder text = new StringBuilder();
        public final StringBuilder reasoning = new StringBuilder();
        public final List<String> names = new ArrayList<>();
        public final List<String> arguments = new ArrayList<>();
        public @Nullable String finish;
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

    /// How an answer differs from what the provider said; ids, names of models and times are not compared.
    public static List<String> differences(TreeMap<Integer, Said> said, long[] usage, JsonNode answer) {
        List<String> out = new ArrayList<>();
        compare("choices", said.size(), answer.path("choices").size(), out);
        said.forEach((index, choice) -> {
            JsonNode got = answer.path("choices").path(index);
            JsonNode message = got.path("message");
            String at = "choice " + index + " ";
            compare(at + "text", choice.text.toString(), message.path("content").asText(""), out);
            compare(
                    at + "reasoning",
                    choice.reasoning.toString(),
                    message.path("reasoning_content").asText(""),
                    out);
            List<String> names = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            message.path("tool_calls").forEach(call -> {
                names.add(call.path("function").path("name").asText());
                ids.add(call.path("id").asText());
            });
            compare(at + "calls", choice.names, names, out);
            compare(
                    at + "ids",
                    false,
                    ids.contains("") || ids.stream().distinct().count() < ids.size(),
                    out);
            for (int i = 0; i < choice.arguments.size(); i++) {
                JsonNode call = message.path("tool_calls").path(i).path("function");
                String wanted = choice.arguments.get(i);
                compare(
                        at + "arguments " + i,
                        JsonTree.readOrNull(wanted.isEmpty() ? "{}" : wanted),
                        JsonTree.readOrNull(call.path("arguments").asText()),
                        out);
            }
            String finish = choice.names.isEmpty() || !"stop".equals(choice.finish) ? choice.finish : "tool_calls";
            compare(at + "finish", finish, got.path("finish_reason").asText(), out);
        });
        JsonNode told = answer.path("usage");
        long[] got = {
            told.path("prompt_tokens").asLong(-1),
            told.path("completion_tokens").asLong(-1),
            told.path("prompt_tokens_details").path("cached_tokens").asLong(-1)
        };
        for (int i = 0; i < got.length; i++) {
            compare("usage " + i, usage[i], got[i], out);
        }
        return out;
    }

    private static void compare(String what, @Nullable Object wanted, @Nullable Object got, List<String> out) {
        if (!Objects.equals(wanted, got)) {
            out.add(what + ": wanted " + wanted + ", got " + got);
        }
    }
}
