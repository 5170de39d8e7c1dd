package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.conformance.Conformance;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every recorded exchange of every chat protocol through the whole gateway: a fake provider on a socket gives the
/// recorded answer in random pieces, and a client that speaks Chat Completions must read what the provider said.
class RecordingsGatewayTest {
    private final Exceptions exceptions = new Exceptions();
    private final Map<String, Proof> protocols = Protocols.all(exceptions);
    private final ConformanceBook book = new ConformanceBook(protocols);
    private final Map<String, List<String>> misses = new LinkedHashMap<>();

    @Test
    void everyRecordedAnswerArrives(@TempDir Path folder) {
        Recordings.assumeAvailable();
        List<Recording> recordings = Recordings.ofProtocols(protocols.keySet().toArray(String[]::new));
        Map<String, List<Proof.Way>> ways = new LinkedHashMap<>();
        recordings.forEach(recording -> protocols
                .get(recording.protocol())
                .ways(recording)
                .forEach(way -> ways.computeIfAbsent(way.configuration(), fresh -> new ArrayList<>())
                        .add(way)));
        int plays = play(ways, folder);
        report(recordings, plays);
        assertThat(misses.keySet()).isEmpty();
        Set<String> unknown = new TreeSet<>(exceptions.files());
        recordings.forEach(recording -> unknown.remove(recording.file()));
        assertThat(unknown).as("exceptions without a recording").isEmpty();
        List<String> gaps = new ArrayList<>();
        String results = book.text(counts(recordings), gaps);
        assertThat(gaps).as("cells of which nothing is known").isEmpty();
        KeptResults.hold(Conformance.RESULTS, results);
    }

    @Test
    void noProtocolIsForgotten() throws IOException {
        Recordings.assumeAvailable();
        try (Stream<Path> files = Files.list(Recordings.FOLDER)) {
            Set<String> folders = files.filter(Files::isDirectory)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> known = new TreeSet<>(protocols.keySet());
            known.addAll(exceptions.protocols().keySet());
            assertThat(folders).isEqualTo(known);
        }
    }

    private int play(Map<String, List<Proof.Way>> ways, Path folder) {
        List<Proof.Way> played = new ArrayList<>();
        List<Replay.Seen> seen = new ArrayList<>();
        try (Replay replay = new Replay(folder, ways.keySet().iterator().next())) {
            ways.forEach((configuration, now) -> {
                replay.reload(configuration);
                seen.addAll(replay.run(now.stream().map(Proof.Way::play).toList()));
                played.addAll(now);
            });
            Map<String, JsonNode> log = replay.accessLines(played.size());
            for (int index = 0; index < played.size(); index++) {
                judge(played.get(index), seen.get(index), log);
            }
        }
        return played.size();
    }

    private void judge(Proof.Way way, Replay.Seen seen, Map<String, JsonNode> log) {
        Proof proof = protocols.get(way.recording().protocol());
        List<String> found = proof.faults(way, seen, log.get(seen.requestId()));
        if (found.isEmpty()) {
            book.add(way, seen);
        } else {
            misses.computeIfAbsent(way.recording().file(), fresh -> new ArrayList<>())
                    .add(way.play().name() + ": " + found);
        }
    }

    /// How many recordings of each protocol are read as they were said.
    private Map<String, String> counts(List<Recording> recordings) {
        Map<String, String> counts = new LinkedHashMap<>();
        for (String protocol : protocols.keySet()) {
            List<Recording> these = of(protocol, recordings);
            counts.put(protocol, good(these) + " of " + these.size());
        }
        return counts;
    }

    private static List<Recording> of(String protocol, List<Recording> recordings) {
        return recordings.stream()
                .filter(recording -> recording.protocol().equals(protocol))
                .toList();
    }

    private void report(List<Recording> recordings, int plays) {
        protocols.keySet().forEach(protocol -> line(protocol, of(protocol, recordings)));
        exceptions.protocols().forEach((protocol, expected) -> {
            if (expected.outcome().equals("not spoken")) {
                int count = Recordings.ofProtocols(protocol).size();
                System.out.println("recordings: 0 of " + count + " " + protocol + ", not spoken: " + expected.reason());
            }
        });
        line("in total, " + plays + " ways", recordings);
        misses.forEach((file, lines) -> System.out.println("MISS " + lines.getFirst()));
    }

    private long good(List<Recording> recordings) {
        return recordings.stream()
                .filter(recording -> exceptions.of(recording.file()) == null && !misses.containsKey(recording.file()))
                .count();
    }

    private void line(String what, List<Recording> recordings) {
        long listed = recordings.stream()
                .filter(recording -> exceptions.of(recording.file()) != null && !misses.containsKey(recording.file()))
                .count();
        System.out.println("recordings: " + good(recordings) + " of " + recordings.size() + " " + what
                + (listed == 0 ? "" : ", " + listed + " exceptions as listed"));
    }
}
