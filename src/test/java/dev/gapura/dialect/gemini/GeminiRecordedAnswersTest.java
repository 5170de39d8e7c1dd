package dev.gapura.dialect.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.dialect.Providers;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.GeminiOracle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every recorded answer of Gemini means to a client what it meant on the wire, however its bytes are cut.
class GeminiRecordedAnswersTest {
    private final Provider provider = Providers.of("gemini");
    private final RecordedAnswers answers = RecordedAnswers.of(
            new GeminiDialect(RecordedAnswers.ERRORS), provider, GeminiRecordedAnswersTest::isStream);

    /// Some streams are arrays of responses.
    private static boolean isStream(Recording recording) {
        return recording.isStream()
                || new String(recording.response().rawBody(), StandardCharsets.UTF_8)
                        .stripLeading()
                        .startsWith("[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini-generate", "vertex-gemini"})
    void everyRecordedAnswerIsUnderstood(String protocol) {
        answers.prove(protocol, new GeminiOracle(), Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini-generate", "vertex-gemini"})
    void everyRecordedErrorHasItsKind(String protocol) {
        RecordedAnswers.errors(protocol, provider, GeminiRecordedAnswersTest::kind, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini-generate", "vertex-gemini"})
    void recordedErrorsTellWhatToDoNext(String protocol) {
        Recordings.assumeAvailable();
        for (Recording recording : Recordings.ofProtocols(protocol)) {
            int status = recording.response().status();
            if (status < 400) {
                continue;
            }
            Failure failure = RecordedAnswers.ERRORS.read(
                    provider,
                    status,
                    recording.response().headers()::get,
                    recording.response().rawBody());
            if (status == 404) {
                assertThat(failure.code()).as(recording.file()).isEqualTo("model_not_found");
            }
            if (text(recording).contains("34.4s")) {
                assertThat(failure.retryAfter()).as(recording.file()).isEqualTo(Duration.ofMillis(34_400));
            }
        }
    }

    private static FailureKind kind(Recording recording) {
        return switch (recording.response().status()) {
            case 404 -> FailureKind.PROVIDER_NOT_FOUND;
            case 429 -> FailureKind.PROVIDER_RATE_LIMITED;
            default ->
                text(recording).contains("API_KEY_INVALID") ? FailureKind.PROVIDER_AUTH : FailureKind.PROVIDER_REJECTED;
        };
    }

    private static String text(Recording recording) {
        return new String(recording.response().rawBody(), StandardCharsets.UTF_8);
    }
}
