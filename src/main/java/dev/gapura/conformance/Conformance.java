package dev.gapura.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// All results, as the tests that play recordings left them: two files of lines, kept with the code because the
/// recordings are not. Immutable; any thread.
///
/// @param targets in the order in which they are shown
public record Conformance(List<Target> targets) {
    /// Name of the file with a line for each provider and each cell, beside this class.
    public static final String RESULTS = "results.txt";

    /// Name of the file with the recorded conversations, beside this class.
    public static final String SESSIONS = "sessions.txt";

    private static final String SEPARATOR = " | ";

    /// Copies the list.
    public Conformance {
        targets = List.copyOf(targets);
    }

    /// Reads the files that came with the code.
    public static Conformance read() {
        return of(resource(RESULTS), resource(SESSIONS));
    }

    /// @param results lines `target | protocol | provider | dialect | recordings`, and
    ///     `cell | protocol | feature | JSON | SSE` below them; `#` begins a comment
    /// @param sessions lines `protocol | conversations`
    static Conformance of(String results, String sessions) {
        Map<String, String> talks = new LinkedHashMap<>();
        lines(sessions).forEach(line -> talks.put(line[0], line[1]));
        Map<String, String[]> heads = new LinkedHashMap<>();
        Map<String, Map<Feature, Target.Row>> rows = new LinkedHashMap<>();
        for (String[] line : lines(results)) {
            if (line[0].equals("target")) {
                heads.put(line[1], line);
                rows.put(line[1], new EnumMap<>(Feature.class));
            } else {
                Feature feature = Feature.of(line[2]).orElseThrow(() -> new IllegalStateException(line[2]));
                Objects.requireNonNull(rows.get(line[1]))
                        .put(feature, new Target.Row(Cell.of(line[3]), Cell.of(line[4])));
            }
        }
        List<Target> targets = new ArrayList<>();
        heads.forEach((protocol, head) -> targets.add(new Target(
                protocol,
                head[2],
                head[3],
                head[4],
                talks.getOrDefault(protocol, ""),
                Objects.requireNonNull(rows.get(protocol)))));
        return new Conformance(targets);
    }

    /// The providers that there are tables for.
    public List<String> providers() {
        return List.copyOf(new TreeSet<>(targets.stream().map(Target::provider).toList()));
    }

    private static List<String[]> lines(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(java.util.regex.Pattern.quote(SEPARATOR), -1))
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = Conformance.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
