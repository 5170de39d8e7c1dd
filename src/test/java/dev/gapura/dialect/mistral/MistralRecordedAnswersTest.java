package dev.gapura.dialect.mistral;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Folding.Folded;
import dev.gapura.dialect.Folding.Said;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every recorded answer means to the client what Mistral said, however its stream is cut.
class MistralRecordedAnswersTest {
    private static final ErrorReader ERRORS = new ErrorReader(InstantSource.system());
    private static final MistralDialect MISTRAL = new MistralDialect(ERRORS);
    private static final int SEEDS = 6;

    private static final Map<Integer, FailureKind> KINDS =
            Map.of(400, FailureKind.PROVIDER_REJECTED, 401, FailureKind.PROVIDER_AUTH);

    @Test
    void answersMeanWhatWasSaid() {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("mistral-chat")) {
            if (recording.response().status() == 200) {
                seen++;
                List<String> faults = faults(recording);
                if (!faults.isEmpty()) {
                    misses.add(recording.file() + ": " + faults);
                }
            }
        }
        System.out.println("recordings mistral-chat: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
        assertThat(seen).isGreaterThanOrEqualTo(67);
    }

    private static List<String> faults(Recording recording) {
        TreeMap<Integer, Said> said = new TreeMap<>();
        long[] usage = {-1, -1, -1};
        List<JsonNode> pieces = recording.isStream()
                ? Folding.events(recording)
                : List.of(JsonTree.read(
                        recording.response().rawBody(), 0, recording.response().rawBody().length));
        for (JsonNode piece : pieces) {
            for (JsonNode choice : piece.path("choices")) {
                gather(choice, said.computeIfAbsent(choice.path("index").asInt(), fresh -> new Said()));
            }
            if (piece.path("usage").isObject()) {
                JsonNode counts = piece.get("usage");
                JsonNode details = counts.path("prompt_tokens_details");
                long audio = details.path("audio_tokens").asLong();
                usage[0] = counts.path("prompt_tokens").asLong() + audio;
                usage[1] = counts.path("completion_tokens").asLong();
                usage[2] = details.path("cached_tokens")
                        .asLong(counts.path("num_cached_tokens").asLong(-1));
            }
        }
        Question question = Question.plain(Providers.of("mistral"), "m").withChoices(said.size());
        byte[] bytes = recording.response().rawBody();
        if (!recording.isStream()) {
            return check(Folding.plain(MISTRAL, question, bytes), said, usage);
        }
        List<String> faults = new ArrayList<>();
        for (int seed = -1; seed < SEEDS && faults.isEmpty(); seed++) {
            faults.addAll(check(Folding.stream(MISTRAL, question, bytes, seed), said, usage));
        }
        return faults;
    }

    private static List<String> check(Folded folded, TreeMap<Integer, Said> said, long[] usage) {
        return folded.answer() == null
                ? List.of("failed: " + folded.failure())
                : Folding.differences(said, usage, folded.answer());
    }

    private static void gather(JsonNode choice, Said said) {
        JsonNode message = choice.has("message") ? choice.get("message") : choice.path("delta");
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            said.text.append(content.textValue());
        }
        for (JsonNode part : content) {
            said.text.append(part.path("text").asText(""));
            part.path("thinking")
                    .forEach(piece -> said.reasoning.append(piece.path("text").asText()));
        }
        for (JsonNode call : message.path("tool_calls")) {
            said.names.add(call.path("function").path("name").asText());
            said.arguments.add(call.path("function").path("arguments").asText());
        }
        @Nullable String finish = choice.path("finish_reason").textValue();
        said.finish = finish == null ? said.finish : finish;
    }

    @Test
    void errorsAreUnderstood() {
        Recordings.assumeAvailable();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("mistral-chat")) {
            int status = recording.response().status();
            if (status >= 400) {
                seen++;
                Failure failure = ERRORS.read(
                        Providers.of("mistral"),
                        status,
                        recording.response().headers()::get,
                        recording.response().rawBody());
                assertThat(failure.kind()).as(recording.file()).isEqualTo(KINDS.get(status));
            }
        }
        System.out.println("recorded errors mistral-chat: " + seen);
        assertThat(seen).isEqualTo(5);
    }
}
