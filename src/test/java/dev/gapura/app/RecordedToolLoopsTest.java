package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.ClientFold;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.testkit.Waiting;
import dev.gapura.testkit.oracle.Turn;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Recorded conversations with calls of tools, played with the tools on the gateway's side: the client asks once, the
/// provider answers as it did step by step, tools give what was recorded, and the client reads one ordinary answer. The
/// provider must get everything back that it said, with all results. What cannot be played so stands with its reason in
/// `recordings/tool-loops.txt`.
class RecordedToolLoopsTest {
    private static final String LISTED = "/recordings/tool-loops.txt";

    private final Map<String, Proof> protocols = Protocols.all(new Exceptions());
    private final Map<String, String> misses = new TreeMap<>();
    private final List<SimRequest> requests = new CopyOnWriteArrayList<>();
    /// Results that are left to give, by tool and arguments.
    private final Map<String, List<String>> results = new ConcurrentHashMap<>();

    @Test
    void recordedToolsRunOnTheGateway() throws Exception {
        Recordings.assumeAvailable();
        List<ToolLoop> loops = loops();
        Vertx vertx = Vertx.vertx();
        try (TestGateway gateway = TestGateway.start()) {
            HttpServer service = Waiting.get(
                    vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
            for (ToolLoop loop : loops) {
                List<String> faults = faults(gateway, loop, "127.0.0.1:" + service.actualPort());
                if (!faults.isEmpty()) {
                    misses.put(loop.name(), faults.getFirst());
                }
            }
        } finally {
            Waiting.get(vertx.close());
        }
        Map<String, String> listed = listed();
        report(loops, listed);
        assertThat(misses.keySet()).isEqualTo(listed.keySet());
    }

    private List<ToolLoop> loops() {
        Map<String, List<Recording>> sessions = new LinkedHashMap<>();
        for (Recording recording : Recordings.ofProtocols(protocols.keySet().toArray(String[]::new))) {
            if (recording.session() != null && recording.session().steps() > 1) {
                sessions.computeIfAbsent(
                                recording.protocol() + "/" + recording.session().id(), fresh -> new ArrayList<>())
                        .add(recording);
            }
        }
        List<ToolLoop> loops = new ArrayList<>();
        sessions.forEach((id, steps) -> {
            steps.sort(Comparator.comparingInt(step -> step.session().step()));
            loops.addAll(ToolLoop.of(id, protocols.get(steps.getFirst().protocol()), steps));
        });
        return loops;
    }

    private void serve(HttpServerRequest request) {
        request.bodyHandler(body -> {
            JsonNode arguments = Ask.json(body.getBytes());
            List<String> left = results.get(ToolLoop.key(request.path().substring(1), arguments));
            if (left == null || left.isEmpty()) {
                request.response().setStatusCode(404).end("nothing was recorded for " + arguments);
            } else {
                request.response().putHeader("content-type", "text/plain").end(left.removeFirst());
            }
        });
    }

    private List<String> faults(TestGateway gateway, ToolLoop loop, String service) {
        String origin = "http://127.0.0.1:" + gateway.simulator().port();
        try {
            gateway.reload("server: { access_log: \"off\" }\nlimits: { max_repeats: 20 }\negress: { allow: [\""
                    + service + "\"] }\nproviders:\n"
                    + loop.proof().configuration(loop.steps().getFirst()).replace(Replay.ORIGIN, origin) + "tools: "
                    + loop.registry("http://" + service) + "\n");
        } catch (RuntimeException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
        List<String> faults = new ArrayList<>();
        for (boolean stream : loop.streams() ? List.of(true) : List.of(false, true)) {
            try {
                faults.addAll(faults(gateway, loop, stream));
            } catch (AssertionError | RuntimeException unreadable) {
                faults.add(String.valueOf(unreadable.getMessage()));
            }
        }
        return faults;
    }

    private List<String> faults(TestGateway gateway, ToolLoop loop, boolean stream) {
        requests.clear();
        results.clear();
        results.putAll(loop.results());
        gateway.simulator().answerWith(request -> {
            requests.add(request);
            return requests.size() > loop.steps().size()
                    ? Reply.json(500, "{\"error\":\"nothing more was recorded\"}")
                    : Proof.reply(loop.steps().get(requests.size() - 1), Reply.Framing.CHUNKED);
        });
        RawClient.Response response = ask(gateway, loop.request(stream));
        if (response.status() != 200) {
            return List.of("read " + response.status() + " " + response.text());
        }
        List<String> faults = new ArrayList<>();
        JsonNode answer;
        JsonNode gapura;
        if (stream) {
            ClientFold fold = ClientFold.of(response.body());
            faults.addAll(fold.faults());
            if (!fold.done()) {
                faults.add("no [DONE]: " + response.text());
            }
            answer = fold.answer();
            gapura = Objects.requireNonNullElse(fold.gapura(), JsonTree.object());
        } else {
            answer = Ask.json(response.body());
            gapura = answer.path("gapura");
        }
        said(loop, AnswerSaid.all(answer), faults);
        for (JsonNode run : gapura.path("tools")) {
            if (!run.path("status").asText().equals("ok")) {
                faults.add("run " + run + ", results " + loop.results());
            }
        }
        if (requests.size() != loop.steps().size()) {
            faults.add(requests.size() + " upstream calls for " + loop.steps().size() + " steps");
        } else {
            cameBack(loop, faults);
        }
        return faults;
    }

    private static RawClient.Response ask(TestGateway gateway, String body) {
        Map<String, String> headers = Map.of(
                "authorization",
                "Bearer " + gateway.key(),
                "content-type",
                "application/json",
                "x-gapura-details",
                "true");
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.request("POST", Ask.CHAT, headers, body.getBytes(StandardCharsets.UTF_8))
                    .readResponse();
        }
    }

    /// The answer says what all steps said together, and calls nothing.
    private static void said(ToolLoop loop, List<AnswerSaid> answers, List<String> faults) {
        if (answers.size() != 1) {
            faults.add(answers.size() + " choices");
            return;
        }
        AnswerSaid read = answers.getFirst();
        List<AnswerSaid> steps = loop.steps().stream()
                .map(step -> loop.proof().said(step).getFirst())
                .toList();
        String text = steps.stream()
                .map(AnswerSaid::text)
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("\n\n"));
        String thought = steps.stream().map(AnswerSaid::reasoning).collect(Collectors.joining());
        same("text", text, read.text(), faults);
        same("reasoning", thought, read.reasoning(), faults);
        same("calls", List.of(), read.calls(), faults);
        same("finish reason", steps.getLast().finishReason(), read.finishReason(), faults);
        if (steps.stream().allMatch(step -> step.tokens() != null)) {
            long prompt =
                    steps.stream().mapToLong(step -> step.tokens().prompt()).sum();
            long completion =
                    steps.stream().mapToLong(step -> step.tokens().completion()).sum();
            same(
                    "prompt tokens",
                    prompt,
                    read.tokens() == null ? -1 : read.tokens().prompt(),
                    faults);
            same(
                    "completion tokens",
                    completion,
                    read.tokens() == null ? -1 : read.tokens().completion(),
                    faults);
        }
    }

    private static void same(String what, Object expected, Object found, List<String> faults) {
        if (!String.valueOf(expected).equals(String.valueOf(found))) {
            faults.add(what + " " + expected + " / " + found);
        }
    }

    /// Every request holds the turns before it as the provider said them, and all results.
    private void cameBack(ToolLoop loop, List<String> faults) {
        int before = loop.proof().oracle().turns(sent(0)).size();
        for (int step = 1; step < requests.size(); step++) {
            List<Turn> turns = loop.proof().oracle().turns(sent(step));
            for (int earlier = 0; earlier < step; earlier++) {
                Turn said = loop.proof().oracle().turn(loop.steps().get(earlier));
                String loss = before + earlier < turns.size()
                        ? turns.get(before + earlier).lossFrom(said, true)
                        : "a turn is missing";
                if (loss != null) {
                    faults.add("step " + (earlier + 1) + " in request " + (step + 1) + ": " + loss);
                }
            }
        }
        Set<String> told = new HashSet<>();
        leaves(sent(requests.size() - 1), told);
        loop.results()
                .values()
                .forEach(all -> all.forEach(result -> {
                    JsonNode value = JsonTree.readOrNull(result);
                    if (!told.contains(result) && (value == null || !told.contains(JsonTree.text(value)))) {
                        faults.add("the result " + result + " is not in " + sent(requests.size() - 1));
                    }
                }));
    }

    private JsonNode sent(int index) {
        return Ask.json(requests.get(index).text());
    }

    /// Every text and every structure of a document.
    private static void leaves(JsonNode node, Set<String> found) {
        found.add(node.isTextual() ? node.textValue() : JsonTree.text(node));
        node.forEach(inner -> leaves(inner, found));
    }

    private static Map<String, String> listed() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        try (InputStream in = RecordedToolLoopsTest.class.getResourceAsStream(LISTED)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] parts = line.split("\\|", 2);
                    listed.put(parts[0].strip(), parts[1].strip());
                }
            }
        }
        return listed;
    }

    private void report(List<ToolLoop> loops, Map<String, String> listed) {
        Map<String, int[]> dialects = new LinkedHashMap<>();
        for (ToolLoop loop : loops) {
            int[] counts = dialects.computeIfAbsent(loop.proof().dialect(), fresh -> new int[2]);
            counts[0] += misses.containsKey(loop.name()) ? 0 : 1;
            counts[1]++;
        }
        dialects.forEach((dialect, counts) -> System.out.println(
                "recordings: " + counts[0] + " of " + counts[1] + " conversations with server tools, " + dialect));
        misses.forEach((loop, fault) -> {
            if (!listed.containsKey(loop)) {
                System.out.println("MISS " + loop + ": " + fault);
            }
        });
    }
}
