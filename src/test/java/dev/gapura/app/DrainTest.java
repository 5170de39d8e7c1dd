package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What SIGTERM does to fifty open streams: those that fit into the window finish, the others get one error event at
/// its
/// end, nobody new gets in, and every one of them is in the access log. One upstream call a stream.
class DrainTest {
    private static final int STREAMS = 50;

    @TempDir
    private Path folder;

    @Test
    void fiftyStreams() throws Exception {
        Path log = folder.resolve("access.log");
        TestGateway gateway = TestGateway.start("server: { drain: 1500ms, access_log: \"" + log + "\" }\n");
        gateway.simulator().answerWith(request -> {
            List<Step> steps = new ArrayList<>(List.of(Step.Send.text(Ask.event(Ask.text("a")))));
            boolean fits = Ask.textOf(request).equals("short");
            steps.add(new Step.Pause(fits ? Duration.ofMillis(600) : Duration.ofSeconds(60)));
            steps.add(Step.Send.text(Ask.event(Ask.text("b")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"));
            return Reply.stream(steps);
        });
        List<RawClient> clients = new ArrayList<>();
        for (int index = 0; index < STREAMS; index++) {
            clients.add(Ask.streaming(gateway, index % 2 == 0 ? "short" : "long"));
        }
        RawClient idle = RawClient.connect(gateway.port());
        int port = gateway.port();
        long start = System.nanoTime();
        CompletableFuture<Void> drained = CompletableFuture.runAsync(gateway::drain);
        Waiting.until("nobody new gets in", () -> refused(port));
        assertThat((System.nanoTime() - start) / 1_000_000)
                .as("refuses at once")
                .isLessThan(500);
        assertThat(notReady(idle)).isTrue();
        int finished = 0;
        int told = 0;
        for (RawClient client : clients) {
            Ask.Read read = Ask.read(Ask.join(rest(client)));
            assertThat(read.done()).isEqualTo(read.error() == null);
            if (read.done()) {
                finished++;
                assertThat(read.content()).isEqualTo("b");
            } else {
                told++;
                assertThat(read.error().get("code").asText()).isEqualTo("shutting_down");
                assertThat(read.error().get("source").asText()).isEqualTo("gateway");
            }
        }
        assertThat(finished).isEqualTo(STREAMS / 2);
        assertThat(told).isEqualTo(STREAMS / 2);
        long tookMillis = (System.nanoTime() - start) / 1_000_000;
        System.out.println(finished + " streams finished, " + told + " were told, " + tookMillis + " ms");
        assertThat(tookMillis).isBetween(1400L, 4000L);
        drained.get(10, TimeUnit.SECONDS);
        assertThat(gateway.simulator().requestCount()).isEqualTo(STREAMS);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines.stream().filter(line -> line.contains("/chat/completions")))
                .hasSize(STREAMS);
        assertThat(lines.stream().filter(line -> line.contains("\"failure\":\"unavailable\"")))
                .hasSize(STREAMS / 2);
        gateway.close();
    }

    @Test
    void aGatewayWithNothingToDoStopsAtOnce() {
        TestGateway gateway = TestGateway.start("server: { drain: 20s, access_log: \"off\" }\n");
        assertThat(Ask.chat(gateway, false, "x").status()).isEqualTo(200);
        RawClient.connect(gateway.port());
        long start = System.nanoTime();
        gateway.close();
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(5000);
    }

    private static boolean refused(int port) {
        try (RawClient late = RawClient.connect(port)) {
            return late.request("GET", "/readyz", Map.of(), new byte[0])
                            .readHead()
                            .status()
                    == 503;
        } catch (UncheckedIOException closed) {
            return true;
        }
    }

    /// A connection from before is closed or says 503.
    private static boolean notReady(RawClient client) {
        try (client) {
            return client.request("GET", "/readyz", Map.of(), new byte[0])
                            .readHead()
                            .status()
                    == 503;
        } catch (UncheckedIOException closed) {
            return true;
        }
    }

    private static byte[] rest(RawClient client) {
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        for (byte[] part = client.readSome(); part.length > 0; part = client.readSome()) {
            body.writeBytes(part);
        }
        client.close();
        return body.toByteArray();
    }
}
