package dev.gapura.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Slow clients, idle ones, too many of them, and clients that are still sending when they are refused.
class EdgeDeadlinesTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: a.example\r\n";

    @Test
    void aSlowHeadIsAnswered408() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient client = new RawClient(server.port, false)) {
            client.send("GET / HTTP/1.1\r\nHost: a.exa");
            assertThat(client.answer(false).status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
            assertThat(server.handled).hasValue(0);
        }
    }

    @Test
    void aHeadThatTricklesIsNotGivenMoreTime() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient client = new RawClient(server.port, false)) {
            long from = System.nanoTime();
            client.socket.setSoTimeout(20);
            RawClient.Answer answer = null;
            for (int i = 0; answer == null && i < 500; i++) {
                client.send("G");
                try {
                    answer = client.answer(false);
                } catch (SocketTimeoutException none) {
                    continue;
                }
            }
            assertThat(answer.status()).isEqualTo(408);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aSlowBodyIsAnswered408EvenIfTheServerForgets() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient client = new RawClient(server.port, false)) {
            client.send(HEAD + "Content-Length: 10\r\n\r\nhello");
            assertThat(client.answer(false).status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
            assertThat(server.handled).hasValue(0);
        }
    }

    @Test
    void aTlsHandshakeThatNeverComesIsGivenUp() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), Certificates.selfSigned());
                RawClient client = new RawClient(server.port, false)) {
            long from = System.nanoTime();
            assertThat(client.ended()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void anIdleConnectionIsClosedSilently() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient fresh = new RawClient(server.port, false);
                RawClient used = new RawClient(server.port, false)) {
            used.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(used.answer(false).status()).isEqualTo(200);
            assertThat(used.ended()).isTrue();
            assertThat(fresh.ended()).isTrue();
            assertThat(server.refused).isEmpty();
        }
    }

    @Test
    void aWaitingRequestIsNotIdle() throws Exception {
        try (EdgeServer server = new EdgeServer(
                        EdgeServer.impatient(),
                        null,
                        request -> request.endHandler(end -> Vertx.currentContext()
                                .owner()
                                .setTimer(1200, late -> request.response().end("late"))));
                RawClient client = new RawClient(server.port, false)) {
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(client.answer(false).body()).isEqualTo("late");
        }
    }

    @Test
    void oneConnectionTooManyGets503() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient one = new RawClient(server.port, false);
                RawClient two = new RawClient(server.port, false)) {
            one.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            two.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(one.answer(false).status()).isEqualTo(200);
            assertThat(two.answer(false).status()).isEqualTo(200);
            try (RawClient three = new RawClient(server.port, false)) {
                three.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
                assertThat(three.answer(false).status()).isEqualTo(503);
                assertThat(three.ended()).isTrue();
            }
        }
    }

    /// The client sends far more than fits any buffer and looks for the answer only afterwards: without
    /// lingering it would find a reset.
    @Test
    void aClientThatIsStillSendingGetsToSeeIts413() throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            try (EdgeServer server = new EdgeServer(
                            EdgeServer.patient(),
                            tls ? Certificates.selfSigned() : null,
                            request -> request.response().setStatusCode(413).end("too large"));
                    RawClient client = new RawClient(server.port, tls)) {
                byte[] piece = new byte[1024 * 1024];
                Arrays.fill(piece, (byte) 'x');
                client.send(HEAD + "Content-Length: 99000000\r\n\r\n");
                for (int i = 0; i < (tls ? 2 : 8); i++) {
                    client.send(piece);
                }
                RawClient.Answer answer = client.answer(false);
                assertThat(answer.status()).isEqualTo(413);
                assertThat(answer.body()).isEqualTo("too large");
                assertThat(answer.head()).containsIgnoringCase("connection: close");
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @Test
    void aClientThatIsStillSendingGetsToSeeIts400() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.limits(), null);
                RawClient client = new RawClient(server.port, false)) {
            client.send("GET  / HTTP/1.1\r\n\r\n");
            client.send(new byte[8 * 1024 * 1024]);
            assertThat(client.answer(false).status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void afterItsAnswerAClientThatKeepsTheLineIsCutOff() throws Exception {
        try (EdgeServer server = new EdgeServer(EdgeServer.impatient(), null);
                RawClient client = new RawClient(server.port, false)) {
            client.send("BAD\r\n\r\n");
            assertThat(client.answer(false).status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
            // Our direction is closed; the count falls when the lingering ends.
            for (int i = 0; i < 400 && server.guard.openConnections() > 0; i++) {
                assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS))
                        .isFalse();
            }
            assertThat(server.guard.openConnections()).isZero();
        }
    }

    /// The answers to earlier requests come late; the refusal waits for its turn.
    @Test
    void aRefusalNeverOvertakesAnAnswer() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (EdgeServer server = new EdgeServer(
                        EdgeServer.limits(),
                        null,
                        request -> request.endHandler(end -> {
                            int number = count.incrementAndGet();
                            Vertx.currentContext()
                                    .owner()
                                    .setTimer(100, late -> request.response().end("answer " + number));
                        }));
                RawClient client = new RawClient(server.port, false)) {
            String good = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
            client.send(good + good + "GET / HTTP/1.1\r\n\r\n" + good);
            List<String> seen = new ArrayList<>();
            for (RawClient.Answer answer : client.answers(5, false)) {
                seen.add(answer.status() == 200 ? answer.body() : String.valueOf(answer.status()));
            }
            assertThat(seen).containsExactly("answer 1", "answer 2", "400");
            assertThat(server.refused).hasSize(1);
            assertThat(server.refused.getFirst().kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        }
    }

    /// A body goes wrong while the answer to its request is on its way: no second answer.
    @Test
    void aBegunAnswerIsNotFollowedByARefusal() throws Exception {
        try (EdgeServer server = new EdgeServer(
                        EdgeServer.limits(),
                        null,
                        request -> request.handler(first -> {
                            if (!request.response().headWritten()) {
                                request.response().end("early");
                            }
                        }));
                RawClient client = new RawClient(server.port, false)) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            RawClient.Answer answer = client.answer(false);
            client.send("zzz\r\n");
            assertThat(answer.body()).isEqualTo("early");
            assertThat(client.ended()).isTrue();
        }
    }

    /// The server stops writing when the client does not read, and goes on when it does.
    @Test
    void littleIsHeldForAClientThatDoesNotRead() throws Exception {
        int total = 8 * 1024 * 1024;
        AtomicLong written = new AtomicLong();
        CompletableFuture<Long> full = new CompletableFuture<>();
        try (EdgeServer server = new EdgeServer(EdgeServer.limits(), null, request -> {
                    request.response().putHeader("content-length", String.valueOf(total));
                    write(request.response(), written, total, full);
                });
                RawClient client = new RawClient(server.port, false)) {
            client.send("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(full.get(20, TimeUnit.SECONDS)).isLessThanOrEqualTo(64 * 1024L);
            assertThat(client.answer(false).body()).hasSize(total);
        }
    }

    private static void write(
            HttpServerResponse response, AtomicLong written, int total, CompletableFuture<Long> full) {
        while (written.get() < total && !response.writeQueueFull()) {
            response.write(Buffer.buffer(new byte[1024]));
            written.addAndGet(1024);
        }
        if (written.get() < total) {
            full.complete(written.get());
            response.drainHandler(drained -> write(response, written, total, full));
        } else {
            response.end();
        }
    }
}
