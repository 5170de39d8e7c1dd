package dev.gapura.dialect.ollama;

import dev.gapura.dialect.Providers;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.OllamaOracle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every recorded answer means to the client what Ollama said, however its stream is cut.
class OllamaRecordedAnswersTest {
    private static final OllamaDialect OLLAMA = new OllamaDialect(RecordedAnswers.ERRORS);

    @Test
    void answersMeanWhatWasSaid() {
        RecordedAnswers.of(OLLAMA, Providers.of("ollama"), OllamaRecordedAnswersTest::streams)
                .prove("ollama-chat", new OllamaOracle(), Map.of());
    }

    @Test
    void errorsAreUnderstood() {
        RecordedAnswers.errors("ollama-chat", Providers.of("ollama"), recording -> FailureKind.PROVIDER_NOT_FOUND, 1);
    }

    private static boolean streams(Recording recording) {
        return recording.response().headers().getOrDefault("content-type", "").startsWith("application/x-ndjson");
    }
}
