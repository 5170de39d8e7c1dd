package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.RawClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the person who stops the gateway reads meanwhile.
class DrainLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Gateway.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void forget() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    @Test
    void saysForHowManyItWaitsAndWhenItIsOver() {
        TestGateway gateway = TestGateway.start("server: { drain: 10s, access_log: \"off\" }\n");
        gateway.simulator()
                .answerWith(request -> Reply.stream(List.of(
                        Step.Send.text(Ask.event(Ask.text("a"))),
                        new Step.Pause(Duration.ofMillis(400)),
                        Step.Send.text(Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"))));
        try (RawClient first = Ask.streaming(gateway, "x");
                RawClient second = Ask.streaming(gateway, "x")) {
            gateway.close();
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "draining: waiting for 2 open requests, at most 10s; a second signal ends at once", "stopped");
    }

    @Test
    void withNothingOpenThereIsNothingToWaitFor() {
        TestGateway.start().close();

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("draining: no request is open", "stopped");
    }
}
