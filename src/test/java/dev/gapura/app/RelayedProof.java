package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.oracle.Oracle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Protocols of OpenAI's shape: the recorded request goes in, and its answer must arrive byte for byte but for what the
/// contract names. In every framing; each stream also for a client that does not ask for usage.
final class RelayedProof implements Proof {
    private final Oracle oracle;
    private final Exceptions exceptions;

    /// @param oracle reads turns of the model
    RelayedProof(Oracle oracle, Exceptions exceptions) {
        this.oracle = oracle;
        this.exceptions = exceptions;
    }

    @Override
    public String configuration(Recording recording) {
        RecordedProvider provider = RecordedProvider.of(recording);
        return RecordedProvider.configuration(
                provider.name().equals("azure") ? provider.apiVersion() : RecordedProvider.USUAL_VERSION);
    }

    @Override
    public String configuration(String provider) {
        return RecordedProvider.configuration(RecordedProvider.USUAL_VERSION);
    }

    @Override
    public ObjectNode asked(Recording recording) {
        return RecordedProvider.of(recording).request(recording);
    }

    @Override
    public Oracle oracle() {
        return oracle;
    }

    @Override
    public List<AnswerSaid> said(Recording recording) {
        boolean stream = recording.isStream();
        return switch (natural(recording, stream, false)) {
            case Outcome.Document document -> AnswerSaid.all(named(document.answer()));
            case Outcome.Stream whole -> {
                StringBuilder events = new StringBuilder();
                whole.chunks()
                        .forEach(chunk -> events.append("data: ").append(chunk).append("\n\n"));
                yield AnswerSaid.all(named(ClientFold.of(events.toString().getBytes(StandardCharsets.UTF_8))
                        .answer()));
            }
            case Outcome other -> throw new AssertionError(recording + " comes to " + other);
        };
    }

    /// Thought by the name that it has in answers that are put together of several: relayed ones keep the provider's.
    private static JsonNode named(JsonNode answer) {
        JsonNode copy = answer.deepCopy();
        for (JsonNode choice : copy.path("choices")) {
            if (choice.path("message") instanceof ObjectNode message && !message.hasNonNull("reasoning_content")) {
                message.set("reasoning_content", message.path("reasoning"));
            }
        }
        return copy;
    }

    private static Outcome natural(Recording recording, boolean stream, boolean withoutUsage) {
        RecordedProvider provider = RecordedProvider.of(recording);
        return Provided.outcome(
                recording.response().status(),
                recording.response().rawBody(),
                stream,
                new Provided.Rules(
                        provider.usageExcludesReasoning(),
                        provider.pads(),
                        provider.takesStreamOptions() && withoutUsage,
                        new Mended(provider)));
    }

    @Override
    public String dialect() {
        return "openai_chat";
    }

    @Override
    public List<Way> ways(Recording recording) {
        String configuration = configuration(recording);
        ObjectNode asked = asked(recording);
        List<Way> ways = new ArrayList<>();
        for (Reply.Framing framing : Reply.Framing.values()) {
            ways.add(Proof.way(recording, configuration, asked, framing));
        }
        if (asked.has("stream_options")) {
            ObjectNode without = asked.deepCopy();
            without.remove("stream_options");
            int turn = Math.floorMod(recording.file().hashCode(), Reply.Framing.values().length);
            ways.add(Proof.way(recording, configuration, without, Reply.Framing.values()[turn]));
        } else if (asked.path("stream").asBoolean()) {
            ObjectNode with = asked.deepCopy();
            with.putObject("stream_options").put("include_usage", true);
            ways.add(Proof.way(recording, configuration, with, Reply.Framing.CHUNKED));
        }
        return ways;
    }

    @Override
    public List<String> faults(Way way, Replay.Seen seen, @Nullable JsonNode line) {
        Recording recording = way.recording();
        RecordedProvider provider = RecordedProvider.of(recording);
        List<String> found = new ArrayList<>();
        Exceptions.Expected listed = exceptions.of(recording.file());
        Outcome natural = natural(recording, way.streamed(), !way.asksUsage());
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
        found.addAll(Difference.between(expected, seen.answer(), provider.name()));
        int calls = expected instanceof Outcome.Refused ? 0 : 1;
        if (seen.calls().size() != calls) {
            found.add(seen.calls().size() + " upstream calls, not " + calls);
        }
        if (listed == null || !listed.outcome().equals("elsewhere")) {
            seen.calls().forEach(call -> sent(way, provider, seen, call, found));
        }
        Proof.always(way, seen, line, found);
        if (line != null) {
            JsonNode usage = LoggedUsage.of(recording.response().rawBody(), provider.usageExcludesReasoning());
            if (!usage.equals(LoggedUsage.of(line))) {
                found.add("usage in the access line: expected " + usage + ", found " + LoggedUsage.of(line));
            }
        }
        return found;
    }

    private static void sent(
            Way way, RecordedProvider provider, Replay.Seen seen, SimRequest call, List<String> found) {
        JsonNode body = Provided.parsed(call.text());
        String verdicts = seen.answer().header("x-gapura-params");
        ObjectNode expected = SentBody.expected(way.asked(), provider, verdicts, body);
        if (!expected.equals(body)) {
            found.add("sent " + call.text() + " for " + expected + " with verdicts " + verdicts);
        }
        boolean changed = SentBody.verdicts(verdicts).stream()
                .anyMatch(verdict -> !verdict.outcome().equals("passed")
                        // The step before was played with the same key, and its reasoning kept; [SentBody] holds that
                        // nothing else is changed.
                        && !String.valueOf(verdict.detail()).endsWith(SentBody.PUT_BACK)
                        && (provider.takesStreamOptions() || !verdict.field().equals("stream_options")));
        if (changed && way.recording().response().status() == 200) {
            found.add("changes what the provider accepted: " + verdicts);
        }
        if (!call.path().equals(provider.path())) {
            found.add("called " + call.path() + ", not " + provider.path());
        }
        Map.Entry<String, String> credential = provider.credential();
        if (!credential.getValue().equals(call.header(credential.getKey()))) {
            found.add("credential missing: " + credential.getKey());
        }
    }
}
