package dev.gapura.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.pricing.ModelFacts.Ability;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static final Catalogue SMALL = catalogue(Map.of("own", """
            {"sources": {"a": {"name": "a list", "version": "7", "date": "2026-11"}},
             "fallback": ["other"],
             "models": {
               "gpt-5": {"released": "2025-08-07", "context": 400000, "input": 272000, "output": 128000,
                         "inputs": ["text", "image"], "outputs": ["text"], "can": ["tools"], "from": "a"},
               "gpt-5-mini": {"released": "2025-08-07", "context": 300000, "output": 1000, "inputs": ["text"],
                              "outputs": ["text"], "can": [], "from": "a"},
               "gpt-6-sol": {"released": "2026-09-22", "context": 1050000, "output": 128000, "inputs": ["text"],
                             "outputs": ["text"], "can": ["tools", "reasoning"], "unsaid": ["temperature"],
                             "from": "a place@1"},
               "gpt-6-next": {"context": 2000000, "from": "a"},
               "gpt-4": {"released": "2027-01-01", "context": 1, "output": 1, "inputs": ["text"], "can": [],
                         "unlisted": true, "from": "a"},
               "lab/word-2": {"released": "2026-01-01", "context": 2, "output": 2, "inputs": ["text"], "can": [],
                              "from": "a"}},
             "prices": {
               "gpt-5-mini": {"match": ["^gpt-5-mini"], "rows": [{"input": "0.25", "output": "2"}], "from": "a"},
               "gpt-5": {"match": ["=gpt-5", "~^gpt-5-\\\\d{4}-\\\\d{2}-\\\\d{2}$"],
                         "rows": [{"input": "1.25", "cached": "0.125", "output": "10",
                                   "above": [{"tokens": 200000, "input": "2.5", "output": "15"}]}], "from": "a"},
               "any": {"match": ["*-any-", "$-all"], "rows": [{"input": "3", "output": "4"}], "from": "a"}}}
            """, "other", """
            {"models": {"claude-opus-5": {"released": "2026-07-24", "context": 9, "output": 8, "inputs": ["text"],
                                          "can": [], "from": "a"}},
             "prices": {"claude": {"match": ["^claude"], "rows": [{"input": "5", "output": "25"}], "from": "a"}}}
            """));

    private static Catalogue catalogue(Map<String, String> files) {
        Map<String, ProviderTable> tables = new HashMap<>();
        files.forEach((name, json) -> tables.put(name, CatalogueReader.read(json.getBytes(StandardCharsets.UTF_8))));
        return new Catalogue(tables, List.of());
    }

    private static @Nullable Price price(Catalogue catalogue, String provider, String model) {
        PriceList prices = catalogue.find(provider, model).prices();
        return prices == null ? null : prices.priceAt(NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-5, 1250000, 400000, true",
        "GPT-5, 1250000, 400000, true",
        "gpt-5-2025-08-07, 1250000, 400000, true",
        "gpt-5-mini, 250000, 300000, true",
        "gpt-5-mini-2025-08-07, 250000, 300000, true",
        "gpt-5-nonsense, , 400000, false",
        "gpt-6-sol, , 1050000, true",
        "gpt-6-sol-2026-09-22, , 1050000, false",
        "gpt-9, , 1050000, false",
        "x-any-y, 3000000, 0, false",
        "x-all, 3000000, 0, false",
        "claude-opus-5, 5000000, 9, true",
        "claude-opus-7, 5000000, 9, false",
        "lab/word-3, , 2, false",
        "lab/thing-3, , 0, false",
        "llama, , 0, false",
    })
    void namesFindTheirPricesAndLimits(String model, @Nullable Long pico, int context, boolean known) {
        CatalogueEntry entry = SMALL.find("own", model);
        assertThat(entry.facts().contextTokens()).isEqualTo(context);
        assertThat(entry.known()).isEqualTo(known);
        Price price = price(SMALL, "own", model);
        assertThat(price == null ? null : (Long) price.pico(TokenClass.INPUT)).isEqualTo(pico);
    }

    @Test
    void anUnknownProviderKnowsNothing() {
        CatalogueEntry entry = SMALL.find("mine", "gpt-5");
        assertThat(entry.known()).isFalse();
        assertThat(entry.prices()).isNull();
        assertThat(entry.facts()).isEqualTo(ModelFacts.NONE);
    }

    @Test
    void whatAModelsOwnEntryDoesNotSayIsThatOfItsFamily() {
        ModelFacts facts = SMALL.find("own", "gpt-6-next").facts();
        assertThat(facts.contextTokens()).isEqualTo(2_000_000);
        assertThat(facts.outputTokens()).isEqualTo(128_000);
        assertThat(facts.can(Ability.REASONING)).isTrue();
        assertThat(facts.source()).isEqualTo(new Source("a list 7", "2026-11"));
    }

    @Test
    void whatNobodySaysIsNeitherSoNorNot() {
        ModelFacts facts = SMALL.find("own", "gpt-6-sol").facts();
        assertThat(facts.can(Ability.TEMPERATURE)).isFalse();
        assertThat(facts.lacks(Ability.TEMPERATURE)).isFalse();
        assertThat(facts.lacks(Ability.JSON_SCHEMA)).isTrue();
        assertThat(facts.source()).isEqualTo(new Source("a list 7: place@1", "2026-11"));
    }

    @Test
    void tiersKeepTheRatesTheyDoNotName() {
        Price price = price(SMALL, "own", "gpt-5");
        assertThat(price).isNotNull();
        assertThat(price.ofPrompt(200_000)).isSameAs(price);
        assertThat(price.ofPrompt(200_001).pico(TokenClass.INPUT)).isEqualTo(2_500_000);
        assertThat(price.ofPrompt(200_001).pico(TokenClass.CACHED)).isEqualTo(125_000);
    }

    @Test
    void theConfigurationIsRight() {
        Catalogue catalogue = SMALL.with(List.of(
                said("own/*", 77, null),
                said("own/gpt-5", 100, null),
                said("mine/a*", 5, price("0", "0")),
                said("mine/secret", null, price("0.1", "0.000001"))));
        assertThat(catalogue.find("own", "gpt-5").facts().contextTokens()).isEqualTo(100);
        assertThat(catalogue.find("own", "gpt-5").facts().longestPrompt()).isEqualTo(100);
        assertThat(catalogue.find("own", "gpt-5").facts().outputTokens()).isEqualTo(128_000);
        assertThat(price(catalogue, "own", "gpt-5")).isEqualTo(price(SMALL, "own", "gpt-5"));
        assertThat(catalogue.find("own", "llama").facts().contextTokens()).isEqualTo(77);
        assertThat(catalogue.find("own", "llama").known()).isTrue();
        assertThat(catalogue.find("own", "llama").facts().source().name()).isEqualTo("configuration");
        assertThat(price(catalogue, "mine", "a").pico(TokenClass.INPUT))
                .as("said to be free")
                .isZero();
        assertThat(price(catalogue, "mine", "b")).isNull();
        assertThat(price(catalogue, "mine", "secret").pico(TokenClass.OUTPUT)).isEqualTo(1);
        assertThat(catalogue.find("mine", "secret").known()).isFalse();
        assertThat(catalogue.models("mine")).containsExactly("secret");
        assertThat(SMALL.find("own", "gpt-5").facts().contextTokens()).isEqualTo(400_000);
    }

    private static Config.CatalogueEntry said(
            String name, @Nullable Integer context, Config.@Nullable CataloguePrice price) {
        return new Config.CatalogueEntry(
                name, null, context, null, null, null, List.of(), Map.of("tools", true), price);
    }

    /// A catalogue in which the configuration gives a model a price, of which input and output are 1 unless named.
    static Catalogue overridden(String name, Map<String, String> usdPerMillion) {
        Map<String, BigDecimal> classes = new HashMap<>(Map.of("input", BigDecimal.ONE, "output", BigDecimal.ONE));
        usdPerMillion.forEach((kind, usd) -> classes.put(kind, new BigDecimal(usd)));
        return SMALL.with(List.of(new Config.CatalogueEntry(
                name,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                new Config.CataloguePrice(classes, null, null))));
    }

    private static Config.CataloguePrice price(String input, String output) {
        return new Config.CataloguePrice(
                Map.of("input", new BigDecimal(input), "output", new BigDecimal(output)), null, null);
    }

    private static Config.CatalogueEntry like(String name, String other) {
        return new Config.CatalogueEntry(name, other, null, null, null, null, List.of(), Map.of(), null);
    }

    @Test
    void aModelIsLikeAnotherOneInLimitsAndAtOneProviderInPrice() {
        Catalogue catalogue = SMALL.with(
                List.of(like("own/hidden", "gpt-5"), like("mine/hidden", "own/gpt-5"), like("own/typo", "gtp-5")));
        CatalogueEntry hidden = catalogue.find("own", "hidden");
        assertThat(hidden.kin()).isEqualTo("gpt-5");
        assertThat(hidden.known()).isTrue();
        assertThat(hidden.facts().contextTokens()).isEqualTo(400_000);
        assertThat(price(catalogue, "own", "hidden")).isEqualTo(price(SMALL, "own", "gpt-5"));
        CatalogueEntry mine = catalogue.find("mine", "hidden");
        assertThat(mine.kinProvider()).isEqualTo("own");
        assertThat(mine.facts()).isEqualTo(hidden.facts());
        assertThat(mine.prices()).isNull();
        assertThat(catalogue.strangers())
                .containsExactly("catalogue: 'own/typo' is like own/gtp-5, which the catalogue does not know; it counts"
                        + " as the newest of its family");
        Catalogue shipped = Catalogue.shipped(Set.of("mine")).with(List.of(like("mine/x", "anthropic/claude-opus-5")));
        assertThat(shipped.find("mine", "x").facts().outputTokens()).isEqualTo(128_000);
    }

    @Test
    void whatTheFamilyHasIsNotHeldAgainstAModel() {
        CatalogueEntry next = SMALL.find("own", "gpt-6-next");
        assertThat(next.facts().inputs()).as("shown").containsExactly("text");
        assertThat(next.own().inputs()).as("known").isEmpty();
        assertThat(next.own().lacks(Ability.JSON_SCHEMA)).isFalse();
    }

    @Test
    void onlyCurrentModelsAreListed() {
        assertThat(SMALL.models("own")).containsExactly("gpt-5", "gpt-5-mini", "gpt-6-next", "gpt-6-sol", "lab/word-2");
        assertThat(SMALL.models("nobody")).isEmpty();
    }

    // What is shipped.

    private static final Catalogue SHIPPED = Catalogue.shipped(Set.of(
            "openai",
            "anthropic",
            "gemini",
            "vertex",
            "bedrock",
            "azure",
            "mistral",
            "cohere",
            "xai",
            "groq",
            "deepseek",
            "openrouter",
            "together",
            "fireworks",
            "cerebras",
            "perplexity",
            "nvidia",
            "huggingface",
            "moonshot",
            "qwen",
            "zai"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "anthropic",
                "gemini",
                "vertex",
                "bedrock",
                "azure",
                "mistral",
                "cohere",
                "xai",
                "groq",
                "deepseek",
                "openrouter",
                "together",
                "fireworks",
                "cerebras",
                "perplexity",
                "nvidia",
                "huggingface",
                "moonshot",
                "qwen",
                "zai"
            })
    void everyListedModelHasLimitsThatMakeSense(String provider) {
        Set<String> models = SHIPPED.models(provider);
        assertThat(models).isNotEmpty();
        for (String model : models) {
            CatalogueEntry entry = SHIPPED.find(provider, model);
            assertThat(entry.known()).as(model).isTrue();
            assertThat(entry.facts().contextTokens()).as(model).isGreaterThan(500);
            if (!entry.facts().inputs().isEmpty()) {
                assertThat(entry.facts().inputs()).as(model).contains("text");
            }
            assertThat(entry.facts().source().name()).as(model).containsAnyOf("models.dev", "genai-prices");
            Price price = price(SHIPPED, provider, model);
            if (price != null) {
                assertThat(price.pico(TokenClass.INPUT)).as(model).isBetween(0L, 1_000_000_000L);
                assertThat(price.pico(TokenClass.OUTPUT)).as(model).isBetween(0L, 1_000_000_000L);
                assertThat(price.pico(TokenClass.CACHED)).as(model).isLessThanOrEqualTo(price.pico(TokenClass.INPUT));
            }
        }
    }

    /// Published prices in dollars a million tokens, as the providers' pages had them in November 2026.
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-5, 1.25, 0.125, 10",
        "openai, gpt-5-2025-08-07, 1.25, 0.125, 10",
        "openai, gpt-6-luna, 0.1, 0.01, 0.5",
        "anthropic, claude-opus-5-5, 4, 0.2, 20",
        "anthropic, claude-haiku-4-5-20251001, 1, 0.1, 5",
        "gemini, gemini-2.5-pro, 1.25, 0.125, 10",
        "vertex, claude-haiku-4-5@20251001, 1, 0.1, 5",
        "azure, gpt-5, 1.25, 0.13, 10",
        "azure, claude-opus-5-5, 4, 0.2, 20",
        "deepseek, deepseek-v4-pro, 0.66, 0.022, 1.98",
    })
    void knownPrices(String provider, String model, BigDecimal prompt, BigDecimal cached, BigDecimal completion) {
        Price price = price(SHIPPED, provider, model);
        assertThat(price).isNotNull();
        assertThat(price.pico(TokenClass.INPUT)).isEqualTo(Price.perToken(prompt));
        assertThat(price.pico(TokenClass.CACHED)).isEqualTo(Price.perToken(cached));
        assertThat(price.pico(TokenClass.OUTPUT)).isEqualTo(Price.perToken(completion));
    }

    /// A price belongs to a name, wherever it is sold; limits are those of the model.
    @ParameterizedTest
    @CsvSource({
        "bedrock, us.anthropic.claude-opus-5-5, 1000000, 128000",
        "bedrock, eu.anthropic.claude-haiku-4-5-20251001-v1:0, 200000, 64000",
        "bedrock, global.openai.gpt-6-sol, 1050000, 128000",
        "vertex, gemini-2.5-pro, 1048576, 65536",
        "vertex, claude-opus-4-6@default, 1000000, 128000",
        "vertex, claude-opus-5-5@20261001, 1000000, 128000",
        "azure, gpt-6.1-sol, 1050000, 128000",
        "openai, gpt-6.1-terra, 1050000, 128000",
        "mistral, mistral-large-4, 1048576, 262144",
        "moonshot, kimi-k3.1-pro, 1048576, 1048576",
        "anthropic, claude-fable-5-2, 1000000, 128000",
    })
    void regionalAndVersionedNamesAreKnown(String provider, String model, int context, int output) {
        CatalogueEntry entry = SHIPPED.find(provider, model);
        assertThat(entry.known()).isTrue();
        assertThat(entry.facts().contextTokens()).isEqualTo(context);
        assertThat(entry.facts().outputTokens()).isEqualTo(output);
        assertThat(price(SHIPPED, provider, model)).isNotNull();
    }

    @Test
    void pricesOfSoundPicturesCachingByTheHourAndSearchesAreThere() {
        assertThat(price(SHIPPED, "gemini", "gemini-2.5-flash").says(TokenClass.AUDIO_INPUT))
                .isTrue();
        Price opus = price(SHIPPED, "anthropic", "claude-opus-5-5");
        assertThat(opus.pico(TokenClass.CACHE_WRITE)).isEqualTo(5_000_000);
        assertThat(opus.pico(TokenClass.CACHE_WRITE_HOUR)).isEqualTo(8_000_000);
        assertThat(opus.searchPico()).isEqualTo(10_000_000_000L);
        assertThat(price(SHIPPED, "openai", "gpt-audio").says(TokenClass.AUDIO_OUTPUT))
                .isTrue();
        assertThat(price(SHIPPED, "openai", "gpt-5").says(TokenClass.AUDIO_OUTPUT))
                .isFalse();
    }

    @Test
    void onlyWhatIsAskedForIsRead() {
        Catalogue azure = Catalogue.shipped(Set.of("azure", "mine"));
        assertThat(azure.models("azure")).isNotEmpty();
        assertThat(price(azure, "azure", "claude-opus-5-5"))
                .as("from Anthropic's list")
                .isNotNull();
        assertThat(azure.models("groq")).isEmpty();
        assertThat(Catalogue.shipped(Set.of("../catalog/groq", "nobody")).models("../catalog/groq"))
                .isEmpty();
    }

    @Test
    void aModelOfTomorrowHasLimitsAndNoPrice() {
        CatalogueEntry entry = SHIPPED.find("anthropic", "claude-opus-9");
        assertThat(entry.known()).isFalse();
        assertThat(entry.facts().contextTokens()).isEqualTo(1_000_000);
        assertThat(entry.facts().outputTokens()).isEqualTo(128_000);
        assertThat(entry.prices()).isNull();
    }

    @Test
    void announcedPricesWaitForTheirDay() {
        PriceList prices = SHIPPED.find("gemini", "gemini-3.8-flash").prices();
        assertThat(prices).isNotNull();
        assertThat(prices.priceAt(NOW).pico(TokenClass.INPUT)).isEqualTo(750_000);
        assertThat(prices.priceAt(Instant.parse("2027-01-01T00:00:00Z")).pico(TokenClass.INPUT))
                .isEqualTo(1_500_000);
    }
}
