package dev.gapura.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The JSON in what a model answered that was asked for JSON in words.
class JsonInTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{\"a\":1}|{\"a\":1}",
                " {\"a\":1} |' {\"a\":1} '",
                "```json {\"a\":\"}\"} ```|{\"a\":\"}\"}",
                "Here: [1,{}] or {\"b\":2}.|[1,{}]",
                "{broken} then {\"a\":1}|{\"a\":1}",
                "no JSON at all|no JSON at all",
                "{\"a\":|{\"a\":",
            })
    void isFound(String text, String json) {
        assertThat(JsonInText.find(text)).isEqualTo(json);
    }
}
