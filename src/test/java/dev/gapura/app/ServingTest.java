package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gapura.access.FirstStart;
import dev.gapura.config.Loaded;
import dev.gapura.testkit.Waiting;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/// A serving process around a gateway that does nothing; this process has no terminal.
class ServingTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void withoutATerminalStandardOutputIsLeftToTheAccessLog() throws Exception {
        try (Served served = new Served("server: { port: 1 }")) {
            Waiting.until("the banner", () -> err.toString().contains("Try it"));
            assertThat(err.toString())
                    .contains("is ready at http://127.0.0.1:4711")
                    .contains("sk-first");
        }
        assertThat(out).hasToString("");
    }

    @Test
    void aReloadTellsWhatWaitsForARestart() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Serving.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (Served served = new Served("server: { port: 8181, drain: 1s }")) {
            Waiting.until("the banner", () -> err.toString().contains("Try it"));
            Files.writeString(served.file, "server: { port: 8282, drain: 2s, max_connections: 7 }");
            assertThat(served.reloaded.await(10, TimeUnit.SECONDS)).isTrue();
            Waiting.until("both lines", () -> log.list.size() == 2);
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::toString)
                .containsExactly(
                        "[WARN] " + folder.resolve("gapura.yaml")
                                + ": server.port takes effect after a restart; still 8181",
                        "[WARN] " + folder.resolve("gapura.yaml")
                                + ": server.max_connections takes effect after a restart; still 10000");
    }

    @Test
    void whyItCannotListen() {
        assertThat(reason(new UnknownHostException("Failed to resolve 'nowhere'")))
                .contains("gapura: 'nowhere' is not an address of this machine; choose one with --host: 127.0.0.1");
        assertThat(reason(new IOException("bind(..) failed with error(-99): Cannot assign requested address")))
                .contains("gapura: 'nowhere' is not an address of this machine");
        assertThat(reason(new IOException("bind(..) failed with error(-13): Permission denied")))
                .contains("gapura: this process may not listen on port 80; choose another one with --port");
    }

    private String reason(Exception obstacle) {
        assertThat(execute(
                        (loaded, data) -> {
                            throw new IllegalStateException(obstacle);
                        },
                        "serve",
                        "--host",
                        "nowhere",
                        "--port",
                        "80"))
                .isEqualTo(1);
        return err.toString();
    }

    private int execute(GatewayStarter starter, String... arguments) {
        CommandLine line = CommandLineFactory.create(Map.of(), starter);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    /// `gapura serve` in a thread of its own until it is closed.
    private final class Served implements AutoCloseable, Running {
        private final CountDownLatch reloaded = new CountDownLatch(1);
        private final Path file;
        private final Thread thread;

        Served(String yaml) throws IOException {
            file = Files.writeString(folder.resolve("gapura.yaml"), yaml);
            thread = Thread.ofPlatform()
                    .start(() -> execute((loaded, data) -> this, "serve", "--config", file.toString()));
        }

        @Override
        public void reloadsBy(Callable<Loaded> reload) {}

        @Override
        public int port() {
            return 4711;
        }

        @Override
        public int adminPort() {
            return port();
        }

        @Override
        public List<String> providers() {
            return List.of("sim");
        }

        @Override
        public CompletableFuture<Optional<FirstStart.Made>> firstStart() {
            return CompletableFuture.completedFuture(
                    Optional.of(new FirstStart.Made(Optional.of("sk-first"), "owner@localhost", "c0de")));
        }

        @Override
        public void reload(Loaded loaded) {
            reloaded.countDown();
        }

        /// Called by the serving thread when it ends, and by the test to end it.
        @Override
        public void close() {
            if (Thread.currentThread() == thread) {
                return;
            }
            thread.interrupt();
            try {
                thread.join(10_000);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
