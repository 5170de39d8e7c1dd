package dev.gapura.dialect.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Folding;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Provider;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.CohereOracle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Every recorded answer means to the client what Cohere said, however its stream is cut.
class CohereRecordedAnswersTest {
    private final Dialect dialect = new CohereDialect(RecordedAnswers.ERRORS);
    private final Provider provider = Providers.of("cohere");

    @Test
    void answersMeanWhatWasSaid() {
        RecordedAnswers.of(dialect, provider, Recording::isStream).prove("cohere-chat", new CohereOracle(), Map.of());
    }

    /// Places are counted in the whole text, while Cohere counts in one piece of the content.
    @Test
    void annotationsMarkTheTextThatWasCited() {
        Recordings.assumeAvailable();
        Question question = Question.plain(provider, "m");
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols("cohere-chat")) {
            if (!recording.features().contains("citations")) {
                continue;
            }
            byte[] body = recording.response().rawBody();
            RecordedAnswers.Read read = recording.isStream()
                    ? RecordedAnswers.stream(dialect, question, body, new Random(1), 90)
                    : RecordedAnswers.answer(dialect, question, body);
            JsonNode message = Objects.requireNonNull(read.plain()).at("/choices/0/message");
            List<String> marked = new ArrayList<>();
            message.path("annotations").forEach(annotation -> {
                JsonNode place = annotation.get("url_citation");
                marked.add(message.path("content")
                        .asText()
                        .substring(
                                place.path("start_index").asInt(),
                                place.path("end_index").asInt()));
            });
            assertThat(marked).as(recording.file()).isEqualTo(cited(recording));
            seen += marked.size();
        }
        assertThat(seen).isPositive();
    }

    private static List<String> cited(Recording recording) {
        List<JsonNode> citations = new ArrayList<>();
        JsonNode body = recording.response().body();
        if (body != null) {
            body.at("/message/citations").forEach(citations::add);
        } else {
            Folding.events(recording).forEach(event -> citations.add(event.at("/delta/message/citations")));
        }
        List<String> cited = new ArrayList<>();
        citations.forEach(citation -> citation.path("sources")
                .forEach(source -> cited.add(citation.path("text").asText())));
        return cited;
    }

    @Test
    void errorsAreUnderstood() {
        RecordedAnswers.errors("cohere-chat", provider, CohereRecordedAnswersTest::kind, 2);
    }

    private static FailureKind kind(Recording recording) {
        return switch (recording.response().status()) {
            case 401 -> FailureKind.PROVIDER_AUTH;
            case 404 -> FailureKind.PROVIDER_NOT_FOUND;
            default -> throw new AssertionError(recording + " has an unknown status");
        };
    }
}
