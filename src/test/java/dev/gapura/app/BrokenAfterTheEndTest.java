package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gapura.sim.Reply;
import dev.gapura.sim.Step;
import dev.gapura.testkit.Waiting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// A provider that breaks its connection behind `[DONE]`: the client has its answer, and nobody has anything to say.
class BrokenAfterTheEndTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsWrong(boolean reset) {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        TestGateway gateway = TestGateway.start();
        root.addAppender(log);
        try (gateway) {
            gateway.simulator()
                    .answerWith(request -> Reply.stream(List.of(
                            Step.Send.text(
                                    Ask.event(Ask.text("a")) + Ask.event(Ask.finish("stop")) + "data: [DONE]\n\n"),
                            new Step.Pause(Duration.ofMillis(100)),
                            reset ? new Step.Reset() : new Step.Cut())));
            Ask.Read read = Ask.read(Ask.chat(gateway, true, "x"));
            assertThat(read.done()).isTrue();
            assertThat(read.error()).isNull();
            Waiting.until("the call is closed", () -> gateway.simulator().open() == 0);
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
    }
}
