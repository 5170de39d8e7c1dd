package dev.gapura.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.ResponsesOracle;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every recorded answer of the Responses API, read and written for the client, says what the provider said.
class ResponsesRecordedAnswersTest {
    private static final Map<Integer, FailureKind> STATUSES =
            Map.of(400, FailureKind.PROVIDER_REJECTED, 401, FailureKind.PROVIDER_AUTH, 429, FailureKind.PROVIDER_QUOTA);

    @ParameterizedTest
    @ValueSource(strings = {"openai-responses", "azure-responses", "compat-responses", "xai-responses"})
    void everyAnswerSaysWhatTheProviderSaid(String protocol) {
        RecordedAnswers.of(Responses.DIALECT, Responses.provider("acme"), Recording::isStream)
                .prove(protocol, new ResponsesOracle(), Map.of());
    }

    /// The response that a stream ends with, read as a plain answer, but for the seals, which OpenAI makes anew.
    @ParameterizedTest
    @ValueSource(strings = {"openai-responses", "azure-responses", "compat-responses", "xai-responses"})
    void aStreamSaysWhatTheResponseAtItsEndSays(String protocol) {
        Recordings.assumeAvailable();
        Question question = Responses.question("acme");
        List<String> misses = new ArrayList<>();
        for (Recording recording : Recordings.ofProtocols(protocol)) {
            byte[] last = recording.isStream() ? last(recording) : null;
            if (last == null) {
                continue;
            }
            RecordedAnswers.Read plain = RecordedAnswers.answer(Responses.DIALECT, question, last);
            RecordedAnswers.Read streamed = RecordedAnswers.stream(
                    Responses.DIALECT, question, recording.response().rawBody(), new Random(1), 97);
            String difference = AnswerSaid.difference(unsealed(plain), unsealed(streamed));
            if (difference != null) {
                misses.add(recording + ": " + difference);
            }
        }
        assertThat(misses).isEmpty();
    }

    private static byte[] last(Recording recording) {
        byte[] found = null;
        for (JsonNode event : Folding.events(recording)) {
            String type = event.path("type").asText();
            if (type.equals("response.completed") || type.equals("response.incomplete")) {
                found = JsonTree.bytes(event.get("response"));
            }
        }
        return found;
    }

    private static List<AnswerSaid> unsealed(RecordedAnswers.Read read) {
        return read.said().stream().map(AnswerSaid::unsealed).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai-responses", "compat-responses", "xai-responses"})
    void everyErrorHasItsKind(String protocol) {
        RecordedAnswers.errors(protocol, Responses.provider("acme"), ResponsesRecordedAnswersTest::kind, 1);
    }

    /// xAI says 400 to a wrong key.
    private static FailureKind kind(Recording recording) {
        boolean badKey = String.valueOf(recording.response().body()).contains("Incorrect API key");
        return badKey
                ? FailureKind.PROVIDER_AUTH
                : Objects.requireNonNull(STATUSES.get(recording.response().status()));
    }
}
