package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Departure;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Waiting;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A client that stops reading holds back its provider and nobody else. One upstream call a client.
class SlowReaderTest {
    private static final int EVENTS = 20_000;
    private static final String EVENT = Ask.event(Ask.text("x".repeat(870)));

    /// What the kernel may hold on the four sockets' ends in between, whatever it was asked for.
    private static final long KERNEL_BYTES = 8L * 1024 * 1024;

    private static Reply fast() {
        List<Step> steps = new ArrayList<>();
        for (int count = 0; count < EVENTS; count++) {
            steps.add(Step.Send.text(EVENT));
        }
        steps.add(Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"));
        return Reply.stream(steps);
    }

    private static RawClient slow(TestGateway gateway) {
        RawClient client = RawClient.connect(gateway.port(), 16 * 1024);
        client.postJson(Ask.CHAT, gateway.key(), Ask.body(true, "fast"));
        assertThat(client.readHead().status()).isEqualTo(200);
        return client;
    }

    private static void quiet(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theProviderIsHeldBackAndTheAnswerIsWhole() throws Exception {
        try (TestGateway gateway = TestGateway.start("server: { drain: 1s, access_log: \"off\" }")) {
            Reply fast = fast();
            Reply small = Reply.stream(List.of(
                    Step.Send.text(Ask.event(Ask.text("hi")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")));
            gateway.simulator().answerWith(request -> Ask.textOf(request).equals("fast") ? fast : small);
            try (RawClient client = slow(gateway)) {
                quiet(700);
                assertThat(gateway.simulator().open()).as("the provider waits").isEqualTo(1);
                for (int other = 0; other < 20; other++) {
                    assertThat(Ask.read(Ask.chat(gateway, true, "small")).done())
                            .isTrue();
                }
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                for (byte[] part = client.readSome(); part.length > 0; part = client.readSome()) {
                    body.writeBytes(part);
                }
                String expected = EVENT.repeat(EVENTS) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n";
                assertThat(body.toString(StandardCharsets.UTF_8).equals(expected))
                        .as("equal bytes")
                        .isTrue();
            }
            assertThat(gateway.simulator().requestCount()).isEqualTo(21);
            assertThat(Ask.openExchanges(gateway)).isZero();
        }
    }

    @Test
    void anAnswerThatWaitsForItsReaderHoldsNoConnection() throws Exception {
        try (TestGateway gateway = TestGateway.start("server: { drain: 1s, access_log: \"off\" }")) {
            // The whole answer comes in one burst that the reader's side cannot take: its end is read while it is
            // paused.
            Reply burst = Reply.stream(
                    List.of(Step.Send.text(EVENT.repeat(70) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")));
            Reply small = Reply.stream(List.of(
                    Step.Send.text(Ask.event(Ask.text("hi")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n")));
            gateway.simulator().answerWith(request -> Ask.textOf(request).equals("fast") ? burst : small);
            List<RawClient> readers = new ArrayList<>();
            try {
                for (int round = 0; round < 20; round++) {
                    readers.add(slow(gateway));
                    assertThat(Ask.read(Ask.chat(gateway, true, "small")).done())
                            .isTrue();
                    assertThat(Ask.read(Ask.chat(gateway, true, "small")).done())
                            .isTrue();
                }
                for (RawClient reader : readers) {
                    ByteArrayOutputStream body = new ByteArrayOutputStream();
                    for (byte[] part = reader.readSome(); part.length > 0; part = reader.readSome()) {
                        body.writeBytes(part);
                    }
                    assertThat(body.toString(StandardCharsets.UTF_8)).endsWith("data: [DONE]\n\n");
                }
            } finally {
                readers.forEach(RawClient::close);
            }
            assertThat(gateway.simulator().requestCount()).isEqualTo(60);
        }
    }

    @Test
    void whatIsTakenFromTheProviderIsBoundedAndAStalledReaderIsDropped() throws Exception {
        try (TestGateway gateway =
                TestGateway.start("server: { write_timeout: 500ms, drain: 1s, access_log: \"off\" }")) {
            Reply fast = fast();
            gateway.simulator().answerWith(request -> fast);
            CompletableFuture<Departure> departure = gateway.simulator().nextDeparture();
            try (RawClient client = slow(gateway)) {
                long start = System.nanoTime();
                Departure gone = departure.get(10, TimeUnit.SECONDS);
                long millis = (System.nanoTime() - start) / 1_000_000;
                System.out.println("stalled reader dropped after " + millis + " ms; the provider had handed over "
                        + gone.bytesSent() / 1024 + " KiB, kernel buffers included");
                assertThat(gone.bytesSent()).isLessThan(KERNEL_BYTES).isLessThan(fast.bodyBytes());
                assertThat(millis).isBetween(400L, 3000L);
                Waiting.until("the exchange is over", () -> Ask.openExchanges(gateway) == 0);
            }
            assertThat(gateway.simulator().requestCount()).isEqualTo(1);
        }
    }

    @Test
    void manyStalledReadersHoldTheirProvidersBack() throws Exception {
        int readers = 100;
        try (TestGateway gateway = TestGateway.start("server: { drain: 1s, access_log: \"off\" }")) {
            Reply fast = fast();
            AtomicLong sent = new AtomicLong();
            gateway.simulator().answerWith(request -> fast);
            gateway.simulator().onClientGone(gone -> sent.addAndGet(gone.bytesSent()));
            List<RawClient> clients = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                clients.add(slow(gateway));
            }
            quiet(300);
            clients.forEach(RawClient::reset);
            Waiting.until(
                    "all upstream calls are reset", () -> gateway.simulator().open() == 0);
            Waiting.until("no exchange is left", () -> Ask.openExchanges(gateway) == 0);
            System.out.println("taken from the provider by each, kernel buffers included: "
                    + sent.get() / readers / 1024 + " KiB");
            assertThat(gateway.simulator().requestCount()).isEqualTo(readers);
            assertThat(sent.get() / readers).isLessThan(KERNEL_BYTES);
        }
    }
}
