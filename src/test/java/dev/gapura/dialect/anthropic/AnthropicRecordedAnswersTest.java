package dev.gapura.dialect.anthropic;

import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Providers;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.AnthropicOracle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Everything that was recorded of the Messages API is read as it was said: text, thought with its signatures, calls,
/// sources, the end and the tokens, plain and streamed, however the bytes are cut.
class AnthropicRecordedAnswersTest {
    private final Dialect dialect = new AnthropicDialect(RecordedAnswers.ERRORS);
    private final Provider provider = Providers.of("anthropic");
    private final RecordedAnswers answers = RecordedAnswers.of(dialect, provider, Recording::isStream);

    @Test
    void anthropic() {
        answers.prove("anthropic-messages", new AnthropicOracle(), Map.of());
    }

    @Test
    void vertex() {
        answers.prove("vertex-anthropic", new AnthropicOracle(), Map.of());
    }

    @Test
    void errors() {
        RecordedAnswers.errors("anthropic-messages", provider, AnthropicRecordedAnswersTest::kind, 23);
    }

    private static FailureKind kind(Recording recording) {
        return switch (recording.response().status()) {
            case 400 -> FailureKind.PROVIDER_REJECTED;
            case 401 -> FailureKind.PROVIDER_AUTH;
            case 404 -> FailureKind.PROVIDER_NOT_FOUND;
            case 529 -> FailureKind.PROVIDER_OVERLOADED;
            default -> throw new AssertionError(recording + " has an unknown status");
        };
    }
}
