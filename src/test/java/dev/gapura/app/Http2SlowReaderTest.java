package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Departure;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.Waiting;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A client that gives an HTTP/2 stream no more window holds back that stream's provider, and neither the connection
/// nor its other streams. One upstream call a stream.
class Http2SlowReaderTest {
    private static final int EVENTS = 20_000;
    private static final String EVENT = Ask.event(Ask.text("x".repeat(870)));
    private static final String END = Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n";

    /// What the kernel may hold between provider and gateway, whatever it was asked for.
    private static final long KERNEL_BYTES = 8L * 1024 * 1024;

    /// What the gateway may hold for one slow reader; allocations are rounded up to powers of two.
    private static final long HELD_BYTES = 128L * 1024;

    private static Reply answer(SimRequest request) {
        List<Step> steps = new ArrayList<>();
        int events = Ask.textOf(request).equals("fast") ? EVENTS : 3;
        for (int count = 0; count < events; count++) {
            steps.add(Step.Send.text(EVENT));
        }
        steps.add(Step.Send.text(END));
        return Reply.stream(steps);
    }

    private static void quiet(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theProviderIsHeldBackAndTheAnswerIsWhole() {
        try (TestGateway gateway = TestGateway.start("server: { drain: 1s, access_log: \"off\" }");
                Http2Caller caller = new Http2Caller(gateway, null)) {
            gateway.simulator().answerWith(Http2SlowReaderTest::answer);
            assertThat(caller.chat(true, "small").status()).isEqualTo(200);
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            Http2Caller.Answer slow = caller.unread(true, "fast");
            assertThat(slow.status()).isEqualTo(200);
            quiet(700);
            assertThat(gateway.simulator().open()).as("the provider waits").isEqualTo(1);
            long held = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before;
            System.out.println("held for a slow HTTP/2 reader: " + held / 1024 + " KiB");
            assertThat(held).isLessThan(HELD_BYTES);
            for (int other = 0; other < 20; other++) {
                assertThat(caller.chat(true, "small").whole().text()).isEqualTo(EVENT.repeat(3) + END);
            }
            slow.read();
            String body = new String(slow.whole().body(), StandardCharsets.UTF_8);
            assertThat(body.equals(EVENT.repeat(EVENTS) + END))
                    .as("equal bytes")
                    .isTrue();
            Waiting.until("no exchange is left", () -> caller.openExchanges() == 0);
            Waiting.until("all is given back", () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() <= before);
        }
    }

    @Test
    void aStalledReaderIsDroppedAndItsConnectionLives() throws Exception {
        try (TestGateway gateway =
                        TestGateway.start("server: { write_timeout: 500ms, drain: 1s, access_log: \"off\" }");
                Http2Caller caller = new Http2Caller(gateway, null)) {
            gateway.simulator().answerWith(Http2SlowReaderTest::answer);
            CompletableFuture<Departure> departure = gateway.simulator().nextDeparture();
            long start = System.nanoTime();
            Http2Caller.Answer slow = caller.unread(true, "fast");
            Departure gone = departure.get(10, TimeUnit.SECONDS);
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(400L, 4000L);
            assertThat(gone.bytesSent()).isLessThan(KERNEL_BYTES);
            slow.read();
            assertThat(slow.broken()).isNotNull();
            assertThat(caller.chat(true, "small").whole().text()).isEqualTo(EVENT.repeat(3) + END);
            assertThat(caller.metric("gapura_open_connections")).isEqualTo(1);
            Waiting.until("no exchange is left", () -> caller.openExchanges() == 0);
        }
    }

    /// A whole JSON answer has left its exchange; it must not wait for ever for a client that does not take it.
    @Test
    void aJsonAnswerThatIsNotTakenIsDropped() {
        try (TestGateway gateway =
                        TestGateway.start("server: { write_timeout: 500ms, drain: 1s, access_log: \"off\" }");
                Http2Caller caller = new Http2Caller(gateway, null)) {
            String text = "y".repeat(1_000_000);
            gateway.simulator()
                    .answerWith(request -> Reply.json(
                            200,
                            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                                    + "\"},\"finish_reason\":\"stop\"}]}"));
            assertThat(caller.chat(false, "x").whole().body()).hasSizeGreaterThan(text.length());
            Http2Caller.Answer slow = caller.unread(false, "x");
            assertThat(slow.status()).isEqualTo(200);
            quiet(2500);
            slow.read();
            assertThat(slow.broken()).isNotNull();
            assertThat(caller.chat(false, "x").whole().status()).isEqualTo(200);
        }
    }
}
