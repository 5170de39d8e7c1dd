package dev.gapura.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTablesTest {
    private final Conformance conformance = Conformance.of("""
            target | acme-chat | acme | openai_chat | 3 of 4
            """ + rows(), "acme-chat | 1 of 2 with all fields\n");

    /// Every feature, so that a table can be made.
    private static String rows() {
        StringBuilder rows = new StringBuilder();
        for (Feature feature : Feature.values()) {
            rows.append("cell | acme-chat | " + feature.title()
                    + " | acme-chat/0001 +2 | written from documentation: SomeTest#someMethodWithALongName\n");
        }
        return rows.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 160})
    void noLineIsLongerThanTheTerminal(int width) {
        for (Selection selection : List.of(
                Selection.all(Conformance.read()),
                new Selection(Conformance.read().targets(), List.of(Feature.values()), true))) {
            assertThat(TextTables.of(selection, width).lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Math.max(width, 79)));
        }
    }

    @Test
    void cellsAreBrokenBetweenWordsAndBeforeMethods() {
        String table = TextTables.of(new Selection(conformance.targets(), List.of(Feature.N), false), 80);

        assertThat(table).endsWith("""
                acme (openai_chat)
                recordings read as they were said: 3 of 4
                conversations that keep thoughts and ids: 1 of 2 with all fields

                     JSON                                  SSE
                  -  ------------------------------------  ------------------------------------
                  n  acme-chat/0001 +2                     written from documentation:
                                                           SomeTest#someMethodWithALongName
                """);
    }

    /// Names of tests and recordings are there to be copied.
    @Test
    void namesStayWholeOnANarrowTerminal() {
        String table = TextTables.of(new Selection(conformance.targets(), List.of(Feature.N), false), 60);

        assertThat(table).endsWith("""
                  n
                    JSON  acme-chat/0001 +2
                    SSE   written from documentation:
                          SomeTest#someMethodWithALongName
                """);
    }

    @Test
    void oneFeatureHasARowForEachProvider() {
        String table = TextTables.of(new Selection(conformance.targets(), List.of(Feature.STOP), true), 160);

        assertThat(table)
                .contains("stop: words at which the answer ends")
                .contains("  acme (openai_chat)  acme-chat/0001 +2")
                .doesNotContain("recordings read");
    }
}
