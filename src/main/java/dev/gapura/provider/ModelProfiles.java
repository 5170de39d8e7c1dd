package dev.gapura.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfile.Thinking;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// What models accept, read once from `model-profiles.json`. A name that no entry is written for inherits the newest
/// profile of its dialect, which stands last. Immutable; any thread.
public final class ModelProfiles {
    private static final String RESOURCE = "model-profiles.json";

    private static final ModelProfile UNKNOWN = new ModelProfile(
            ModelProfile.UNKNOWN,
            0,
            Thinking.NONE,
            List.of(),
            0,
            0,
            Set.of(
                    Ability.SAMPLING,
                    Ability.TEMPERATURE_WITH_TOP_P,
                    Ability.PENALTIES,
                    Ability.STOP,
                    Ability.TOOLS,
                    Ability.FORCED_TOOL,
                    Ability.SYSTEM),
            Set.of("text", "image", "file"),
            "");

    private static final Map<String, List<Entry>> BY_DIALECT = read();

    private ModelProfiles() {}

    private record Entry(Pattern models, ModelProfile profile) {}

    /// @param dialect name in the configuration
    /// @param upstreamModel name as the provider knows it
    public static ModelProfile of(String dialect, String upstreamModel) {
        String name = upstreamModel.toLowerCase(Locale.ROOT);
        for (Entry entry : BY_DIALECT.getOrDefault(dialect, List.of())) {
            if (entry.models().matcher(name).find()) {
                return entry.profile();
            }
        }
        return UNKNOWN;
    }

    private static Map<String, List<Entry>> read() {
        try (InputStream in = Objects.requireNonNull(ModelProfiles.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            byte[] bytes = in.readAllBytes();
            Map<String, List<Entry>> all = new LinkedHashMap<>();
            JsonTree.read(bytes, 0, bytes.length).properties().forEach(member -> {
                List<Entry> entries = new ArrayList<>();
                if (member.getValue().isArray()) {
                    member.getValue().forEach(entry -> entries.add(entry(entry)));
                    all.put(member.getKey(), List.copyOf(entries));
                }
            });
            return Map.copyOf(all);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Entry entry(JsonNode entry) {
        Set<Ability> abilities = new HashSet<>();
        entry.path("can")
                .forEach(word -> abilities.add(Ability.valueOf(word.asText().toUpperCase(Locale.ROOT))));
        List<String> efforts = new ArrayList<>();
        entry.path("efforts").forEach(word -> efforts.add(word.asText()));
        Set<String> inputs = new HashSet<>();
        entry.path("sees").forEach(word -> inputs.add(word.asText()));
        return new Entry(
                Pattern.compile(entry.path("models").asText()),
                new ModelProfile(
                        entry.path("family").asText(),
                        (int) JsonTree.number(entry, "output_tokens", 0),
                        Thinking.valueOf(entry.path("thinking").asText("none").toUpperCase(Locale.ROOT)),
                        efforts,
                        (int) JsonTree.number(entry, "min_budget", 0),
                        (int) JsonTree.number(entry, "max_budget", 0),
                        abilities,
                        inputs,
                        entry.path("maker").asText("")));
    }
}
