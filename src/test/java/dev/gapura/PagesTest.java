package dev.gapura;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds the pages for users against the code: the table of errors, and links that lead somewhere.
class PagesTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s:]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CLIENT_GONE")
    void everyFailureHasItsRow(FailureKind kind) throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/api.md")).stream()
                .filter(line -> line.startsWith("| ") && line.contains("| `" + kind.type() + "` |"))
                .map(line -> line.substring(2, line.indexOf(" |")))
                .toList();

        assertThat(rows).anyMatch(statuses -> statuses.contains(Integer.toString(kind.status())));
    }

    @Test
    void linksLeadToPagesAndHeadings() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                String[] parts = links.group(1).split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.toAbsolutePath().resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)
                        || (parts.length == 2 && !anchors(target).contains(parts[1]))) {
                    broken.add(page + ": " + links.group(1));
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }

    /// Headings as GitHub makes them into anchors.
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
