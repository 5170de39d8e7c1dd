package dev.gapura.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What the process logs as warnings and errors while this is open: faults that no client gets to see, such as a buffer
/// released twice.
final class LoggedErrors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> events = new CopyOnWriteArrayList<>();

    LoggedErrors() {
        setContext((LoggerContext) LoggerFactory.getILoggerFactory());
        start();
        root().addAppender(this);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            String cause = event.getThrowableProxy() == null
                    ? ""
                    : ": " + event.getThrowableProxy().getClassName() + " "
                            + event.getThrowableProxy().getMessage();
            events.add(event.getLoggerName() + " " + event.getFormattedMessage() + cause);
        }
    }

    List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        root().detachAppender(this);
        stop();
    }
}
