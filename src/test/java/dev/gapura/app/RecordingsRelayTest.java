package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.Replies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every recorded exchange of the OpenAI-shaped protocols through the whole gateway: the recorded request goes in, the
/// recorded answer comes from a fake provider in random pieces and in every framing, and the client must read what the
/// provider said. Each stream is also played for a client that does not ask for usage.
class RecordingsRelayTest {
    private static final List<String> PROTOCOLS = List.of(
            "openai-chat", "azure-chat", "xai-chat", "groq-chat", "deepseek-chat", "openrouter-chat", "compat-chat");

    /// Longest piece of each framing in turn, in bytes.
    private static final int[] LONGEST = {900, 70, 4000};

    /// Cuts of an answer that are made real by a pause.
    private static final int PAUSES = 4;

    private final ObjectMapper json = new ObjectMapper();
    private final Exceptions exceptions = new Exceptions();
    private final Map<String, List<String>> misses = new LinkedHashMap<>();

    /// One way of playing a recording.
    private record Way(Recording recording, RecordedProvider provider, ObjectNode asked, Replay.Play play) {}

    @Test
    void everyRecordedAnswerArrives(@TempDir Path folder) {
        Recordings.assumeAvailable();
        List<Way> ways = new ArrayList<>();
        List<Recording> recordings = Recordings.ofProtocols(PROTOCOLS.toArray(String[]::new));
        recordings.forEach(recording -> ways.addAll(ways(recording)));
        try (Replay replay =
                new Replay(folder, port -> RecordedProvider.configuration(port, RecordedProvider.USUAL_VERSION))) {
            List<Replay.Seen> seen = new ArrayList<>();
            List<Way> played = new ArrayList<>();
            for (String version : azureVersions(ways)) {
                String configured = version.isEmpty() ? null : version;
                replay.reload(port -> RecordedProvider.configuration(port, configured));
                List<Way> now = ways.stream()
                        .filter(way -> version.equals(versionOf(way)))
                        .toList();
                seen.addAll(replay.run(now.stream().map(Way::play).toList()));
                played.addAll(now);
            }
            assertThat(played).hasSameSizeAs(ways);
            Map<String, JsonNode> log = replay.accessLines(ways.size());
            for (int index = 0; index < played.size(); index++) {
                judge(
                        played.get(index),
                        seen.get(index),
                        log.get(seen.get(index).requestId()));
            }
        }
        report(recordings, ways.size());
        assertThat(misses).isEmpty();
        Set<String> unknown = new TreeSet<>(exceptions.all().keySet());
        recordings.forEach(recording -> unknown.remove(recording.file()));
        assertThat(unknown).as("exceptions without a recording").isEmpty();
    }

    /// Versions of Azure that are played one after the other; the empty one is the v1 surface.
    private static Set<String> azureVersions(List<Way> ways) {
        Set<String> versions = new TreeSet<>();
        ways.forEach(way -> versions.add(versionOf(way)));
        return versions;
    }

    private static String versionOf(Way way) {
        if (!way.provider().name().equals("azure")) {
            return RecordedProvider.USUAL_VERSION;
        }
        return way.provider().apiVersion() == null ? "" : way.provider().apiVersion();
    }

    private List<Way> ways(Recording recording) {
        RecordedProvider provider = RecordedProvider.of(recording);
        ObjectNode asked = provider.request(recording);
        List<Way> ways = new ArrayList<>();
        for (Reply.Framing framing : Reply.Framing.values()) {
            ways.add(way(recording, provider, asked, framing));
        }
        if (asked.has("stream_options")) {
            ObjectNode without = asked.deepCopy();
            without.remove("stream_options");
            int turn = Math.floorMod(recording.file().hashCode(), Reply.Framing.values().length);
            ways.add(way(recording, provider, without, Reply.Framing.values()[turn]));
        } else if (asked.path("stream").asBoolean()) {
            ObjectNode with = asked.deepCopy();
            with.putObject("stream_options").put("include_usage", true);
            ways.add(way(recording, provider, with, Reply.Framing.CHUNKED));
        }
        return ways;
    }

    private Way way(Recording recording, RecordedProvider provider, ObjectNode asked, Reply.Framing framing) {
        Map<String, String> headers = new LinkedHashMap<>(recording.response().headers());
        headers.keySet().removeAll(Set.of("content-length", "transfer-encoding", "connection"));
        Reply reply = Replies.raw(
                recording.response().status(),
                headers,
                framing,
                recording.response().rawBody());
        long seed = recording.file().hashCode() * 31L + framing.ordinal();
        Reply cut = Replies.paced(Replies.sliced(reply, seed, LONGEST[framing.ordinal()]), seed, PAUSES);
        String name = recording.file() + " (" + framing + ", usage " + asksUsage(asked) + ")";
        return new Way(recording, provider, asked, new Replay.Play(name, bytes(asked), cut));
    }

    private void judge(Way way, Replay.Seen seen, @Nullable JsonNode line) {
        Recording recording = way.recording();
        List<String> found = new ArrayList<>();
        Exceptions.Expected listed = exceptions.of(recording.file());
        Outcome natural = Provided.outcome(
                recording.response().status(),
                recording.response().rawBody(),
                way.asked().path("stream").asBoolean(),
                new Provided.Rules(
                        way.provider().usageExcludesReasoning(),
                        way.provider().pads(),
                        way.provider().takesStreamOptions() && !asksUsage(way.asked())));
        Outcome expected = listed == null ? natural : Exceptions.outcome(listed, natural);
        if (listed == null
                && recording.response().status() == 200
                && !recording.features().contains("error")) {
            if (natural instanceof Outcome.Failed
                    || natural instanceof Outcome.Broken
                            && !recording.features().contains("mid_stream_error")) {
                found.add("comes to " + natural + " and is not listed");
            }
        }
        found.addAll(Difference.between(expected, seen.answer(), way.provider().name()));
        int calls = expected instanceof Outcome.Refused ? 0 : 1;
        if (seen.calls().size() != calls) {
            found.add(seen.calls().size() + " upstream calls, not " + calls);
        }
        seen.calls().forEach(call -> sent(way, seen, call, found));
        waitHint(recording, seen, found);
        logged(way, seen, line, found);
        if (!found.isEmpty()) {
            misses.computeIfAbsent(recording.file(), fresh -> new ArrayList<>())
                    .add(way.play().name() + ": " + found);
        }
    }

    private void sent(Way way, Replay.Seen seen, SimRequest call, List<String> found) {
        JsonNode body = Provided.parsed(call.text());
        String verdicts = seen.answer().header("x-gapura-params");
        ObjectNode expected = SentBody.expected(way.asked(), way.provider(), verdicts, body);
        if (!expected.equals(body)) {
            found.add("sent " + call.text() + " for " + expected + " with verdicts " + verdicts);
        }
        boolean changed = SentBody.verdicts(verdicts).stream()
                .anyMatch(verdict -> !verdict.outcome().equals("passed")
                        && (way.provider().takesStreamOptions()
                                || !verdict.field().equals("stream_options")));
        if (changed && way.recording().response().status() == 200) {
            found.add("changes what the provider accepted: " + verdicts);
        }
        if (!call.path().equals(way.provider().path())) {
            found.add("called " + call.path() + ", not " + way.provider().path());
        }
        Map.Entry<String, String> credential = way.provider().credential();
        if (!credential.getValue().equals(call.header(credential.getKey()))) {
            found.add("credential missing: " + credential.getKey());
        }
    }

    /// A wait that the provider names in seconds reaches the client.
    private static void waitHint(Recording recording, Replay.Seen seen, List<String> found) {
        String said = recording.response().headers().get("retry-after");
        if (recording.response().status() == 429
                && said != null
                && !said.equals(seen.answer().header("retry-after"))) {
            found.add("retry-after " + said + " became " + seen.answer().header("retry-after"));
        }
    }

    private static void logged(Way way, Replay.Seen seen, @Nullable JsonNode line, List<String> found) {
        if (line == null) {
            found.add("no access line");
            return;
        }
        if (line.path("status").asInt() != seen.answer().status()) {
            found.add("access line says status " + line.path("status"));
        }
        JsonNode usage = LoggedUsage.of(
                way.recording().response().rawBody(), way.provider().usageExcludesReasoning());
        if (!usage.equals(LoggedUsage.of(line))) {
            found.add("usage in the access line: expected " + usage + ", found " + LoggedUsage.of(line));
        }
    }

    private void report(List<Recording> recordings, int ways) {
        for (String protocol : PROTOCOLS) {
            line(
                    protocol,
                    recordings.stream()
                            .filter(recording -> recording.protocol().equals(protocol))
                            .toList());
        }
        line("in total, " + ways + " ways", recordings);
        misses.forEach((file, lines) -> System.out.println("MISS " + lines.getFirst()));
    }

    private void line(String what, List<Recording> recordings) {
        Set<String> files = new HashSet<>();
        recordings.forEach(recording -> files.add(recording.file()));
        long missed = misses.keySet().stream().filter(files::contains).count();
        long listed = exceptions.all().keySet().stream()
                .filter(file -> files.contains(file) && !misses.containsKey(file))
                .count();
        System.out.println("recordings: " + (recordings.size() - missed - listed) + " of " + recordings.size() + " "
                + what + (listed == 0 ? "" : ", " + listed + " exceptions as listed"));
    }

    private static boolean asksUsage(ObjectNode asked) {
        return asked.path("stream_options").path("include_usage").asBoolean();
    }

    private byte[] bytes(ObjectNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
