package dev.gapura.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/// A Redis server for tests, of the program that is installed, on a free port and without a file. Where there is none,
/// tests are skipped, loudly; `GAPURA_TEST_REDIS=required` makes them fail instead.
public final class RedisServer implements AutoCloseable {
    private static final String REQUIRED = "required";

    private final int port;
    private Process process;

    private RedisServer(int port) {
        this.port = port;
        process = run(port);
    }

    /// Starts one and waits until it answers.
    public static RedisServer start() {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
        if (!there) {
            String why = "no Redis for tests; install it (apt-get install redis-server)";
            if (REQUIRED.equals(System.getenv("GAPURA_TEST_REDIS"))) {
                throw new AssertionError(why);
            }
            System.err.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            return new RedisServer(port).ready();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Process run(int port) {
        try {
            return new ProcessBuilder(
                            "redis-server",
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--appendonly",
                            "no",
                            "--dir",
                            System.getProperty("java.io.tmpdir"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private RedisServer ready() {
        Waiting.until("Redis answers", () -> command("PING").startsWith("+PONG"));
        return this;
    }

    /// Address for `shared.url`.
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Sends a command and reads the beginning of its answer; empty where it does not answer.
    public String command(String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[256];
            int read = socket.getInputStream().read(answer);
            return read <= 0 ? "" : new String(answer, 0, read, StandardCharsets.UTF_8);
        } catch (IOException away) {
            return "";
        }
    }

    /// SIGSTOP: it keeps its connections and answers nobody.
    public void freeze() {
        signal("STOP");
    }

    /// SIGCONT.
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends it, with everything it holds.
    public void stop() {
        signal("CONT");
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts it anew at the same port, empty.
    public void again() {
        process = run(port);
        ready();
    }

    @Override
    public void close() {
        stop();
    }
}
