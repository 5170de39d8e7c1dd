package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.ConfigException;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A new configuration counts for the next request and touches none that is under way; a bad one changes nothing.
class ReloadTest {
    private static final int ROUNDS = 200;

    private static String yaml(int round, String more) {
        return "server: { access_log: \"off\" }\nauth: { keys: [ { name: stays, key: key-that-stays }, { name: rotated,"
                + " key: key-number-" + round + " } ] }\nmodels: { " + more + "steady: { targets: [sim/echo] } }\n";
    }

    private static int status(TestGateway gateway, String key, String model) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.postJson(Ask.CHAT, key, Ask.body(model, false, "x"))
                    .readResponse()
                    .status();
        }
    }

    @Test
    void twoHundredTimesUnderLoad() throws Exception {
        try (TestGateway gateway = TestGateway.start(yaml(0, ""))) {
            List<RawClient> streams = new ArrayList<>();
            for (int stream = 0; stream < 10; stream++) {
                RawClient client = RawClient.connect(gateway.port());
                client.postJson(
                        Ask.CHAT,
                        "key-number-0",
                        "{\"model\":\"sim/lorem\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],"
                                + "\"metadata\":{\"sim_words\":\"120\",\"sim_pace\":\"15ms\"}}");
                assertThat(client.readHead().status()).isEqualTo(200);
                streams.add(client);
            }
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger asked = new AtomicInteger();
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                try (RawClient client = RawClient.connect(gateway.port())) {
                    while (!over.get()) {
                        boolean stream = asked.incrementAndGet() % 2 == 0;
                        RawClient.Response response = client.postJson(
                                        Ask.CHAT, "key-that-stays", Ask.body("steady", stream, "x"))
                                .readResponse();
                        assertThat(response.status()).isEqualTo(200);
                        assertThat(response.complete()).isTrue();
                        assertThat(!stream || Ask.read(response).done()).isTrue();
                    }
                }
            });
            for (int round = 1; round <= ROUNDS; round++) {
                if (round % 4 == 0) {
                    assertThatThrownBy(() -> gateway.reload("server: { prot: 1 }"))
                            .isInstanceOf(ConfigException.class);
                    assertThat(status(gateway, "key-number-" + (round - 1), "steady"))
                            .isEqualTo(200);
                    gateway.reload(yaml(round, ""));
                } else {
                    gateway.reload(yaml(round, round % 2 == 0 ? "extra: { targets: [sim/lorem] }, " : ""));
                }
                if (round % 10 == 1) {
                    assertThat(status(gateway, "key-number-" + round, "steady")).isEqualTo(200);
                    assertThat(status(gateway, "key-number-" + (round - 1), "steady"))
                            .isEqualTo(401);
                    assertThat(status(gateway, "key-that-stays", "extra")).isEqualTo(404);
                }
            }
            over.set(true);
            load.get(20, java.util.concurrent.TimeUnit.SECONDS);
            for (RawClient stream : streams) {
                Ask.Read read = Ask.read(rest(stream));
                assertThat(read.done()).isTrue();
                assertThat(read.error()).isNull();
                stream.close();
            }
            System.out.println(asked.get() + " requests during " + ROUNDS + " reloads, none failed");
            // Streams, load, and those of the checks that reached the provider: 20 with the new key, 50 after bad
            // files.
            assertThat(gateway.simulator().requestCount()).isEqualTo(10 + asked.get() + 20 + 50);
        }
    }

    @Test
    void aRunningStreamOutlivesItsModelAndItsKey() {
        String before = yaml(0, "going: { targets: [sim/lorem] }, ");
        try (TestGateway gateway = TestGateway.start(before)) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(List.of(
                            Step.Send.text(Ask.event(Ask.text("a"))),
                            new Step.Pause(Duration.ofMillis(400)),
                            Step.Send.text(Ask.event(Ask.text("b")) + Ask.event(Ask.finish("stop"))))));
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.postJson(Ask.CHAT, "key-number-0", Ask.body("going", true, "x"));
                Waiting.until("the call", () -> gateway.simulator().requestCount() == 1);
                gateway.reload(yaml(1, ""));
                assertThat(status(gateway, "key-number-0", "steady")).isEqualTo(401);
                assertThat(status(gateway, "key-number-1", "going")).isEqualTo(404);
                Ask.Read read = Ask.read(client.readResponse());
                assertThat(read.content()).isEqualTo("ab");
                assertThat(read.done()).isTrue();
            }
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        }
    }

    /// The rest of a response whose head has been read.
    private static RawClient.Response rest(RawClient client) {
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        for (byte[] part = client.readSome(); part.length > 0; part = client.readSome()) {
            body.writeBytes(part);
        }
        return new RawClient.Response(
                new RawClient.Head("HTTP/1.1", 200, "OK", java.util.Map.of("content-type", "text/event-stream")),
                body.toByteArray(),
                true);
    }
}
