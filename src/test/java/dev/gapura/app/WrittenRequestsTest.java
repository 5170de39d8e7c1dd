package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.conformance.Cell;
import dev.gapura.conformance.Conformance;
import dev.gapura.conformance.Feature;
import dev.gapura.conformance.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Features that were never recorded with a provider are asked for as its documentation says, and those that the table
/// calls not offered are not.
class WrittenRequestsTest {
    @Test
    void dryRunsTellWhatIsLeftOutInsideOfMessages() {
        try (WrittenRequests requests = new WrittenRequests(Protocols.all(new Exceptions()))) {
            Cell cell =
                    requests.cell("groq-chat", "groq", List.of("llama-3.3-70b-versatile"), Feature.CACHE_MARKS, false);

            assertThat(cell).isEqualTo(new Cell.NotOffered("this model caches by itself"));
        }
    }

    @Test
    void requestsAskForWhatTheTableSays() {
        WrittenCells written = new WrittenCells();
        FeatureMarks marks = new FeatureMarks();
        List<String> misses = new ArrayList<>();
        int checked = 0;
        try (WrittenRequests requests = new WrittenRequests(Protocols.all(new Exceptions()))) {
            for (Target target : Conformance.read().targets()) {
                WrittenCells.Asked asked = written.asked(target.protocol());
                for (Feature feature : marks.features()) {
                    for (boolean streamed : new boolean[] {false, true}) {
                        Target.Row row = target.row(feature);
                        Cell told = streamed ? row.sse() : row.json();
                        boolean own = told instanceof Cell.Written || told instanceof Cell.NotOffered;
                        if (!own || asked == null || written.of(target.protocol(), feature, streamed) != null) {
                            continue;
                        }
                        checked++;
                        Cell seen =
                                requests.cell(target.protocol(), asked.provider(), asked.models(), feature, streamed);
                        if (!seen.equals(told)) {
                            misses.add(target.protocol() + " | " + feature.title() + ": " + told + " / " + seen);
                        }
                    }
                }
            }
        }
        System.out.println("features from documentation: " + (checked - misses.size()) + " of " + checked);
        assertThat(misses).isEmpty();
    }
}
