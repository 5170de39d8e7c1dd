package dev.gapura.app;

import dev.gapura.conformance.Cell;
import dev.gapura.conformance.Feature;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Gathers which recordings show which features, and makes the file of results of it that the command `conformance`
/// reads. What no recording shows comes from dry runs and from `recordings/written.txt`.
final class ConformanceBook {
    private static final String HEAD = """
            # Which recorded exchanges show what, played through a whole gateway. Made by RecordingsGatewayTest, which also
            # holds it to them: `./mvnw test -Dtest=RecordingsGatewayTest -Dconformance.write=true` writes it anew.
            # target | protocol | provider | dialect | recordings that are read as they were said
            # cell | protocol | feature | JSON | SSE
            """;

    private final Map<String, Proof> protocols;
    private final FeatureMarks marks = new FeatureMarks();
    private final WrittenCells written = new WrittenCells();
    private final Map<String, Map<Feature, Map<Boolean, Set<String>>>> shown = new TreeMap<>();

    ConformanceBook(Map<String, Proof> protocols) {
        this.protocols = protocols;
    }

    /// Takes a play that went well.
    void add(Proof.Way way, Replay.Seen seen) {
        if (!way.asRecorded() && way.recording().response().status() == 200) {
            return;
        }
        if (written.isMade(way.recording())) {
            return;
        }
        Proof proof = protocols.get(way.recording().protocol());
        Set<Feature> asked = seen.calls().isEmpty()
                ? Set.of()
                : marks.of(
                        proof.dialect(), Provided.parsed(seen.calls().getFirst().text()));
        String file = way.recording().file();
        String number = file.substring(0, file.indexOf('-', file.indexOf('/')));
        for (Feature feature : Shown.by(way.recording(), proof, asked)) {
            shown.computeIfAbsent(way.recording().protocol(), fresh -> new EnumMap<>(Feature.class))
                    .computeIfAbsent(feature, fresh -> new TreeMap<>())
                    .computeIfAbsent(way.streamed(), fresh -> new TreeSet<>())
                    .add(number);
        }
    }

    /// The whole file.
    ///
    /// @param counts recordings of each protocol, such as `190 of 194`
    /// @param gaps takes the cells that nothing is known about
    String text(Map<String, String> counts, List<String> gaps) {
        StringBuilder text = new StringBuilder(HEAD);
        try (WrittenRequests requests = new WrittenRequests(protocols)) {
            protocols.forEach((protocol, proof) -> {
                String line = String.join(
                        " | ", "target", protocol, provider(protocol), proof.dialect(), counts.get(protocol));
                text.append('\n').append(line).append('\n');
                for (Feature feature : Feature.values()) {
                    Cell json = cell(protocol, feature, false, requests, gaps);
                    Cell sse = cell(protocol, feature, true, requests, gaps);
                    String row = String.join(" | ", "cell", protocol, feature.title(), json.text(), sse.text());
                    text.append(row).append('\n');
                }
            });
        }
        return text.toString();
    }

    private static String provider(String protocol) {
        String name = protocol.substring(0, protocol.indexOf('-'));
        return name.equals("compat") ? "others" : name;
    }

    private Cell cell(String protocol, Feature feature, boolean streamed, WrittenRequests requests, List<String> gaps) {
        if (feature == Feature.BROKEN_STREAMS && !streamed) {
            return new Cell.Nothing();
        }
        Cell recorded = recorded(protocol, feature, streamed);
        if (recorded != null) {
            return recorded;
        }
        Cell told = written.of(protocol, feature, streamed);
        if (told != null) {
            return told;
        }
        Cell known = null;
        WrittenCells.Asked asked = written.asked(protocol);
        if (marks.features().contains(feature) && asked != null) {
            known = requests.cell(protocol, asked.provider(), asked.models(), feature, streamed);
        }
        if (known instanceof Cell.NotOffered) {
            return known;
        }
        Cell like = like(protocol, feature, streamed);
        if (like != null) {
            return like;
        }
        if (known == null) {
            gaps.add(protocol + " | " + feature.title() + " | " + (streamed ? "SSE" : "JSON"));
            return new Cell.NotOffered("?");
        }
        return known;
    }

    private Cell.@Nullable Recorded recorded(String protocol, Feature feature, boolean streamed) {
        Set<String> recordings = shown.getOrDefault(protocol, Map.of())
                .getOrDefault(feature, Map.of())
                .getOrDefault(streamed, Set.of());
        return recordings.isEmpty()
                ? null
                : new Cell.Recorded(recordings.iterator().next(), recordings.size() - 1);
    }

    /// The first recording with another provider of the same language.
    private @Nullable Cell like(String protocol, Feature feature, boolean streamed) {
        String dialect = protocols.get(protocol).dialect();
        for (Map.Entry<String, Proof> other : protocols.entrySet()) {
            Cell.Recorded recorded =
                    other.getValue().dialect().equals(dialect) ? recorded(other.getKey(), feature, streamed) : null;
            if (recorded != null) {
                return new Cell.Like(recorded.recording());
            }
        }
        return null;
    }
}
