package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.conformance.Feature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Sees in the request that a provider gets which features it asks for: the data file `recordings/marks.txt`.
final class FeatureMarks {
    private static final String FILE = "/recordings/marks.txt";

    private final Map<String, Map<Feature, String[]>> byDialect = new LinkedHashMap<>();

    FeatureMarks() {
        try (InputStream in = FeatureMarks.class.getResourceAsStream(FILE)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] parts = line.split(" \\| ", 3);
                if (!line.isBlank() && !line.startsWith("#")) {
                    byDialect
                            .computeIfAbsent(parts[0], fresh -> new LinkedHashMap<>())
                            .put(Feature.of(parts[1]).orElseThrow(), parts[2].split(" ; "));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every feature that has a mark in some dialect: those that a request asks for.
    Set<Feature> features() {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        byDialect.values().forEach(marks -> features.addAll(marks.keySet()));
        return features;
    }

    /// The features that a request in this dialect asks for.
    Set<Feature> of(String dialect, JsonNode request) {
        Set<Feature> found = EnumSet.noneOf(Feature.class);
        byDialect.getOrDefault(dialect, Map.of()).forEach((feature, patterns) -> {
            for (String pattern : patterns) {
                if (matches(request, pattern)) {
                    found.add(feature);
                }
            }
        });
        return found;
    }

    private static boolean matches(JsonNode request, String pattern) {
        int operator = Math.max(pattern.indexOf('='), pattern.indexOf('>'));
        String path = operator < 0 ? pattern : pattern.substring(0, operator);
        return matches(request, List.of(path.split("\\.")), operator < 0 ? "" : pattern.substring(operator));
    }

    private static boolean matches(JsonNode node, List<String> path, String test) {
        if (path.isEmpty()) {
            return passes(node, test);
        }
        String step = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (step.equals("**")) {
            return matches(node, rest, test) || node.valueStream().anyMatch(child -> matches(child, path, test));
        }
        boolean each = step.endsWith("[]");
        String name = plain(each ? step.substring(0, step.length() - 2) : step);
        return node.propertyStream()
                .filter(member -> plain(member.getKey()).equals(name))
                .map(Map.Entry::getValue)
                .anyMatch(child -> each
                        ? child.isArray() && child.valueStream().anyMatch(element -> matches(element, rest, test))
                        : matches(child, rest, test));
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static boolean passes(JsonNode node, String test) {
        if (test.isEmpty()) {
            return !node.isNull() && !(node.isArray() && node.isEmpty());
        }
        if (test.startsWith(">")) {
            return node.isNumber() && node.intValue() > Integer.parseInt(test.substring(1));
        }
        for (String word : test.substring(1).split("\\|")) {
            String text = node.isValueNode() && !node.isNull() ? node.asText() : "";
            if (word.endsWith("*") ? text.startsWith(word.substring(0, word.length() - 1)) : text.equals(word)) {
                return true;
            }
        }
        return false;
    }
}
