package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.oracle.Oracle;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How recordings of a protocol are played through a whole gateway, and what has to come of it.
interface Proof {
    /// Longest piece of each framing in turn, in bytes.
    int[] LONGEST = {900, 70, 4000};

    /// Cuts of an answer that are made real by a pause.
    int PAUSES = 4;

    /// One way of playing a recording.
    ///
    /// @param configuration the `providers` section that it needs
    /// @param asRecorded whether the client asks as the recorded one did: for a stream, or for a plain answer
    record Way(Recording recording, ObjectNode asked, String configuration, Replay.Play play, boolean asRecorded) {
        /// Whether the client asks for a stream.
        boolean streamed() {
            return asked.path("stream").asBoolean();
        }

        /// The same way where nobody asked so.
        Way unlikeRecorded() {
            return new Way(recording, asked, configuration, play, false);
        }

        /// Whether the client wants usage in its stream.
        boolean asksUsage() {
            return asked.at("/stream_options/include_usage").asBoolean();
        }
    }

    /// Every way in which a recording is played.
    List<Way> ways(Recording recording);

    /// The `providers` section that a recording needs.
    String configuration(Recording recording);

    /// The `providers` section for a provider of this name, with nothing special about it.
    String configuration(String provider);

    /// The recorded request as a client of Chat Completions would have put it; a minimal one where none was
    /// recorded.
    ObjectNode asked(Recording recording);

    /// Reads what was said in the language of this protocol.
    Oracle oracle();

    /// What a client reads of an answer of a good status, choice by choice.
    List<AnswerSaid> said(Recording recording);

    /// Name of the language that the provider speaks, as in the configuration.
    String dialect();

    /// What was wrong; nothing is best.
    ///
    /// @param line the access line, null where there was none
    List<String> faults(Way way, Replay.Seen seen, @Nullable JsonNode line);

    /// A way in which the recorded answer comes in this framing.
    static Way way(Recording recording, String configuration, ObjectNode asked, Reply.Framing framing) {
        String name = recording.file() + " (" + framing + (asked.path("stream").asBoolean() ? ", SSE" : ", JSON")
                + ", usage " + asked.at("/stream_options/include_usage").asBoolean() + ")";
        byte[] body = asked.toString().getBytes(StandardCharsets.UTF_8);
        return new Way(recording, asked, configuration, new Replay.Play(name, body, reply(recording, framing)), true);
    }

    /// The recorded answer cut at random bytes, the same ones each time.
    static Reply reply(Recording recording, Reply.Framing framing) {
        Map<String, String> headers = new LinkedHashMap<>(recording.response().headers());
        headers.keySet().removeAll(Set.of("content-length", "transfer-encoding", "connection"));
        if (recording.response().body() != null) {
            // Some recordings kept no headers.
            headers.putIfAbsent("content-type", "application/json");
        }
        Reply reply = Replies.raw(
                recording.response().status(),
                headers,
                framing,
                recording.response().rawBody());
        long seed = recording.file().hashCode() * 31L + framing.ordinal();
        return Replies.paced(Replies.sliced(reply, seed, LONGEST[framing.ordinal()]), seed, PAUSES);
    }

    /// What must hold of every exchange: its access line has the status that the client read, a wait that the
    /// provider names reaches the client.
    static void always(Way way, Replay.Seen seen, @Nullable JsonNode line, List<String> found) {
        if (line == null) {
            found.add("no access line");
        } else if (line.path("status").asInt() != seen.answer().status()) {
            found.add("access line says status " + line.path("status"));
        }
        String said = way.recording().response().headers().get("retry-after");
        if (way.recording().response().status() == 429
                && said != null
                && !said.equals(seen.answer().header("retry-after"))) {
            found.add("retry-after " + said + " became " + seen.answer().header("retry-after"));
        }
    }
}
