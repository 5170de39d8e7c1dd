package dev.gapura.testkit;

import dev.gapura.config.Config;
import dev.gapura.config.ConfigLoader;
import dev.gapura.config.Overrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A PostgreSQL server for tests: that of `GAPURA_TEST_POSTGRESQL`, an address such as
/// `postgresql://user:password@host/postgres` whose user may make databases, or else a cluster of its own, made of the
/// programs that are installed, in a temporary folder and on a free port. Where there is neither, tests are
/// skipped, loudly; `GAPURA_TEST_POSTGRESQL=required` makes them fail instead.
public final class Postgres implements AutoCloseable {
    private static final String VARIABLE = "GAPURA_TEST_POSTGRESQL";
    private static final String REQUIRED = "required";
    /// PostgreSQL refuses to run as root.
    private static final String USER = "postgres";

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable Postgres shared;
    private static @Nullable String missing;

    private final @Nullable Process server;
    private final @Nullable Path folder;
    private final String address;

    private Postgres(@Nullable Process server, @Nullable Path folder, String address) {
        this.server = server;
        this.folder = folder;
        this.address = address;
    }

    /// The server that the tests of this process share; it ends with the process.
    public static synchronized Postgres shared() {
        Postgres running = shared;
        if (running != null) {
            return running;
        }
        String given = System.getenv(VARIABLE);
        if (given != null && !given.isEmpty() && !given.equals(REQUIRED)) {
            running = new Postgres(null, null, given);
        } else if (missing == null) {
            try {
                running = start();
            } catch (IOException | RuntimeException failed) {
                missing = failed.toString();
            }
        }
        if (running == null) {
            String why = "no PostgreSQL for tests (" + missing + "); install it (apt-get install postgresql) or name "
                    + "a server in " + VARIABLE;
            if (REQUIRED.equals(given)) {
                throw new AssertionError(why);
            }
            System.err.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
        shared = running;
        return running;
    }

    /// A server of one's own, to be stopped and frozen.
    public static Postgres own() throws IOException {
        String given = System.getenv(VARIABLE);
        if (binaries() == null && !REQUIRED.equals(given)) {
            Assumptions.abort("no PostgreSQL is installed that this test could start and stop");
        }
        return start();
    }

    /// A new, empty database.
    public Config.Storage storage() {
        return storage(database());
    }

    /// Address of a new, empty database, as the configuration takes it.
    public String database() {
        String name = "gapura_test_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute("CREATE DATABASE " + name);
        URI given = URI.create(address);
        String user = given.getRawUserInfo() == null ? "" : given.getRawUserInfo() + "@";
        return "postgresql://" + user + given.getHost() + ":" + port(given) + "/" + name;
    }

    /// The settings of an address.
    public static Config.Storage storage(String url) {
        return new ConfigLoader(Map.of(), Set.of())
                .parse("storage: { url: \"" + url + "\" }", "test.yaml", Overrides.NONE)
                .config()
                .storage();
    }

    private static int port(URI address) {
        return address.getPort() < 0 ? 5432 : address.getPort();
    }

    private void execute(String statement) {
        URI given = URI.create(address);
        String[] user = given.getUserInfo() == null
                ? new String[] {USER}
                : given.getUserInfo().split(":", 2);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + given.getHost() + ":" + port(given) + given.getPath(),
                        user[0],
                        user.length > 1 ? user[1] : "");
                var running = connection.createStatement()) {
            running.execute(statement);
        } catch (SQLException failed) {
            throw new AssertionError(statement, failed);
        }
    }

    private static Postgres start() throws IOException {
        Path binaries = binaries();
        if (binaries == null) {
            throw new IOException("not installed");
        }
        Path folder = Files.createTempDirectory("gapura-postgresql");
        Path data = folder.resolve("data");
        if (isRoot()) {
            run("chown", USER, folder.toString());
        }
        run(command(
                binaries.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync"));
        return serve(binaries, folder, freePort());
    }

    private static Postgres serve(Path binaries, Path folder, int port) throws IOException {
        Process server = new ProcessBuilder(command(
                        binaries.resolve("postgres").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-p",
                        Integer.toString(port),
                        "-h",
                        "127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        // The machine outlives the tests.
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
        Postgres running = new Postgres(server, folder, "postgresql://" + USER + "@127.0.0.1:" + port + "/postgres");
        Runtime.getRuntime().addShutdownHook(new Thread(running::close));
        Waiting.until("PostgreSQL answers", running::answers);
        return running;
    }

    private boolean answers() {
        try {
            execute("SELECT 1");
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }

    /// Address of the server, for another process.
    public String address() {
        return address;
    }

    /// Ends the server at once, with what it has accepted on disk; [#again] starts it on the same data. SIGINT
    /// is the fast shutdown of https://www.postgresql.org/docs/current/server-shutdown.html.
    public void stop() throws IOException, InterruptedException {
        Process running = server;
        if (running == null || !running.isAlive()) {
            return;
        }
        run("kill", "-INT", Long.toString(running.pid()));
        if (!running.waitFor(10, TimeUnit.SECONDS)) {
            tree().forEach(ProcessHandle::destroyForcibly);
            running.waitFor(10, TimeUnit.SECONDS);
        }
    }

    /// The stopped server, running again.
    public Postgres again() throws IOException {
        Path data = folder;
        Path binaries = binaries();
        if (data == null || binaries == null) {
            throw new IllegalStateException("not started here");
        }
        Files.deleteIfExists(data.resolve("data").resolve("postmaster.pid"));
        return serve(binaries, data, port(URI.create(address)));
    }

    /// Stops every process of the server in its tracks, or lets them go on.
    public void signal(String name) throws IOException {
        for (ProcessHandle process : tree().toList()) {
            try {
                run("kill", "-" + name, Long.toString(process.pid()));
            } catch (IOException failed) {
                // The process of a connection may end at any moment.
                if (process.isAlive()) {
                    throw failed;
                }
            }
        }
    }

    private Stream<ProcessHandle> tree() {
        return server == null ? Stream.of() : Stream.concat(server.descendants(), Stream.of(server.toHandle()));
    }

    @Override
    public void close() {
        Process running = server;
        Path used = folder;
        if (running == null || used == null) {
            return;
        }
        try {
            // It may be frozen.
            signal("CONT");
            stop();
            try (Stream<Path> files = Files.walk(used)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException | UncheckedIOException | InterruptedException alreadyGone) {
            // Nothing is left to be done for it.
        }
    }

    private static @Nullable Path binaries() {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(version -> version.resolve("bin"))
                    .sorted(Comparator.reverseOrder())
                    .forEach(folders::add);
        } catch (IOException notDebian) {
            // The path may know it.
        }
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(Path::of)
                .forEach(folders::add);
        return folders.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst()
                .orElse(null);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String[] command(String... command) {
        if (!isRoot()) {
            return command;
        }
        return Stream.concat(
                        Stream.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"),
                        Arrays.stream(command))
                .toArray(String[]::new);
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
