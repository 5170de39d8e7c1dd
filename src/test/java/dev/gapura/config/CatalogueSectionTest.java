package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueSectionTest {
    private static Loaded load(String yaml) {
        return new ConfigLoader(Map.of(), Set.of("openai")).parse(yaml, "test.yaml", Overrides.NONE);
    }

    @Test
    void absentIsEmpty() {
        assertThat(load("").config().catalogue()).isEmpty();
    }

    @Test
    void everyMember() {
        List<Config.CatalogueEntry> entries = load("""
                catalogue:
                  "ollama/*": { input_usd_per_million: 0, output_usd_per_million: 0 }
                  openai/gpt-5:
                    like: openai/gpt-5-mini
                    context_tokens: 400000
                    input_tokens: 272000
                    output_tokens: 128000
                    inputs: [text, image]
                    efforts: [low, high]
                    tools: true
                    reasoning: true
                    json_schema: false
                    temperature: false
                    input_usd_per_million: 1.25
                    output_usd_per_million: 10
                    cached_usd_per_million: 0.003625
                    cache_write_usd_per_million: "1.5"
                    reasoning_usd_per_million: 12
                    audio_input_usd_per_million: 2
                    request_usd: 0.000000001
                    search_usd: 0.01
                """).config().catalogue();
        assertThat(entries)
                .containsExactly(
                        new Config.CatalogueEntry(
                                "ollama/*",
                                null,
                                null,
                                null,
                                null,
                                null,
                                List.of(),
                                Map.of(),
                                new Config.CataloguePrice(
                                        Map.of("input", BigDecimal.ZERO, "output", BigDecimal.ZERO), null, null)),
                        new Config.CatalogueEntry(
                                "openai/gpt-5",
                                "openai/gpt-5-mini",
                                400_000,
                                272_000,
                                128_000,
                                List.of("text", "image"),
                                List.of("low", "high"),
                                Map.of("tools", true, "reasoning", true, "json_schema", false, "temperature", false),
                                new Config.CataloguePrice(
                                        Map.of(
                                                "input",
                                                new BigDecimal("1.25"),
                                                "output",
                                                BigDecimal.TEN,
                                                "cached",
                                                new BigDecimal("0.003625"),
                                                "cache_write",
                                                new BigDecimal("1.5"),
                                                "reasoning",
                                                new BigDecimal("12"),
                                                "audio_input",
                                                new BigDecimal("2")),
                                        new BigDecimal("0.000000001"),
                                        new BigDecimal("0.01"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpt-5: {}                                                                   | must be named provider/model
            openai/: {}                                                                 | must be named provider/model
            a/b: { input_usd_per_million: 1 }                                           | belong together
            a/b: { cached_usd_per_million: 1 }                                          | belong together
            a/b: { input_usd_per_million: 0.0000001, output_usd_per_million: 1 }        | more than 6 decimals
            a/b: { input_usd_per_million: -1, output_usd_per_million: 1 }               | is not a number such as 0.25
            a/b: { input_usd_per_million: 1e3, output_usd_per_million: 1 }              | is not a number such as 0.25
            a/b: { input_usd_per_million: 1000000000, output_usd_per_million: 1 }       | is not a number such as 0.25
            a/b: { context_tokens: 0 }                                                  | must be within
            a/b: { inputs: [smell] }                                                    | is not one of text
            a/b: { efforts: [huge] }                                                    | is not one of none, minimal, low
            a/b: { search_usd: 1 }                                                      | belong together
            a/b: { tools: maybe }                                                       | is not one of true, false
            a/b: { contxt_tokens: 5 }                                                   | did you mean 'context_tokens'
            """)
    void mistakesAreTold(String entry, String message) {
        ConfigException wrong =
                catchThrowableOfType(ConfigException.class, () -> load("catalogue:\n  " + entry.strip() + "\n"));
        assertThat(wrong.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.position()).startsWith("test.yaml:2:");
        });
    }
}
