package dev.gapura.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Storages;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that is killed at any moment has everything on disk that it was told is there.
class KillTest {
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasAcknowledgedIsThereOnce(Kind kind) throws Exception {
        String url = kind == Kind.SQLITE
                ? "sqlite:" + folder.resolve("gapura.db")
                : url((Config.Postgresql) Storages.empty(kind, folder).place());
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        Random random = new Random(42);
        int next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process writing = start(url, next);
            Thread reading = Thread.ofVirtual().start(() -> read(writing, acknowledged));
            int before = acknowledged.size();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (acknowledged.size() == before && writing.isAlive() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(150)));
            writing.destroyForcibly().waitFor();
            reading.join(Duration.ofSeconds(10));
            next += 1_000_000;
        }

        try (Store store = Storages.store(Postgres.storage(url))) {
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            List<Integer> kept = Database.now(
                    store.configuration().read(sql -> sql.list("SELECT id FROM note", row -> row.getInt(1))));
            assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
            assertThat(kept).doesNotHaveDuplicates();
            assertThat(new HashSet<>(kept)).containsAll(acknowledged);
            // What was written and not acknowledged is at most what was under way.
            assertThat(kept.size() - acknowledged.size()).isBetween(0, ROUNDS * Writing.TOGETHER);
        }
        System.out.println(kind + ": " + acknowledged.size() + " commits acknowledged in " + ROUNDS
                + " rounds of kill -9, none lost, none twice");
    }

    private static String url(Config.Postgresql place) {
        return "postgresql://" + place.user() + "@" + place.hosts().getFirst() + "/" + place.database();
    }

    private static void read(Process process, Set<Integer> acknowledged) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(".")) {
                    acknowledged.add(Integer.valueOf(line.substring(0, line.length() - 1)));
                }
            }
        } catch (IOException cutOff) {
            // It was killed.
        }
    }

    private static Process start(String url, int next) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Writing.class.getName(),
                        url,
                        Integer.toString(next))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /// That of this process: some launchers load tests by a loader of their own.
    private static String classPath() {
        return KillTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    /// The process that is killed: commits numbers and prints each that is on disk, with a dot behind it.
    static final class Writing {
        static final int TOGETHER = 8;

        private Writing() {}

        public static void main(String[] args) {
            Store store = Storages.store(Postgres.storage(args[0]));
            store.start();
            store.awaitFirstTry(Duration.ofSeconds(20));
            Database database = store.configuration();
            Database.now(database.commit(sql -> {
                sql.run("CREATE TABLE IF NOT EXISTS note (id BIGINT PRIMARY KEY)");
                return 0;
            }));
            int first = Integer.parseInt(args[1]);
            for (int lane = 0; lane < TOGETHER; lane++) {
                int from = first + lane;
                Thread.ofPlatform().start(() -> {
                    for (int id = from; ; id += TOGETHER) {
                        int value = id;
                        Database.now(database.commit(sql -> sql.update("INSERT INTO note (id) VALUES (?)", value)));
                        System.out.println(value + ".");
                    }
                });
            }
        }
    }
}
