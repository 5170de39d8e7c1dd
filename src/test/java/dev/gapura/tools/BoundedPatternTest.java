package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundedPatternTest {
    @ParameterizedTest
    @CsvSource({
        "b, abc, true",
        "^b, abc, false",
        "^[a-z]+$, abc, true",
        "\\p{Letter}, é, true",
        "^\\p{Letter}$, 7, false",
    })
    void matchesAsJsonSchemaSays(String pattern, String text, boolean matches) {
        assertThat(new BoundedPattern(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void theEndIsTheEndOfTheText() {
        assertThat(new BoundedPattern("^\\d+$").matches("12\n")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"^(.*?a){20}$", "(.*a){12}b", "(a+)+\\1b"})
    void aPatternThatNeverEndsIsGivenUp(String pattern) {
        String text = "a".repeat(60) + "!";
        assertThatThrownBy(() -> new BoundedPattern(pattern).matches(text)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPatternThatGoesTooDeepIsGivenUp() {
        String text = "ab".repeat(100_000);
        assertThatThrownBy(() -> new BoundedPattern("^(a|b)*c$").matches(text))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLongTextIsReadToItsEnd() {
        String text = "a".repeat(5_000_000);
        assertThat(new BoundedPattern("^[a-z]+$").matches(text)).isTrue();
        assertThat(new BoundedPattern("^[a-z]+$").matches(text + "1")).isFalse();
    }

    @Test
    void whatIsNoPatternIsRefused() {
        assertThatThrownBy(() -> new BoundedPattern("(")).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void argumentsPassWhereTheirPatternIsOfNoUse() {
        ObjectNode schema = JsonTree.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("name").put("type", "string").put("pattern", "^(.*?a){20}$");
        properties.putObject("code").put("type", "string").put("pattern", "^[A-Z]{3}$");
        ArgumentCheck check = new ArgumentCheck(schema);
        assertThat(check.check("{\"name\":\"" + "a".repeat(60) + "!\"}"))
                .isInstanceOf(ArgumentCheck.Checked.Valid.class);
        assertThat(check.check("{\"code\":\"ABC\"}")).isInstanceOf(ArgumentCheck.Checked.Valid.class);
        assertThat(check.check("{\"code\":\"abc\"}")).isInstanceOf(ArgumentCheck.Checked.Invalid.class);
    }
}
