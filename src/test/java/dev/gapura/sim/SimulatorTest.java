package dev.gapura.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.SseReader;
import dev.gapura.testkit.Waiting;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How the simulator sends, apart from what it says.
class SimulatorTest {
    private static Vertx vertx;
    private Simulator simulator;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void shut() {
        Waiting.get(vertx.close());
    }

    @BeforeEach
    void start() {
        simulator = Waiting.get(Simulator.start(vertx, "secret"));
    }

    @AfterEach
    void stop() {
        Waiting.get(simulator.close());
    }

    @Test
    void recordsWhatArrivedAndAnswersWhatTheTestSays() {
        simulator.answerWith(request -> Replies.json(418, "{\"path\":\"" + request.path() + "\"}"));
        try (RawClient client = RawClient.connect(simulator.port())) {
            RawClient.Response first = client.request(
                            "PUT", "/a?b=c", Map.of("X-One", "1", "x-two", "2"), Replies.bytes("body ä"))
                    .readResponse();
            RawClient.Response second =
                    client.request("GET", "/next", Map.of(), new byte[0]).readResponse();

            assertThat(first.status()).isEqualTo(418);
            assertThat(first.text()).isEqualTo("{\"path\":\"/a?b=c\"}");
            assertThat(first.complete()).isTrue();
            assertThat(second.text()).isEqualTo("{\"path\":\"/next\"}");
        }
        List<SimRequest> requests = simulator.requests();
        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst().method()).isEqualTo("PUT");
        assertThat(requests.getFirst().path()).isEqualTo("/a?b=c");
        assertThat(requests.getFirst().header("x-one")).isEqualTo("1");
        assertThat(requests.getFirst().header("absent")).isNull();
        assertThat(requests.getFirst().text()).isEqualTo("body ä");
        assertThat(requests.get(1).arrivedNanos())
                .isGreaterThan(requests.getFirst().arrivedNanos());
        assertThat(simulator.open()).isZero();
        assertThat(simulator.departureCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void everyFramingCarriesTheSameBody(Reply.Framing framing) {
        byte[] body = Replies.bytes("data: one\r\n\r\ndata: zwölf 🦜\n\n");
        Reply reply = Replies.raw(200, Map.of("content-type", "text/event-stream"), framing, body);
        simulator.answerWith(request -> Replies.sliced(reply, 7, 3));
        try (RawClient client = RawClient.connect(simulator.port())) {
            RawClient.Response response =
                    client.request("GET", "/", Map.of(), new byte[0]).readResponse();

            assertThat(response.body()).isEqualTo(body);
            assertThat(response.complete()).isTrue();
            assertThat(response.header("transfer-encoding"))
                    .isEqualTo(framing == Reply.Framing.CHUNKED ? "chunked" : null);
            assertThat(response.header("content-length"))
                    .isEqualTo(framing == Reply.Framing.LENGTH ? Integer.toString(body.length) : null);
            if (framing == Reply.Framing.CLOSE) {
                assertThat(client.awaitClose(Duration.ofSeconds(5))).isTrue();
            }
        }
    }

    @Test
    void cutsAfterExactlyTheseBytes() {
        Reply whole = Replies.sse("data: 0123456789\n\n");
        for (int count = 0; count <= whole.bodyBytes(); count++) {
            Reply cut = Replies.stopped(whole, count, new Step.Cut());
            simulator.answerWith(request -> cut);
            try (RawClient client = RawClient.connect(simulator.port())) {
                client.request("GET", "/", Map.of(), new byte[0]);
                RawClient.Response response = client.readResponse();
                assertThat(response.body()).hasSize(count);
                assertThat(response.complete()).isFalse();
            }
        }
        assertThat(simulator.departureCount()).isZero();
        assertThat(simulator.open()).isZero();
    }

    @Test
    void resetsTheConnection() {
        simulator.answerWith(request -> new Reply(
                200,
                Map.of(),
                List.of(Step.Send.text("abc"), new Step.Pause(Duration.ofMillis(50)), new Step.Reset())));
        try (RawClient client = RawClient.connect(simulator.port())) {
            client.request("GET", "/", Map.of(), new byte[0]).readHead();
            assertThat(client.readSome()).hasSize(3);
            assertThatThrownBy(client::readSome)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCauseInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void hangsUpWithoutAnAnswer() {
        simulator.answerWith(request -> Replies.hangUp());
        try (RawClient client = RawClient.connect(simulator.port())) {
            client.request("GET", "/", Map.of(), new byte[0]);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void anEmptySendIsTheHeadAlone() {
        simulator.answerWith(request -> Reply.stream(List.of(new Step.Send(new byte[0]), new Step.Silence())));
        try (RawClient client = RawClient.connect(simulator.port())) {
            assertThat(client.request("GET", "/", Map.of(), new byte[0])
                            .readHead()
                            .status())
                    .isEqualTo(200);
            assertThat(simulator.open()).isEqualTo(1);
            assertThat(client.awaitClose(Duration.ofMillis(100))).isFalse();
        }
        Waiting.until("no reply in progress", () -> simulator.open() == 0);
    }

    @Test
    void noticesAClientThatLeavesASilentReply() throws Exception {
        simulator.answerWith(request -> Reply.stream(List.of(Step.Send.text("data: 1\n\n"), new Step.Silence())));
        CompletableFuture<Departure> departure = simulator.nextDeparture();
        RawClient client = RawClient.connect(simulator.port());
        client.request("POST", "/left", Map.of(), new byte[0]).readHead();
        assertThat(client.readSome()).isNotEmpty();
        assertThat(departure).isNotDone();
        long left = System.nanoTime();
        client.close();

        Departure gone = departure.get(5, TimeUnit.SECONDS);
        assertThat(gone.request().path()).isEqualTo("/left");
        assertThat(gone.bytesSent()).isEqualTo(9);
        assertThat(gone.atNanos()).isGreaterThanOrEqualTo(left);
        assertThat(simulator.departureCount()).isEqualTo(1);
    }

    @Test
    void noticesAClientThatResetsWhileItPaces() throws Exception {
        Step event = Step.Send.text("data: tick\n\n");
        Step pause = new Step.Pause(Duration.ofMillis(5));
        simulator.answerWith(request -> Reply.stream(Collections.nCopies(1000, List.of(event, pause)).stream()
                .flatMap(List::stream)
                .toList()));
        CompletableFuture<Departure> departure = simulator.nextDeparture();
        RawClient client = RawClient.connect(simulator.port());
        client.request("GET", "/", Map.of(), new byte[0]).readHead();
        for (int i = 0; i < 3; i++) {
            assertThat(client.readEvent()).map(SseReader.Event::data).contains("tick");
        }
        client.reset();
        assertThat(departure.get(5, TimeUnit.SECONDS).bytesSent()).isLessThan(12 * 1000);
    }

    @Test
    void waitsForASlowReader() throws Exception {
        Step send = new Step.Send(new byte[16 * 1024]);
        simulator.answerWith(request -> Reply.stream(Collections.nCopies(4096, send)));
        CompletableFuture<Departure> departure = simulator.nextDeparture();
        try (RawClient client = RawClient.connect(simulator.port(), 4096)) {
            client.request("GET", "/", Map.of(), new byte[0]).readHead();
            assertThat(client.readSome()).isNotEmpty();
        }
        assertThat(departure.get(5, TimeUnit.SECONDS).bytesSent()).isLessThan(16 * 1024 * 1024);
    }

    @Test
    void sendsItAllToAReaderThatComesBack() {
        byte[] part = new byte[16 * 1024];
        simulator.answerWith(request -> Reply.stream(Collections.nCopies(1024, new Step.Send(part))));
        try (RawClient client = RawClient.connect(simulator.port(), 4096)) {
            RawClient.Response response =
                    client.request("GET", "/", Map.of(), new byte[0]).readResponse();
            assertThat(response.body()).hasSize(1024 * part.length);
            assertThat(response.complete()).isTrue();
        }
    }

    @Test
    void pausesAsLongAsItIsTold() {
        simulator.answerWith(request -> Reply.stream(List.of(
                Step.Send.text("data: 1\n\n"), new Step.Pause(Duration.ofMillis(80)), Step.Send.text("data: 2\n\n"))));
        try (RawClient client = RawClient.connect(simulator.port())) {
            client.request("GET", "/", Map.of(), new byte[0]).readHead();
            client.readEvent();
            long first = System.nanoTime();
            assertThat(client.readEvent()).map(SseReader.Event::data).contains("2");
            assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThan(Duration.ofMillis(60));
            assertThat(client.readEvent()).isEmpty();
        }
    }

    @Test
    void aFailingHandlerIsAnError() {
        simulator.answerWith(request -> {
            throw new IllegalStateException("broken test");
        });
        try (RawClient client = RawClient.connect(simulator.port())) {
            RawClient.Response response =
                    client.request("GET", "/", Map.of(), new byte[0]).readResponse();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.text()).contains("broken test");
        }
    }
}
