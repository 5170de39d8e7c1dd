package dev.gapura.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Small values for schemas, judged by hand.
class SchemaSampleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                                      | {}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}      | {}",
                "{\"type\":[\"null\",\"boolean\"]}                                       | true",
                "{\"type\":\"null\"}                                                     | null",
                "{\"const\":7}                                                           | 7",
                "{\"type\":\"string\",\"format\":\"date\"}                               | \"2026-01-31\"",
                "{\"type\":\"string\",\"minLength\":12}                                  | \"some valuexx\"",
                "{\"type\":\"string\",\"maxLength\":4}                                   | \"some\"",
                "{\"type\":\"integer\",\"minimum\":3,\"multipleOf\":5}                   | 5",
                "{\"type\":\"integer\",\"maximum\":-2}                                   | -2",
                "{\"type\":\"integer\",\"exclusiveMinimum\":4}                           | 5",
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}                   | []",
                "{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"boolean\"}}    | [true,true]",
                "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]}                | 1",
                "{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"enum\":[\"k\"]}}}           | \"k\"",
                "{\"allOf\":[{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"const\":1}}}],"
                        + "\"type\":\"object\",\"required\":[\"b\"],\"properties\":{\"b\":{\"const\":2}}} | {\"a\":1,\"b\":2}"
            })
    void smallestValue(String schema, String value) throws Exception {
        assertThat(SchemaSample.of(new ObjectMapper().readTree(schema)).toString())
                .isEqualTo(value);
    }

    @Test
    void aRecursiveSchemaEnds() throws Exception {
        String schema = "{\"type\":\"object\",\"required\":[\"next\"],\"properties\":{\"next\":{\"$ref\":\"#\"}}}";
        assertThat(SchemaSample.of(new ObjectMapper().readTree(schema)).toString())
                .endsWith("null" + "}".repeat(17));
    }
}
