package dev.gapura.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
    @TempDir
    Path folder;

    @Test
    void linesOfAllThreadsReachTheFile() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = toFile(file)) {
            List<Thread> threads = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String prefix = "t" + thread + "-";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int index = 0; index < 500; index++) {
                        log.write(Samples.exchange(prefix + index));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2000).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lines.stream()
                        .filter(line -> line.contains("\"request_id\":\"t2-"))
                        .map(line -> line.replaceAll(".*\"t2-(\\d+)\".*", "$1"))
                        .map(Integer::valueOf))
                .isSorted()
                .hasSize(500);
    }

    @Test
    void aLineIsThereSoonWithoutFurtherTraffic() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = toFile(file)) {
            log.write(Samples.exchange("only"));
            await(() -> content(file).contains("only"));
            log.write(Samples.exchange("after a rest"));
            await(() -> content(file).contains("after a rest"));
        }
    }

    @Test
    void appendsToWhatIsThere() throws Exception {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "earlier\n");
        try (AccessLog log = toFile(file)) {
            log.write(Samples.exchange("later"));
        }
        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("earlier");
    }

    @Test
    void followsAFileThatWasMovedAway() throws Exception {
        Path file = folder.resolve("access.log");
        Path moved = folder.resolve("access.log.1");
        try (AccessLog log = toFile(file)) {
            log.write(Samples.exchange("before"));
            await(() -> content(file).contains("before"));
            Files.move(file, moved);
            log.reopen();
            await(() -> Files.exists(file) || reopened(log, file));
            log.write(Samples.exchange("after"));
        }
        assertThat(content(moved)).contains("before").doesNotContain("after");
        assertThat(content(file)).contains("after");
    }

    @Test
    void aStuckReaderNeverHoldsUpWritersAndLossIsReported() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        OutputStream pipe = new OutputStream() {
            @Override
            public void write(int value) {
                written.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stuck.countDown();
                try {
                    release.await();
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
                written.write(bytes, offset, length);
            }
        };
        long lost;
        try (AccessLog log = new AccessLog(() -> pipe, 50_000)) {
            log.write(Samples.exchange("first"));
            assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
            for (int index = 0; index < 10_000; index++) {
                log.write(Samples.exchange("flood"));
            }
            assertThat(log.dropped()).isBetween(9_000L, 9_999L);
            lost = log.dropped();
            release.countDown();
        }
        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.stream().filter(line -> line.contains("flood"))).hasSize((int) (10_000 - lost));
        assertThat(lines.stream().filter(line -> line.contains("access_log_dropped")))
                .singleElement()
                .asString()
                .endsWith("\"dropped\":" + lost + "}");
    }

    @Test
    void afterAFailedWriteTheNextLineStartsAnew() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        try (AccessLog log = new AccessLog(() -> opened.getAndIncrement() == 0 ? full : good, 1_000_000)) {
            log.write(Samples.exchange("lost"));
            await(() -> log.dropped() == 1);
            log.write(Samples.exchange("kept"));
        }
        assertThat(good.toString(StandardCharsets.UTF_8))
                .startsWith("\n{")
                .contains("\"dropped\":1}")
                .contains("kept")
                .doesNotContain("lost");
    }

    @Test
    void offWritesNothing() {
        try (AccessLog log = new AccessLog(new Config.AccessLog(Config.AccessLog.Kind.OFF, null))) {
            log.write(Samples.exchange("req_1"));
            log.reopen();
            assertThat(log.dropped()).isZero();
        }
    }

    @Test
    void aFileThatCannotBeOpenedStopsTheStart() {
        assertThatThrownBy(() -> toFile(folder.resolve("missing").resolve("access.log")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("server.access_log");
    }

    @Test
    void linesAfterTheCloseAreCounted() {
        AccessLog log = toFile(folder.resolve("access.log"));
        log.close();
        log.write(Samples.exchange("late"));
        assertThat(log.dropped()).isEqualTo(1);
    }

    private static AccessLog toFile(Path file) {
        return new AccessLog(new Config.AccessLog(Config.AccessLog.Kind.FILE, file));
    }

    private static boolean reopened(AccessLog log, Path file) {
        log.write(Samples.exchange("probe"));
        return Files.exists(file);
    }

    private static String content(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 10 s").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
