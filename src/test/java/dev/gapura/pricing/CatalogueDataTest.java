package dev.gapura.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.pricing.ProviderTable.Priced;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Providers;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The shipped catalogue, whole: whatever is wrong in a file fails here and not in a request.
class CatalogueDataTest {
    private static final Set<String> FACTS = Set.of(
            "released",
            "context",
            "input",
            "output",
            "inputs",
            "outputs",
            "can",
            "unsaid",
            "thinking",
            "efforts",
            "unlisted",
            "from");
    private static final Set<String> KINDS = Set.of("text", "image", "audio", "video", "file");
    private static final Set<String> ABILITIES = words(Ability.values());
    private static final Set<String> THINKING = words(ModelProfile.Thinking.values());
    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    private static final Set<String> OF_A_ROW =
            with(words(TokenClass.values()), "request", "search", "since", "hours", "tier", "above");
    private static final Set<String> OF_A_TIER = with(words(TokenClass.values()), "request", "search", "tokens");

    /// A dollar a token is more than anybody asks.
    private static final long ABSURD_PICO = 1_000_000_000_000L;

    private static Set<String> words(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static Set<String> with(Set<String> words, String... more) {
        Set<String> all = new HashSet<>(words);
        all.addAll(List.of(more));
        return all;
    }

    static Stream<String> providers() throws IOException, URISyntaxException {
        URI folder = CatalogueReader.class.getResource("catalog").toURI();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static byte[] bytes(String provider) {
        try (InputStream in = CatalogueReader.class.getResourceAsStream("catalog/" + provider + ".json")) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static JsonNode json(String provider) {
        byte[] bytes = bytes(provider);
        return JsonTree.read(bytes, 0, bytes.length);
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void everyFileIsThatOfAProviderWithAName() throws Exception {
        assertThat(providers()).isSubsetOf(with(Providers.knownNames(), "vertex", "bedrock"));
        assertThat(providers())
                .as("hosted providers")
                .containsAll(Providers.knownNames().stream()
                        .filter(name -> !Set.of("ollama", "vllm", "lmstudio").contains(name))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everySourceHasVersionDateAndLicence(String provider) throws Exception {
        JsonNode file = json(provider);
        assertThat(names(file)).containsExactlyInAnyOrder("about", "sources", "fallback", "models", "prices");
        assertThat(providers()).containsAll(texts(file.get("fallback")));
        file.get("sources").properties().forEach(source -> {
            assertThat(names(source.getValue())).containsExactlyInAnyOrder("name", "version", "date", "licence");
            assertThat(source.getValue().get("date").asText()).matches("2\\d{3}-\\d\\d(-\\d\\d)?");
        });
        for (String part : List.of("models", "prices")) {
            file.get(part)
                    .properties()
                    .forEach(entry -> assertThat(names(file.get("sources")))
                            .as(entry.getKey())
                            .contains(entry.getValue().get("from").asText().split(" ")[0]));
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyModelMakesSense(String provider) {
        json(provider).get("models").properties().forEach(member -> {
            String name = member.getKey();
            JsonNode model = member.getValue();
            assertThat(names(model)).as(name).isSubsetOf(FACTS);
            assertThat(texts(model.path("inputs"))).as(name).isSubsetOf(KINDS);
            assertThat(texts(model.path("outputs"))).as(name).isSubsetOf(KINDS);
            assertThat(texts(model.path("can"))).as(name).isSubsetOf(ABILITIES).doesNotHaveDuplicates();
            assertThat(texts(model.path("unsaid"))).as(name).isSubsetOf(ABILITIES);
            assertThat(texts(model.path("unsaid"))).as(name).noneMatch(texts(model.path("can"))::contains);
            assertThat(model.path("thinking").asText("none")).as(name).isIn(THINKING);
            List<String> efforts = texts(model.path("efforts"));
            assertThat(efforts)
                    .as(name)
                    .isEqualTo(EFFORTS.stream().filter(efforts::contains).toList());
            for (String limit : List.of("context", "input", "output")) {
                assertThat(!model.has(limit) || model.get(limit).intValue() > 0)
                        .as(name)
                        .isTrue();
            }
            if (model.has("context")) {
                assertThat(model.path("input").asInt())
                        .as(name)
                        .isLessThanOrEqualTo(model.get("context").intValue());
            }
            if (model.has("released")) {
                assertThat(LocalDate.parse(model.get("released").asText()))
                        .as(name)
                        .isAfter("2020-01-01");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("providers")
    void everyPriceMakesSense(String provider) {
        JsonNode prices = json(provider).get("prices");
        prices.properties().forEach(member -> {
            String name = member.getKey();
            assertThat(names(member.getValue())).as(name).containsExactlyInAnyOrder("match", "rows", "from");
            assertThat(member.getValue().get("rows")).as(name).isNotEmpty();
            member.getValue().get("rows").forEach(row -> {
                assertThat(names(row)).as(name).isSubsetOf(OF_A_ROW);
                long before = 0;
                for (JsonNode tier : row.path("above")) {
                    assertThat(names(tier)).as(name).isSubsetOf(OF_A_TIER);
                    assertThat(tier.get("tokens").longValue()).as(name).isGreaterThan(before);
                    before = tier.get("tokens").longValue();
                }
            });
        });
        // Reading compiles every pattern and parses every day and hour.
        for (Priced priced : CatalogueReader.read(bytes(provider)).prices()) {
            assertThat(priced.rules()).as(priced.id()).isNotEmpty();
            for (PriceList.Row row : priced.prices().rows()) {
                Stream.concat(
                                Stream.of(row.price()),
                                row.price().tiers().stream().map(Price.Tier::price))
                        .forEach(price -> {
                            assertThat(price.rates().values())
                                    .as(priced.id())
                                    .allMatch(pico -> pico >= 0 && pico < ABSURD_PICO);
                            assertThat(price.requestPico()).as(priced.id()).isBetween(0L, 10 * ABSURD_PICO);
                            assertThat(price.searchPico()).as(priced.id()).isBetween(0L, 10 * ABSURD_PICO);
                        });
            }
            assertThat(priced.prices().rows().stream()
                            .map(PriceList.Row::since)
                            .filter(since -> since != null)
                            .toList())
                    .as("days of " + priced.id())
                    .allMatch(since -> since.isAfter(LocalDate.of(2020, 1, 1)));
        }
    }

    /// For every entry there is a name that its rules are for and no rule before them.
    @ParameterizedTest
    @MethodSource("providers")
    void noPriceIsHiddenByOneBefore(String provider) {
        ProviderTable table = CatalogueReader.read(bytes(provider));
        List<String> hidden = new ArrayList<>();
        for (Priced priced : table.prices()) {
            boolean found = Stream.concat(
                            Stream.of(priced.id()), priced.rules().stream().flatMap(CatalogueDataTest::examples))
                    .map(table::priced)
                    .anyMatch(priced::equals);
            if (!found) {
                hidden.add(priced.id());
            }
        }
        assertThat(hidden).isEmpty();
    }

    /// Names that a rule is for, and that few others are.
    private static Stream<String> examples(NameRule rule) {
        return switch (rule) {
            case NameRule.Whole(String text) -> Stream.of(text);
            case NameRule.Begins(String text) -> Stream.of(text, text + "x");
            case NameRule.Ends(String text) -> Stream.of(text, "x" + text);
            case NameRule.Holds(String text) -> Stream.of(text, "x" + text + "x");
            case NameRule.Like like -> Stream.empty();
        };
    }

    @Test
    void theConfigurationNamesTheSameClassesOfTokens() {
        for (TokenClass kind : TokenClass.values()) {
            assertThat(CatalogueTest.overridden("openai/x", Map.of(kind.text(), "7"))
                            .find("openai", "x")
                            .prices()
                            .rows()
                            .getFirst()
                            .price()
                            .pico(kind))
                    .isEqualTo(7_000_000);
        }
    }
}
