package dev.gapura;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md tells what [ArchitectureTest] checks.
class ArchitecturePageTest {
    private static final Path PAGE = Path.of("ARCHITECTURE.md");
    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| .* \\| (–|`.*`) \\|$", Pattern.MULTILINE);
    private static final Pattern PLACE = Pattern.compile("`((?:\\w+\\.)+[A-Z]\\w+)`");

    @Test
    void theArrowsAreTheTestedOnes() throws IOException {
        Map<String, Set<String>> printed = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            Set<String> used = Pattern.compile("`(\\w+)`")
                    .matcher(row.group(2))
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            printed.put(row.group(1), used);
        }
        assertThat(printed).containsExactlyInAnyOrderEntriesOf(ArchitectureTest.MAY_USE);
    }

    @Test
    void everyClassItNamesIsThere() throws IOException {
        assertThat(PLACE.matcher(Files.readString(PAGE)).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(Path.of("src/main/java/dev/gapura", name.replace('.', '/') + ".java"))
                        .exists());
    }
}
