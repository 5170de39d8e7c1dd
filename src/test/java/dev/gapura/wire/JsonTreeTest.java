package dev.gapura.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts as other programs get them.
class JsonTreeTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {
                "a, a",
                "\u00E9\u20AC, \u00E9\u20AC",
                "\uD83C\uDF1E, \uD83C\uDF1E",
                "\uD83C, ?",
                "\uDF1E, ?",
                "\uDF1E\uD83C, ??",
                "x\uD83C.\uD83C\uDF1E, x?.\uD83C\uDF1E",
                "\uFFFD\uD7FF\uE000, \uFFFD\uD7FF\uE000",
                "\\ud83c, \\\\ud83c",
                "\\\uD83C, \\\\?",
                "\\, \\\\",
            })
    void onlyHalfCharactersAreReplaced(String text, String written) {
        for (String more : new String[] {"", "u", "\\"}) {
            String rest = more.equals("\\") ? "\\\\" : more;
            byte[] json = JsonTree.wellFormed(JsonTree.object().put(text + more, more + text));
            assertThat(json).asString().isEqualTo("{\"" + written + rest + "\":\"" + rest + written + "\"}");
            assertThat(new String(json, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(json);
            JsonScanner.validate(json, 0, json.length, 2);
        }
    }
}
