package dev.gapura.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page for readers is what the command writes, and the tests that it names are there.
class ConformancePageTest {
    private final Conformance conformance = Conformance.read();

    @Test
    void thePageIsWhatTheCommandWrites() throws IOException {
        Path page = Path.of("docs/conformance.md");
        String text = Page.of(Selection.all(conformance));
        if (Boolean.getBoolean("conformance.write")) {
            Files.writeString(page, text);
        }

        assertThat(Files.readString(page))
                .as("docs/conformance.md is not what `gapura conformance --output` writes; write it anew")
                .isEqualTo(text);
    }

    @Test
    void everyTestThatACellNamesIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Cell cell : cells()) {
            if (cell instanceof Cell.Written(String test) && !isThere(test)) {
                missing.add(test);
            }
        }

        assertThat(missing).isEmpty();
    }

    private static boolean isThere(String test) throws IOException {
        String[] parts = test.split("#");
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(path -> path.endsWith(parts[0] + ".java")).toList()) {
                return parts.length == 1 || Files.readString(file).contains("void " + parts[1] + "(");
            }
        }
        return false;
    }

    @Test
    void everyCellSurvivesItsText() {
        assertThat(cells())
                .hasSizeGreaterThan(500)
                .allSatisfy(cell -> assertThat(Cell.of(cell.text())).isEqualTo(cell));
    }

    private List<Cell> cells() {
        return conformance.targets().stream()
                .flatMap(target -> target.rows().values().stream())
                .flatMap(row -> Stream.of(row.json(), row.sse()))
                .toList();
    }
}
