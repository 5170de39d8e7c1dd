package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.sim.Departure;
import dev.gapura.sim.Reply;
import dev.gapura.sim.SimRequest;
import dev.gapura.sim.Step;
import dev.gapura.testkit.Certificates;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.Replies;
import dev.gapura.testkit.Waiting;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many calls on one HTTP/2 connection, with TLS and without: each lives and ends by itself, all end with their
/// connection, and none leaves a buffer behind. One upstream call for each stream.
class Http2Test {
    private static final Step PAUSE = new Step.Pause(Duration.ofMillis(20));

    private static Config.Tls own;
    private static Path ca;

    private TestGateway gateway;

    @BeforeAll
    static void certificate() throws Exception {
        Certificates authority = Certificates.authority();
        ca = authority.ca();
        own = authority.forLocalhost();
    }

    private Http2Caller start(boolean tls) {
        String server = "server: { drain: 3s, access_log: \"off\"";
        gateway = TestGateway.start(server
                + (tls ? ", tls: { certificate: \"" + own.certificate() + "\", key: \"" + own.key() + "\" }" : "")
                + " }\n");
        return new Http2Caller(gateway, tls ? ca : null);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static Reply hanging() {
        return Reply.stream(List.of(Step.Send.text(Ask.event(Ask.text("begun"))), new Step.Silence()));
    }

    /// Ten events with pauses between them.
    private static Reply slowly() {
        List<Step> steps = new ArrayList<>();
        for (int event = 0; event < 10; event++) {
            steps.add(Step.Send.text(Ask.event(Ask.text(Integer.toString(event)))));
            steps.add(PAUSE);
        }
        steps.add(Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"));
        return Reply.stream(steps);
    }

    private Departure gone(CompletableFuture<Departure> departure) throws Exception {
        return departure.get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCancelledStreamTakesOnlyItsOwnCallWithIt(boolean tls) throws Exception {
        try (Http2Caller caller = start(tls)) {
            gateway.simulator().answerWith(request -> switch (Ask.textOf(request)) {
                case "slowly" -> slowly();
                case "silent" -> Replies.silence();
                default -> hanging();
            });
            for (String cancelled : List.of("hanging", "silent")) {
                Http2Caller.Answer other = caller.chat(true, "slowly");
                assertThat(other.status()).isEqualTo(200);
                long before = gateway.simulator().requestCount();
                CompletableFuture<Departure> departure = gateway.simulator().nextDeparture();
                Http2Caller.Answer answer = caller.chat(true, cancelled);
                Waiting.until("the call", () -> gateway.simulator().requestCount() > before);
                if (cancelled.equals("hanging")) {
                    Waiting.until("its first event", () -> answer.length() > 0);
                }
                long left = System.nanoTime();
                answer.cancel();
                Departure gone = gone(departure);
                assertThat(Ask.textOf(gone.request())).isEqualTo(cancelled);
                assertThat(gone.atNanos() - left)
                        .isLessThan(Duration.ofMillis(250).toNanos());
                Ask.Read read = Ask.read(other.whole());
                assertThat(read.content()).isEqualTo("0123456789");
                assertThat(read.done()).isTrue();
            }
            Waiting.until("no exchange is left", () -> caller.openExchanges() == 0);
            assertThat(caller.metric("gapura_open_connections")).isEqualTo(1);
            assertThat(gateway.simulator().departureCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedConnectionTakesAllItsCallsWithIt(boolean tls) {
        int streams = 50;
        try (Http2Caller observer = start(tls)) {
            gateway.simulator()
                    .answerWith(request -> Ask.textOf(request).equals("silent") ? Replies.silence() : hanging());
            try (Http2Caller caller = new Http2Caller(gateway, tls ? ca : null)) {
                List<Http2Caller.Answer> answers = new ArrayList<>();
                for (int stream = 0; stream < streams; stream++) {
                    answers.add(caller.chat(true, stream % 3 == 0 ? "silent" : "hanging"));
                }
                Waiting.until("all calls", () -> gateway.simulator().open() == streams);
                answers.stream()
                        .skip(1)
                        .limit(1)
                        .forEach(answer -> assertThat(answer.status()).isEqualTo(200));
            }
            Waiting.until("no call is left", () -> gateway.simulator().open() == 0);
            Waiting.until("no exchange is left", () -> observer.openExchanges() == 0);
            assertThat(gateway.simulator().departureCount()).isEqualTo(streams);
            assertThat(gateway.simulator().requestCount()).isEqualTo(streams);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDrainLetsStreamsEnd(boolean tls) throws Exception {
        try (Http2Caller caller = start(tls)) {
            gateway.simulator().answerWith(request -> slowly());
            Http2Caller.Answer answer = caller.chat(true, "x");
            assertThat(answer.status()).isEqualTo(200);
            Thread draining = Thread.ofVirtual().start(gateway::drain);
            assertThat(Ask.read(answer.whole()).content()).isEqualTo("0123456789");
            assertThat(draining.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    /// Every answer differs, so that a buffer given back too early would show another's text; afterwards as much is
    /// allocated as before, so that none was kept.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAreEqualToTheByteAndNoBufferIsKept(boolean tls) throws Exception {
        try (Http2Caller caller = start(tls);
                LoggedErrors errors = new LoggedErrors()) {
            gateway.simulator().answerWith(Http2Test::told);
            round(caller, 20);
            quiet(caller);
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            for (int round = 0; round < 5; round++) {
                round(caller, 100);
            }
            quiet(caller);
            Waiting.until(
                    "buffers are given back", () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() <= before);
            assertThat(errors.events()).isEmpty();
        }
    }

    private void quiet(Http2Caller caller) {
        Waiting.until("no call is left", () -> gateway.simulator().open() == 0);
        Waiting.until("no exchange is left", () -> caller.openExchanges() == 0);
    }

    private static List<String> data(String name) {
        List<String> data = new ArrayList<>();
        for (int event = 0; event < 30; event++) {
            data.add(Ask.text((name + "." + event + " ").repeat(1 + event * 7 % 40)));
        }
        data.add(Ask.finish("stop"));
        return data;
    }

    private static Reply told(SimRequest request) {
        String name = Ask.textOf(request);
        if (name.startsWith("hang")) {
            List<Step> steps = new ArrayList<>(Replies.events(data(name)).steps());
            steps.removeLast();
            steps.add(new Step.Silence());
            return Reply.stream(steps);
        }
        return name.startsWith("fail") ? Reply.json(500, "{}") : Replies.events(data(name));
    }

    private static void round(Http2Caller caller, int streams) {
        Map<String, Http2Caller.Answer> answers = new java.util.LinkedHashMap<>();
        for (int stream = 0; stream < streams; stream++) {
            String name = (stream % 10 == 3 ? "hang" : stream % 10 == 7 ? "fail" : "told") + stream;
            answers.put(name, caller.chat(true, name));
        }
        answers.forEach((name, answer) -> {
            if (name.startsWith("hang")) {
                Waiting.until("some of " + name, () -> answer.length() > 0);
                answer.cancel();
                answer.broken();
                return;
            }
            RawClient.Response response = answer.whole();
            if (name.startsWith("fail")) {
                assertThat(response.status()).isEqualTo(502);
            } else {
                StringBuilder expected = new StringBuilder();
                data(name).forEach(one -> expected.append(Ask.event(one)));
                assertThat(response.text()).isEqualTo(expected + "data: [DONE]\n\n");
            }
        });
    }
}
