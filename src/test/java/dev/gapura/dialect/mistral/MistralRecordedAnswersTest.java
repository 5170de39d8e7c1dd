package dev.gapura.dialect.mistral;

import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.MistralOracle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every recorded answer means to the client what Mistral said, however its stream is cut.
class MistralRecordedAnswersTest {
    private final Dialect dialect = new MistralDialect(RecordedAnswers.ERRORS);
    private final Provider provider = Providers.of("mistral");

    @Test
    void answersMeanWhatWasSaid() {
        RecordedAnswers.of(dialect, provider, Recording::isStream).prove("mistral-chat", new MistralOracle(), Map.of());
    }

    @Test
    void errorsAreUnderstood() {
        RecordedAnswers.errors("mistral-chat", provider, MistralRecordedAnswersTest::kind, 5);
    }

    private static FailureKind kind(Recording recording) {
        return switch (recording.response().status()) {
            case 400 -> FailureKind.PROVIDER_REJECTED;
            case 401 -> FailureKind.PROVIDER_AUTH;
            default -> throw new AssertionError(recording + " has an unknown status");
        };
    }
}
