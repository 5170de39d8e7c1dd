package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.failure.FailureKind;
import dev.gapura.provider.Providers;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AskedInChat;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.SseReader;
import dev.gapura.testkit.oracle.Oracle;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Protocols that are translated: the recorded request goes in as a client of Chat Completions would have put it, and
/// the client must read what the provider said: text, thought, calls with their arguments, sources, finish reason,
/// usage, refusal, or what went wrong. Plain answers are also asked for as streams, and streams without usage.
final class TranslatedProof implements Proof {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern MODEL_IN_PATH = Pattern.compile("/models?/([^/:?]+)");
    private static final Pattern BEDROCK_MODEL = Pattern.compile("^/model/(.+)/converse");

    private final Language language;
    private final @Nullable String name;
    private final Exceptions exceptions;

    /// @param name under which the provider is configured, null: that of the recording
    TranslatedProof(Language language, @Nullable String name, Exceptions exceptions) {
        this.language = language;
        this.name = name;
        this.exceptions = exceptions;
    }

    private String name(Recording recording) {
        return name == null ? recording.provider() : name;
    }

    @Override
    public List<Way> ways(Recording recording) {
        String configuration = configuration(recording);
        boolean stream = isStream(recording);
        ObjectNode asked = asked(recording);
        Reply.Framing[] framings = Reply.Framing.values();
        int turn = Math.floorMod(recording.file().hashCode(), framings.length);
        List<Way> ways = new ArrayList<>();
        ways.add(Proof.way(recording, configuration, asked, framings[turn]));
        if (stream) {
            ObjectNode without = asked.deepCopy();
            without.remove("stream_options");
            ways.add(Proof.way(recording, configuration, without, framings[(turn + 1) % framings.length]));
        } else {
            ways.add(Proof.way(
                            recording,
                            configuration,
                            streaming(asked.deepCopy()),
                            framings[(turn + 1) % framings.length])
                    .unlikeRecorded());
        }
        return ways;
    }

    private static ObjectNode streaming(ObjectNode asked) {
        asked.put("stream", true).putObject("stream_options").put("include_usage", true);
        return asked;
    }

    @Override
    public String dialect() {
        return language.dialect();
    }

    @Override
    public Oracle oracle() {
        return language.oracle();
    }

    @Override
    public List<AnswerSaid> said(Recording recording) {
        return language.oracle().said(recording);
    }

    @Override
    public String configuration(Recording recording) {
        return configuration(name(recording));
    }

    @Override
    public String configuration(String name) {
        boolean known =
                name.equals(language.dialect()) && Providers.knownNames().contains(name);
        String dialect = known ? "" : ", dialect: " + language.dialect();
        return "  " + name + ": { base_url: \"" + Replay.ORIGIN + "/" + name + language.base() + "\", api_key: \""
                + key(name) + "\"" + dialect + language.place() + " }\n";
    }

    private static String key(String name) {
        return "unused-key-of-" + name;
    }

    /// Whether a recording is a stream, or an error in place of one.
    private static boolean isStream(Recording recording) {
        JsonNode asked = recording.asked();
        String path = recording.request() == null ? "" : recording.request().path();
        String type = recording.response().headers().getOrDefault("content-type", "");
        return recording.response().status() == 200
                ? recording.isStream()
                        || type.startsWith("application/x-ndjson")
                        || path.contains(":stream")
                        || path.contains("-stream")
                : asked != null && asked.path("stream").asBoolean();
    }

    static String model(Recording recording) {
        JsonNode asked = recording.asked();
        String path = recording.request() == null ? "" : recording.request().path();
        Matcher bedrock = BEDROCK_MODEL.matcher(path);
        if (bedrock.find()) {
            return URLDecoder.decode(bedrock.group(1), StandardCharsets.UTF_8);
        }
        Matcher inPath = MODEL_IN_PATH.matcher(path);
        if (asked != null && asked.path("model").isTextual()) {
            return asked.path("model").textValue().replaceFirst("^models/", "");
        }
        return inPath.find() ? inPath.group(1) : "recorded-model";
    }

    @Override
    public ObjectNode asked(Recording recording) {
        boolean stream = isStream(recording);
        String model = name(recording) + "/" + model(recording);
        JsonNode body = recording.asked();
        ObjectNode asked;
        if (body == null) {
            asked = JSON.createObjectNode().put("model", model);
            asked.putArray("messages").addObject().put("role", "user").put("content", "Hello");
        } else {
            ChatRequest request = language.reader().read(body, model(recording), stream);
            asked = AskedInChat.of(request, model);
        }
        asked.remove(List.of("stream", "stream_options"));
        return stream ? streaming(asked) : asked;
    }

    @Override
    public List<String> faults(Way way, Replay.Seen seen, @Nullable JsonNode line) {
        Recording recording = way.recording();
        List<String> found = new ArrayList<>();
        Exceptions.Expected listed = exceptions.of(recording.file());
        Proof.always(way, seen, line, found);
        boolean refused = listed != null && listed.outcome().startsWith("refused");
        if (seen.calls().size() != (refused ? 0 : 1)) {
            found.add(seen.calls().size() + " upstream calls; read "
                    + seen.answer().text());
        }
        // Some models do not stream what is asked of them: the provider is asked for a plain answer then.
        String verdicts = seen.answer().header("x-gapura-params");
        boolean streamed = way.streamed() && (verdicts == null || !verdicts.contains("stream=emulated"));
        seen.calls().forEach(call -> sent(way, streamed, call, found));
        int status = recording.response().status();
        if (listed != null || status != 200) {
            Outcome natural = Provided.outcome(
                    status, recording.response().rawBody(), false, new Provided.Rules(false, false, false, null));
            Outcome expected = listed == null ? natural : Exceptions.outcome(listed, natural);
            found.addAll(Difference.between(expected, seen.answer(), name(recording)));
            return found;
        }
        List<AnswerSaid> said = language.oracle().said(recording);
        FailureKind failure = said.getFirst().failure();
        if (failure != null) {
            failed(failure, seen, found);
        } else if (way.streamed()) {
            streamed(way, said, seen, found);
        } else {
            plain(said, seen, found);
        }
        if (line != null && failure == null) {
            usage(said.getFirst().tokens(), line, found);
        }
        return found;
    }

    private void sent(Way way, boolean streamed, SimRequest call, List<String> found) {
        String name = name(way.recording());
        String path = "/" + name + language.base() + language.path().apply(model(way.recording()), streamed);
        if (!call.path().equals(path)) {
            found.add("called " + call.path() + ", not " + path);
        }
        String key = call.header(language.keyHeader());
        if (key == null || !key.endsWith(key(name))) {
            found.add("credential missing: " + language.keyHeader());
        }
    }

    private static void plain(List<AnswerSaid> said, Replay.Seen seen, List<String> found) {
        JsonNode answer = Provided.parsed(seen.answer().text());
        if (seen.answer().status() != 200 || answer == null) {
            found.add("read " + seen.answer().status() + " " + seen.answer().text());
            return;
        }
        if (!"application/json".equals(seen.answer().header("content-type"))
                || !answer.path("object").asText().equals("chat.completion")
                || answer.path("id").asText().isEmpty()
                || answer.path("model").asText().isEmpty()) {
            found.add("no chat completion: " + answer);
        }
        add(AnswerSaid.difference(said, AnswerSaid.all(answer)), found);
    }

    private static void streamed(Way way, List<AnswerSaid> said, Replay.Seen seen, List<String> found) {
        String type = String.valueOf(seen.answer().header("content-type"));
        if (seen.answer().status() != 200 || !type.startsWith("text/event-stream")) {
            found.add("read " + seen.answer().status() + " " + seen.answer().text());
            return;
        }
        ClientFold fold = ClientFold.of(seen.answer().body());
        found.addAll(fold.faults());
        if (!fold.done()) {
            found.add("no [DONE]");
        }
        List<AnswerSaid> expected = way.asksUsage()
                ? said
                : said.stream().map(AnswerSaid::uncounted).toList();
        add(AnswerSaid.difference(expected, AnswerSaid.all(fold.answer())), found);
    }

    /// A failure is a status as long as nothing was told, and an error event without `[DONE]` after that.
    private static void failed(FailureKind failure, Replay.Seen seen, List<String> found) {
        boolean begun = seen.answer().status() == 200;
        JsonNode error = begun
                ? Provided.parsed(lastEvent(seen))
                : Provided.parsed(seen.answer().text());
        String type = error == null ? "none" : error.at("/error/type").asText();
        if (!type.equals(failure.type()) || !begun && seen.answer().status() != failure.status()) {
            found.add("should fail as " + failure + ", read " + seen.answer().status() + " "
                    + seen.answer().text());
        }
    }

    private static String lastEvent(Replay.Seen seen) {
        List<String> data = SseReader.dataOf(seen.answer().body());
        return data.isEmpty() ? "" : data.getLast();
    }

    private static void usage(AnswerSaid.@Nullable Tokens tokens, JsonNode line, List<String> found) {
        if (tokens == null) {
            return;
        }
        boolean same = line.path("prompt_tokens").asLong() == tokens.prompt()
                && line.path("completion_tokens").asLong() == tokens.completion()
                && line.path("cached_tokens").asLong() == (tokens.cached() == null ? 0 : tokens.cached());
        if (!same) {
            found.add("usage in the access line: " + line + ", not " + tokens);
        }
    }

    private static void add(@Nullable String fault, List<String> found) {
        if (fault != null) {
            found.add(fault);
        }
    }
}
