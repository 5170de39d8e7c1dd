package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.SseReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The odd and the ordinary answers of OpenAI-compatible providers through the whole gateway, each cut at several
/// random places and in every framing. See [Fixture] for the files; `-Dfixtures.write=true` writes what came into the
/// expectations, for a person to review.
class FixturesRelayTest {
    private static final int SEEDS = 4;

    /// Longest piece, in bytes, by seed: from single bytes to the whole.
    private static final int[] LONGEST = {1, 7, 60, 100_000};

    private static final List<String> KNOWN =
            List.of("openai", "xai", "groq", "deepseek", "openrouter", "perplexity", "together", "azure");

    /// Pauses of streams that break; the second for a machine that was too busy to relay within the first.
    private static final List<Duration> LULLS = List.of(Duration.ofMillis(40), Duration.ofSeconds(1));

    private record Way(Fixture fixture, Reply.Framing framing, int seed) {
        Replay.Play play(Duration lull) {
            Reply reply = fixture.reply(framing, seed * 7919L + fixture.name().hashCode(), LONGEST[seed], lull);
            return new Replay.Play(toString(), fixture.request(), reply);
        }

        /// Whether the answer failed as a whole before any of it was relayed, which is right but not what is
        /// tested.
        boolean tooLate(Replay.Seen seen) {
            return fixture.breaks() && seen.answer().status() != 200;
        }

        @Override
        public String toString() {
            return fixture + " (" + framing + ", pieces up to " + LONGEST[seed] + " bytes)";
        }
    }

    @Test
    void everyFixtureArrivesAsExpected(@TempDir Path folder) {
        List<Way> ways = new ArrayList<>();
        for (Fixture fixture : Fixture.all()) {
            for (Reply.Framing framing : Reply.Framing.values()) {
                for (int seed = 0; seed < SEEDS; seed++) {
                    ways.add(new Way(fixture, framing, seed));
                }
            }
        }
        Map<String, String> misses = new TreeMap<>();
        try (Replay replay = new Replay(folder, providers())) {
            List<Way> left = ways;
            int plays = 0;
            for (Duration lull : LULLS) {
                List<Replay.Seen> seen =
                        replay.run(left.stream().map(way -> way.play(lull)).toList());
                plays += seen.size();
                Map<String, JsonNode> log = replay.accessLines(plays);
                List<Way> again = new ArrayList<>();
                for (int index = 0; index < left.size(); index++) {
                    Way way = left.get(index);
                    if (way.tooLate(seen.get(index)) && lull != LULLS.getLast()) {
                        again.add(way);
                        continue;
                    }
                    JsonNode line = log.get(seen.get(index).requestId());
                    List<String> found = judge(way.fixture(), seen.get(index), LoggedUsage.of(line));
                    if (!found.isEmpty()) {
                        misses.putIfAbsent(way.toString(), String.join("\n  ", found));
                    }
                }
                left = again;
            }
        }
        misses.forEach((way, found) -> System.out.println("MISS " + way + "\n  " + found));
        assertThat(misses).isEmpty();
        assertThat(Fixture.all()).hasSizeGreaterThan(30);
    }

    private static String providers() {
        StringBuilder yaml = new StringBuilder();
        for (String name : KNOWN) {
            yaml.append("  ")
                    .append(name)
                    .append(": { api_key: \"unused-key-of-")
                    .append(name);
            yaml.append("\", base_url: \"").append(Replay.ORIGIN).append("\" }\n");
        }
        return yaml + "  acme: { dialect: openai_chat, base_url: \"" + Replay.ORIGIN + "/v1\" }\n";
    }

    private static List<String> judge(Fixture fixture, Replay.Seen seen, JsonNode logged) {
        List<String> found = new ArrayList<>();
        JsonNode client = ClientView.of(seen.answer());
        if (Boolean.getBoolean("fixtures.write")) {
            fixture.update(client, logged);
        }
        differ("client", fixture.expectation().path("client"), client, found);
        differ("access_log", fixture.expectation().path("access_log"), logged, found);
        bytes(fixture, seen.answer().body(), found);
        for (JsonNode secret : fixture.expectation().path("lacks")) {
            if (seen.answer().text().contains(secret.asText())) {
                found.add("shows '" + secret.asText() + "': " + seen.answer().text());
            }
        }
        if (seen.calls().size() != 1) {
            found.add("upstream calls: "
                    + seen.calls().stream().map(SimRequest::path).toList());
        }
        if (!seen.answer().complete()) {
            found.add("the answer was cut short");
        }
        return found;
    }

    private static void differ(String what, JsonNode expected, JsonNode read, List<String> found) {
        if (!ClientView.normal(expected).equals(ClientView.normal(read))) {
            found.add(what + " expected " + expected + "\n  " + what + " read     " + read);
        }
    }

    private static void bytes(Fixture fixture, byte[] read, List<String> found) {
        byte[] provided = fixture.bytes();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        switch (fixture.expectation().path("relayed").asText()) {
            case "unchanged" -> expected.writeBytes(provided);
            case "done added" -> {
                expected.writeBytes(provided);
                expected.writeBytes("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII));
            }
            case "" -> {
                return;
            }
            default -> found.add("unknown value of 'relayed'");
        }
        String text = expected.toString(StandardCharsets.UTF_8);
        if (!text.equals(new String(read, StandardCharsets.UTF_8))) {
            found.add("bytes expected " + text + "\n  bytes read " + new String(read, StandardCharsets.UTF_8) + "\n  = "
                    + SseReader.dataOf(read));
        }
    }
}
