package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.Replies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An answer of a provider, written by hand after its documentation, and what a client must read of it. Two files:
/// the body (`name.sse`, `name.json`, `name.html`, `name.txt`) and `name.expected.json` with these members:
///
/// - `why`: what is special, and where it is documented
/// - `provider`: name in the configuration, `acme` when absent (any OpenAI-compatible one)
/// - `upstream`: `status` and `headers` of the provider's answer, 200 and the type of the body when absent
/// - `request`: members added to a minimal request; `stream` is true for `.sse` when absent
/// - `relayed`: `unchanged` when the client must read the very bytes, `done added` when only `[DONE]` comes behind
///   them; absent when something has to be changed
/// - `lacks`: texts that the client must not read anywhere
/// - `client`: what the client reads, folded
/// - `access_log`: token counts in the access line
///
/// @param name file name without extension
/// @param body file of the body
/// @param about file of the expectation
record Fixture(String name, Path body, Path about, ObjectNode expectation) {
    static final Path FOLDER = Path.of("src", "test", "resources", "fixtures", "openai_chat");

    /// Cuts of an answer that are made real by a pause.
    private static final int PAUSES = 6;

    private static final String EXPECTED = ".expected.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Map<String, String> TYPES = Map.of(
            "sse", "text/event-stream",
            "json", "application/json",
            "html", "text/html; charset=utf-8",
            "txt", "text/plain");

    /// All of them, by name.
    static List<Fixture> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> !file.toString().endsWith(EXPECTED))
                    .map(Fixture::of)
                    .sorted(Comparator.comparing(Fixture::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fixture of(Path body) {
        String file = body.getFileName().toString();
        String name = file.substring(0, file.lastIndexOf('.'));
        Path about = FOLDER.resolve(name + EXPECTED);
        try {
            return new Fixture(name, body, about, (ObjectNode) JSON.readTree(about.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("no expectation beside " + body, e);
        }
    }

    private String extension() {
        return body.toString().substring(body.toString().lastIndexOf('.') + 1);
    }

    byte[] bytes() {
        try {
            return Files.readAllBytes(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String provider() {
        return expectation.path("provider").asText("acme");
    }

    /// Whether the client must read a failure after the stream began.
    boolean breaks() {
        JsonNode client = expectation.path("client");
        return client.path("status").asInt() == 200 && client.has("error");
    }

    byte[] request() {
        ObjectNode request = JSON.createObjectNode().put("model", provider() + "/some-model");
        request.putArray("messages").addObject().put("role", "user").put("content", "Hello");
        if (extension().equals("sse")) {
            request.put("stream", true);
        }
        if (expectation.path("request") instanceof ObjectNode more) {
            request.setAll(more.deepCopy());
        }
        try {
            return JSON.writeValueAsBytes(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The provider's answer, cut at random places.
    ///
    /// @param lull pause of a stream that breaks before its end: what came first shall be with the client by then
    Reply reply(Reply.Framing framing, long seed, int longest, Duration lull) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", TYPES.get(extension()));
        expectation
                .path("upstream")
                .path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        int status = expectation.path("upstream").path("status").asInt(200);
        List<Step> steps = new ArrayList<>();
        if (breaks()) {
            List<byte[]> events = Provided.events(bytes());
            events.subList(0, events.size() - 1).forEach(event -> steps.add(new Step.Send(event)));
            steps.add(new Step.Pause(lull));
            steps.add(new Step.Send(events.getLast()));
            steps.add(new Step.Pause(lull));
        } else {
            steps.add(new Step.Send(bytes()));
        }
        steps.add(new Step.End());
        Reply reply = new Reply(status, headers, framing, steps);
        return Replies.paced(Replies.sliced(reply, seed, longest), seed, PAUSES);
    }

    /// Writes the expectation anew with what came now.
    void update(JsonNode client, JsonNode accessLog) {
        expectation.set("client", client);
        expectation.set("access_log", accessLog);
        try {
            Files.writeString(about, JSON.writeValueAsString(expectation) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
