package dev.gapura.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The built jar as a process of its own, with one known key and a data folder of its own.
final class RunningGateway implements AutoCloseable {
    static final String KEY = "gapura-java-client-0123456789abcdef";

    private static final Duration START = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 20;

    private final Process process;
    private final int port;

    private RunningGateway(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static RunningGateway start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path config = Files.writeString(
                folder.resolve("gapura.yaml"), "auth: { keys: [ { name: java, key: \"${CLIENT_KEY}\" } ] }\n");
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                "target/gapura.jar",
                "serve",
                "--config",
                config.toString(),
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString());
        command.environment().put("CLIENT_KEY", KEY);
        command.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile());
        RunningGateway gateway = new RunningGateway(command.start(), port);
        gateway.awaitReady(folder.resolve("output.log"));
        return gateway;
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline && process.isAlive()) {
                try {
                    if (http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return;
                    }
                } catch (ConnectException notYet) {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("The gateway did not get ready; it said:\n" + Files.readString(log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
