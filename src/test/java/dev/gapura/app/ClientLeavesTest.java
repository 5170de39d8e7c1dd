package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.sim.Departure;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client that leaves takes its upstream call with it, within 250 ms and whatever the provider is doing, and leaves
/// nothing open behind. One upstream call for each client.
class ClientLeavesTest {
    private static final Duration GOAL = Duration.ofMillis(250);

    @TempDir
    private Path folder;

    private Path log;
    private TestGateway gateway;

    /// What the provider is doing when the client leaves.
    private enum Moment {
        BEFORE_THE_HEAD(true, request -> Replies.silence()),
        BEFORE_THE_FIRST_TOKEN(true, request -> Reply.stream(List.of(new Step.Send(new byte[0]), new Step.Silence()))),
        AFTER_THE_ROLE(true, request -> Reply.stream(List.of(Step.Send.text(Ask.event(Ask.ROLE)), new Step.Silence()))),
        MID_STREAM(
                true, request -> Reply.stream(List.of(Step.Send.text(Ask.event(Ask.text("a"))), new Step.Silence()))),
        AFTER_THE_FINISH(
                true,
                request -> Reply.stream(List.of(
                        Step.Send.text(Ask.event(Ask.text("a")) + Ask.event(Ask.finish("stop"))), new Step.Silence()))),
        WHILE_JSON_COMES(
                false,
                request -> new Reply(
                        200,
                        Map.of("content-type", "application/json"),
                        List.of(Step.Send.text("{\"choices\":"), new Step.Silence()))),
        WHILE_AN_ERROR_COMES(
                false,
                request -> new Reply(
                        500,
                        Map.of("content-type", "application/json"),
                        List.of(Step.Send.text("{\"error\":"), new Step.Silence())));

        final boolean stream;
        final Function<SimRequest, Reply> answer;

        Moment(boolean stream, Function<SimRequest, Reply> answer) {
            this.stream = stream;
            this.answer = answer;
        }

        boolean answered() {
            return this == MID_STREAM || this == AFTER_THE_FINISH;
        }
    }

    @BeforeEach
    void start() {
        log = folder.resolve("access.log");
        gateway = TestGateway.start("server: { drain: 1s, access_log: \"" + log + "\" }\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void theUpstreamCallIsReset(Moment moment) throws Exception {
        gateway.simulator().answerWith(moment.answer);
        List<Long> waits = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            waits.add(leave(moment, round % 2 == 0));
        }
        report(moment.name(), waits);
        assertThat(gateway.simulator().requestCount()).isEqualTo(20);
        nothingIsLeft();
        gateway.drain();
        List<String> lines = Files.readAllLines(log).stream()
                .filter(line -> line.contains("/chat/completions"))
                .toList();
        assertThat(lines).hasSize(20).allSatisfy(line -> {
            assertThat(Ask.json(line).get("failure").asText()).isEqualTo("client_gone");
            assertThat(Ask.json(line).get("status").asInt()).isEqualTo(moment.answered() ? 200 : 499);
        });
    }

    @Test
    void twoHundredAtOnceLeaveNothingBehind() throws Exception {
        Moment[] moments = Moment.values();
        gateway.simulator()
                .answerWith(
                        request -> Moment.valueOf(Ask.textOf(request)).answer.apply(request));
        Ask.forEach(200, 20, index -> {
            Moment moment = moments[index % moments.length];
            long before = gateway.simulator().requestCount();
            RawClient client = RawClient.connect(gateway.port());
            client.postJson(Ask.CHAT, gateway.key(), Ask.body(moment.stream, moment.name()));
            if (moment.answered()) {
                client.readHead();
            } else {
                Waiting.until("a call", () -> gateway.simulator().requestCount() > before);
            }
            client.reset();
        });
        nothingIsLeft();
        assertThat(gateway.simulator().requestCount()).isLessThanOrEqualTo(200);
        assertThat(Ask.chat(gateway, false, "BEFORE").status()).isEqualTo(502);
    }

    @Test
    void aClientThatLeavesWhileItStillSendsCausesNoCall() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("POST " + Ask.CHAT + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + gateway.key()
                    + "\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"model\":");
            Waiting.until("the exchange is open", () -> Ask.openExchanges(gateway) == 1);
        }
        nothingIsLeft();
        assertThat(gateway.simulator().requestCount()).isZero();
    }

    private long leave(Moment moment, boolean withReset) throws Exception {
        long before = gateway.simulator().requestCount();
        CompletableFuture<Departure> departure = gateway.simulator().nextDeparture();
        RawClient client = RawClient.connect(gateway.port());
        client.postJson(Ask.CHAT, gateway.key(), Ask.body(moment.stream, "x"));
        Waiting.until("the provider is called", () -> gateway.simulator().requestCount() > before);
        if (moment.answered()) {
            client.readHead();
        }
        long left = System.nanoTime();
        if (withReset) {
            client.reset();
        } else {
            client.close();
        }
        return departure.get(10, java.util.concurrent.TimeUnit.SECONDS).atNanos() - left;
    }

    private void nothingIsLeft() {
        Waiting.until("no upstream call", () -> gateway.simulator().open() == 0);
        Waiting.until("no open exchange", () -> Ask.openExchanges(gateway) == 0);
        Waiting.until("no connection but the asking one", () -> Ask.metric(gateway, "gapura_open_connections") <= 1);
    }

    private static void report(String what, List<Long> waits) {
        System.out.printf(
                "%s: upstream reset after %.1f ms (median), %.1f ms (longest)%n",
                what, Ask.millis(waits, 0.5), Ask.millis(waits, 1));
        assertThat(Ask.millis(waits, 0.5)).isLessThan(GOAL.toMillis());
    }
}
