package dev.gapura.dialect.bedrock;

import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.BedrockOracle;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Everything that was recorded of Converse is read as it was said: text, thought with its signatures, calls, sources,
/// the end and the tokens, plain and streamed, however the bytes are cut.
class BedrockRecordedAnswersTest {
    /// Bedrock says 400 where a model is to be called by the id of an inference profile.
    private static final String PROFILE_WANTED = "bedrock-converse/0089-error-400.json";

    @Test
    void answersMeanWhatWasSaid() {
        RecordedAnswers.of(Bedrock.DIALECT, Bedrock.PROVIDER, BedrockOracle::isStream)
                .prove("bedrock-converse", new BedrockOracle(), Map.of());
    }

    @Test
    void errorsAreUnderstood() {
        RecordedAnswers.errors("bedrock-converse", Bedrock.PROVIDER, BedrockRecordedAnswersTest::kind, 11);
        RecordedAnswers.errors("bedrock-invoke", Bedrock.PROVIDER, BedrockRecordedAnswersTest::kind, 6);
    }

    private static FailureKind kind(Recording recording) {
        return switch (recording.response().status()) {
            case 400 ->
                recording.file().equals(PROFILE_WANTED)
                        ? FailureKind.PROVIDER_NOT_FOUND
                        : FailureKind.PROVIDER_REJECTED;
            case 403 -> FailureKind.PROVIDER_AUTH;
            case 404 -> FailureKind.PROVIDER_NOT_FOUND;
            default -> throw new AssertionError(recording + " has an unknown status");
        };
    }
}
