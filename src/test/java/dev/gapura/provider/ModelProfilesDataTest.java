package dev.gapura.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The shipped profiles, whole: whatever is wrong in the file fails here and not in a request.
class ModelProfilesDataTest {
    private static final Set<String> MEMBERS = Set.of(
            "family",
            "example",
            "models",
            "maker",
            "output_tokens",
            "thinking",
            "efforts",
            "min_budget",
            "max_budget",
            "can",
            "sees");
    private static final Set<String> KINDS = Set.of("text", "image", "audio", "video", "file");
    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    /// Providers whose models in the catalogue are named as in a dialect.
    private static final Map<String, List<String>> NAMED_ALIKE = Map.of(
            "anthropic", List.of("anthropic"),
            "gemini", List.of("gemini", "vertex"),
            "mistral", List.of("mistral"),
            "cohere", List.of("cohere"),
            "bedrock", List.of("bedrock"),
            "openai_responses", List.of("openai", "azure", "xai"),
            "ollama", List.of("huggingface", "openrouter"));

    private static final JsonNode FILE = read("/dev/gapura/provider/model-profiles.json");

    private static JsonNode read(String resource) {
        try (InputStream in = ModelProfilesDataTest.class.getResourceAsStream(resource)) {
            byte[] bytes = in.readAllBytes();
            return JsonTree.read(bytes, 0, bytes.length);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    static Stream<String> dialects() {
        return FILE.properties().stream()
                .filter(member -> member.getValue().isArray())
                .map(Map.Entry::getKey);
    }

    @Test
    void everySectionIsThatOfADialectThatIsTranslatedTo() {
        assertThat(dialects())
                .isSubsetOf(Arrays.stream(Provider.Dialect.values())
                        .map(Provider.Dialect::configName)
                        .toList())
                .doesNotContain("openai_chat");
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void everyEntryMakesSense(String dialect) {
        Set<String> families = new HashSet<>();
        for (JsonNode entry : FILE.get(dialect)) {
            String family = entry.path("family").asText();
            assertThat(family).isNotBlank().isNotEqualTo(ModelProfile.UNKNOWN);
            assertThat(families.add(family)).as(family).isTrue();
            assertThat(entry.properties().stream().map(Map.Entry::getKey))
                    .as(family)
                    .isSubsetOf(MEMBERS);
            Pattern.compile(entry.path("models").asText());
            Thinking thinking = Thinking.valueOf(entry.path("thinking").asText().toUpperCase(Locale.ROOT));
            texts(entry.path("can")).forEach(word -> Ability.valueOf(word.toUpperCase(Locale.ROOT)));
            assertThat(texts(entry.path("can"))).as(family).doesNotHaveDuplicates();
            assertThat(texts(entry.path("sees"))).as(family).contains("text").isSubsetOf(KINDS);
            List<String> efforts = texts(entry.path("efforts"));
            assertThat(efforts)
                    .as(family)
                    .isEqualTo(EFFORTS.stream().filter(efforts::contains).toList());
            assertThat(thinking == Thinking.NONE && !efforts.isEmpty())
                    .as(family)
                    .isFalse();
            for (String limit : List.of("output_tokens", "min_budget", "max_budget")) {
                assertThat(!entry.has(limit) || entry.get(limit).intValue() > 0)
                        .as(family)
                        .isTrue();
            }
            assertThat(!entry.has("max_budget")
                            || entry.get("max_budget").intValue()
                                    >= entry.path("min_budget").asInt())
                    .as(family)
                    .isTrue();
        }
    }

    /// For every entry there is a name that finds it and none before it.
    @ParameterizedTest
    @MethodSource("dialects")
    void noEntryIsHiddenByOneBefore(String dialect) {
        Set<String> found = new HashSet<>();
        for (String name : names(dialect)) {
            found.add(ModelProfiles.of(dialect, name).family());
        }
        for (JsonNode entry : FILE.get(dialect)) {
            String family = entry.path("family").asText();
            if (entry.has("example")) {
                assertThat(ModelProfiles.of(dialect, entry.get("example").asText())
                                .family())
                        .isEqualTo(family);
            } else {
                assertThat(found)
                        .as("a model of the catalogue, or an `example`")
                        .contains(family);
            }
        }
    }

    private static List<String> names(String dialect) {
        List<String> names = new ArrayList<>();
        for (String provider : NAMED_ALIKE.getOrDefault(dialect, List.of())) {
            JsonNode catalogue = read("/dev/gapura/pricing/catalog/" + provider + ".json");
            for (String part : List.of("models", "prices")) {
                catalogue.path(part).properties().forEach(member -> names.add(member.getKey()));
            }
        }
        return names;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /// The last entry takes whatever is left, so that no model is without a profile.
    @ParameterizedTest
    @MethodSource("dialects")
    void theNewestStandsLastAndCatchesTheRest(String dialect) {
        JsonNode entries = FILE.get(dialect);
        JsonNode last = entries.get(entries.size() - 1);
        assertThat(last.path("models").asText()).isEmpty();
        assertThat(ModelProfiles.of(dialect, "something-9000").family())
                .isEqualTo(last.path("family").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-opus-9, 'claude, newest known'",
        "anthropic, claude-opus-5, claude 5",
        "anthropic, vendor/claude-sonnet-7-20280101, 'claude, newest known'",
        "gemini, gemini-9-flash, 'gemini, newest known'",
        "gemini, gemini-9.5-pro-preview, 'gemini, newest known'",
        "mistral, mistral-huge-3101, 'mistral, newest known'",
        "mistral, mistral-medium-2701, 'mistral small 4, medium 3 and later'",
        "cohere, command-z-01-2030, 'command, newest known'",
        "openai_responses, gpt-9-nova, 'gpt, newest known'",
        "openai_responses, grok-9, 'grok, newest known'",
        "openai_responses, o9-pro, o-series and codex-mini",
        "bedrock, eu.anthropic.claude-opus-9-v1:0, 'claude, newest known'",
        "bedrock, amazon.nova-9-pro-v1:0, 'nova, newest known'",
        "bedrock, us.meta.llama9-maverick-v1:0, 'llama, newest known'",
        "bedrock, mistral.mistral-huge-3101, 'mistral, newest known'",
        "bedrock, deepseek.v9-v1:0, 'deepseek, newest known'",
        "ollama, qwen9:32b, 'ollama, newest known'",
    })
    void aModelOfTomorrowHasTheNewestProfileOfItsFamily(String dialect, String model, String family) {
        assertThat(ModelProfiles.of(dialect, model).family()).isEqualTo(family);
    }
}
