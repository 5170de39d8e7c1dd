package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.SseReader;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Somebody watches a stream while it passes.
class WatchedStreamTest {
    private static final String CI = "ci-secret-0123456789";
    private static final String QUIET = "quiet-secret-0123456789";

    private TestGateway gateway;
    private Admin admin;

    @BeforeEach
    void start() {
        gateway = TestGateway.start("""
                storage: { history: { bodies: all } }
                auth: { keys: [ { name: ci, key: ci-secret-0123456789 },
                                { name: careful, key: careful-secret-0123456789, bodies: errors },
                                { name: quiet, key: quiet-secret-0123456789, bodies: "off" } ] }
                """);
        admin = new Admin(gateway);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawClient asking(String key, boolean stream) {
        return RawClient.connect(gateway.port()).postJson(Ask.CHAT, key, Ask.body(stream, "Hello"));
    }

    private RawClient watching(String id) {
        return RawClient.connect(gateway.port())
                .request(
                        "GET",
                        "/admin/api/running/" + id + "/tail",
                        Map.of("authorization", "Bearer " + gateway.localToken()),
                        new byte[0]);
    }

    private String running() {
        Waiting.until(
                "it is under way",
                () -> admin.get("/admin/api/running").get("data").size() == 1);
        return admin.get("/admin/api/running").at("/data/0/id").textValue();
    }

    private static String texts(JsonNode told) {
        StringBuilder all = new StringBuilder();
        told.get("pieces").forEach(piece -> all.append(piece.get("text").textValue()));
        return all.toString();
    }

    private static void readToTheEnd(RawClient client) {
        String last = "";
        for (var event = client.readEvent(); event.isPresent(); event = client.readEvent()) {
            last = event.get().data();
        }
        assertThat(last).isEqualTo("[DONE]");
    }

    /// What the watcher reads until so much of the text is there.
    private static String read(RawClient watcher, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            SseReader.Event event = watcher.readEvent().orElseThrow();
            assertThat(event.type()).isEqualTo("text");
            text.append(texts(Ask.json(event.data())));
        }
        return text.toString();
    }

    @Test
    void whatWasSaidAndWhatIsSaidAndTheEnd() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        Step.Send.text(Ask.event(Ask.text("Sugeng "))),
                        new Step.Pause(Duration.ofMillis(1_500)),
                        Step.Send.text(Ask.event(Ask.text("enjing"))),
                        new Step.Pause(Duration.ofMillis(1_500)),
                        Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"))));
        try (RawClient client = asking(CI, true)) {
            client.readHead();
            client.readEvent();
            String id = running();
            assertThat(admin.get("/admin/api/running").at("/data/0/watchable").booleanValue())
                    .isTrue();
            try (RawClient watcher = watching(id)) {
                assertThat(watcher.readHead().headers()).containsEntry("content-type", "text/event-stream");
                assertThat(read(watcher, "Sugeng enjing".length())).isEqualTo("Sugeng enjing");
                SseReader.Event end = watcher.readEvent().orElseThrow();
                assertThat(end.type()).isEqualTo("end");
                assertThat(Ask.json(end.data()).get("failure").isNull()).isTrue();
                assertThat(watcher.readEvent()).isEmpty();
            }
            readToTheEnd(client);
            assertThat(admin.get("/admin/api/audit?kind=request").get("data"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.get("object").textValue()).isEqualTo(id));
        }
    }

    @Test
    void aStreamThatIsStoppedSaysSo() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(
                        List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofMinutes(1)))));
        try (RawClient client = asking(CI, true)) {
            client.readHead();
            String id = running();
            try (RawClient watcher = watching(id)) {
                watcher.readHead();
                read(watcher, 1);
                admin.send("DELETE", "/admin/api/running/" + id, null);
                SseReader.Event error = watcher.readEvent().orElseThrow();
                if (error.type().equals("text")) {
                    assertThat(Ask.json(error.data()).at("/pieces/0/kind").textValue())
                            .isEqualTo("error");
                    error = watcher.readEvent().orElseThrow();
                }
                assertThat(error.type()).isEqualTo("end");
                assertThat(Ask.json(error.data()).get("failure").textValue()).isEqualTo("unavailable");
            }
        }
    }

    @Test
    void onlyStreamsWhoseBodiesAreKeptAreWatched() {
        gateway.simulator()
                .answerWith(request -> Reply.stream(
                        List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Pause(Duration.ofMinutes(1)))));
        for (String key : List.of(QUIET, "careful-secret-0123456789")) {
            try (RawClient client = asking(key, true)) {
                client.readHead();
                RawClient.Response refused = admin.send("GET", "/admin/api/running/" + running() + "/tail", null);
                assertThat(refused.status()).isEqualTo(403);
                assertThat(Ask.error(refused).get("code").textValue()).isEqualTo("bodies_not_kept");
            }
            Waiting.until(
                    "it is over",
                    () -> admin.get("/admin/api/running").get("data").isEmpty());
        }
        gateway.simulator()
                .answerWith(request -> new Reply(
                        200,
                        Map.of("content-type", "application/json"),
                        List.of(new Step.Pause(Duration.ofMinutes(1)))));
        try (RawClient client = asking(CI, false)) {
            RawClient.Response refused = admin.send("GET", "/admin/api/running/" + running() + "/tail", null);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(Ask.error(refused).get("code").textValue()).isEqualTo("not_a_stream");
        }
        assertThat(admin.send("GET", "/admin/api/running/req_nowhere/tail", null)
                        .status())
                .isEqualTo(404);
        assertThat(admin.get("/admin/api/audit?kind=request").get("data")).isEmpty();
    }

    @Test
    void aWatcherThatReadsNothingHoldsUpNobodyAndIsToldWhatItMissed() {
        String chunk = Ask.event(Ask.text("x".repeat(8_000)));
        List<Step> steps = new ArrayList<>();
        steps.add(Step.Send.text(Ask.event(Ask.text("begin"))));
        steps.add(new Step.Pause(Duration.ofMillis(1_000)));
        for (int index = 0; index < 3_000; index++) {
            steps.add(Step.Send.text(chunk));
        }
        steps.add(Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"));
        gateway.simulator().answerWith(request -> Reply.stream(steps));
        try (RawClient client = asking(CI, true)) {
            client.readHead();
            client.readEvent();
            try (RawClient watcher = watching(running())) {
                watcher.readHead();
                // 24 MB go to the client while the watcher takes what its socket holds.
                readToTheEnd(client);
                long missing = 0;
                int said = 0;
                String last = "";
                for (var event = watcher.readEvent(); event.isPresent(); event = watcher.readEvent()) {
                    JsonNode told = Ask.json(event.get().data());
                    last = event.get().type();
                    switch (last) {
                        case "text" -> said += texts(told).length();
                        case "lost" -> missing += told.get("bytes").longValue();
                        default -> {}
                    }
                }
                assertThat(last).isEqualTo("end");
                assertThat(missing).isPositive();
                assertThat(said).isPositive();
                assertThat(said + missing).isBetween(20_000_000L, 26_000_000L);
            }
        }
    }
}
