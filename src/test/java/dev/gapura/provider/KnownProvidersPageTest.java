package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The table of known providers in `docs/configuration.md` is the one of the code.
class KnownProvidersPageTest {
    @Test
    void everyKnownProviderHasItsRow() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("docs/configuration.md")).stream()
                .dropWhile(line -> !line.startsWith("| name | environment variable |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(KnownProviders.ALL.values().stream()
                        .map(KnownProvidersPageTest::row)
                        .toList());
    }

    private static String row(KnownProvider provider) {
        if (Clouds.NAMES.contains(provider.name())) {
            return "| `" + provider.name() + "` | [clouds](#clouds) | by its place | [clouds](#clouds) |";
        }
        String variables =
                provider.keyVariables().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        String address = provider.baseUrl() == null
                ? "your resource's: `base_url` or `AZURE_OPENAI_ENDPOINT`"
                : "`" + provider.baseUrl() + "`";
        return "| `" + provider.name() + "` | " + (provider.needsKey() ? variables : "none") + " | " + address + " | "
                + (provider.needsKey() ? "yes" : "no") + " |";
    }
}
