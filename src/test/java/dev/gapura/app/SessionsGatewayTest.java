package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.conformance.Conformance;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recorded conversations played through the whole gateway: what a provider signs, seals and numbers in one step gets
/// back to it in the next, also from a client that keeps only OpenAI's own fields.
class SessionsGatewayTest {
    private static final int CLIENTS = 8;

    private final Exceptions exceptions = new Exceptions();
    private final Map<String, Proof> protocols = Protocols.all(exceptions);
    private final Map<String, List<String>> misses = new TreeMap<>();
    private final Map<String, Integer> due = new TreeMap<>();

    /// A conversation and a kind of client.
    private record Talk(String name, boolean fields, List<Recording> steps) {
        Recording first() {
            return steps.getFirst();
        }

        /// Protocol and kind of client.
        String kind() {
            return first().protocol() + (fields ? ", all fields kept" : ", OpenAI's own fields kept");
        }
    }

    @Test
    void whatAProviderSaidComesBackToIt(@TempDir Path folder) throws Exception {
        Recordings.assumeAvailable();
        Map<String, List<Talk>> talks = talks();
        try (Replay replay = new Replay(folder, talks.keySet().iterator().next())) {
            for (Map.Entry<String, List<Talk>> group : talks.entrySet()) {
                replay.reload(group.getKey());
                List<Talk> now = group.getValue();
                Ask.forEach(now.size(), CLIENTS, index -> play(replay, now.get(index)));
            }
        }
        report(talks.values().stream().flatMap(List::stream).toList());
        assertThat(misses.keySet()).isEqualTo(exceptions.sessions().keySet());
        KeptResults.hold(
                Conformance.SESSIONS,
                results(talks.values().stream().flatMap(List::stream).toList()));
    }

    private void play(Replay replay, Talk talk) {
        Proof proof = protocols.get(talk.first().protocol());
        SessionPlay play = new SessionPlay(replay, proof, talk.fields());
        List<String> faults = play.faults(talk.steps());
        synchronized (misses) {
            due.merge(talk.kind(), play.due(), Integer::sum);
            if (!faults.isEmpty()) {
                misses.put(talk.name(), faults);
            }
        }
    }

    /// Conversations of two steps or more, by the configuration that they need.
    private Map<String, List<Talk>> talks() {
        Map<String, List<Recording>> sessions = new LinkedHashMap<>();
        for (Recording recording : Recordings.ofProtocols(protocols.keySet().toArray(String[]::new))) {
            if (recording.session() != null && recording.session().steps() > 1) {
                sessions.computeIfAbsent(
                                recording.protocol() + "/" + recording.session().id(), fresh -> new ArrayList<>())
                        .add(recording);
            }
        }
        Map<String, List<Talk>> talks = new LinkedHashMap<>();
        sessions.forEach((id, steps) -> {
            steps.sort(Comparator.comparingInt(step -> step.session().step()));
            Recording first = steps.getFirst();
            List<Talk> group = talks.computeIfAbsent(
                    protocols.get(first.protocol()).configuration(first), fresh -> new ArrayList<>());
            group.add(new Talk(id + " all fields", true, steps));
            group.add(new Talk(id + " official fields", false, steps));
        });
        return talks;
    }

    private String results(List<Talk> talks) {
        StringBuilder text = new StringBuilder("""
                # Recorded conversations after which a provider has everything back that it signed, sealed and numbered:
                # with clients that keep all fields of an answer, and with those that keep only OpenAI's own. Made by
                # SessionsGatewayTest, written anew with -Dconformance.write=true.
                # protocol | conversations
                """);
        for (String protocol : protocols.keySet()) {
            long all = count(protocol, true, talks);
            if (all > 0) {
                text.append(protocol + " | " + (all - lost(protocol, true)) + " of " + all + " with all fields, "
                        + (all - lost(protocol, false)) + " of " + all + " with OpenAI's own fields\n");
            }
        }
        return text.toString();
    }

    private static long count(String protocol, boolean fields, List<Talk> talks) {
        return talks.stream()
                .filter(talk ->
                        talk.fields() == fields && talk.first().protocol().equals(protocol))
                .count();
    }

    private long lost(String protocol, boolean fields) {
        return misses.keySet().stream()
                .filter(name ->
                        name.startsWith(protocol + "/") && name.endsWith(fields ? "all fields" : "official fields"))
                .count();
    }

    private void report(List<Talk> talks) {
        Map<String, List<Talk>> kinds = new LinkedHashMap<>();
        talks.forEach(talk ->
                kinds.computeIfAbsent(talk.kind(), fresh -> new ArrayList<>()).add(talk));
        kinds.forEach((kind, these) -> {
            long good = these.stream()
                    .filter(talk -> !misses.containsKey(talk.name()))
                    .count();
            System.out.println("sessions: " + good + " of " + these.size() + " " + kind + ", " + due.get(kind)
                    + " thoughts sent back");
        });
        misses.forEach((talk, faults) -> {
            if (!exceptions.sessions().containsKey(talk)) {
                System.out.println("MISS " + talk + ": " + faults.getFirst());
            }
        });
    }
}
