package dev.gapura.app;

import dev.gapura.config.Overrides;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A gateway in a process of its own, made of the test's class path, to be killed.
final class GatewayProcess {
    private final Process process;
    private final int port;

    private GatewayProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one and waits until it listens.
    static GatewayProcess start(Path data, String yaml) throws IOException {
        Path file = data.resolve("gapura.yaml");
        Files.writeString(file, yaml);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                classPath(),
                Main.class.getName(),
                data.toString(),
                file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolve("errors.txt").toFile()))
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("listening ")) {
                GatewayProcess started = new GatewayProcess(process, Integer.parseInt(line.substring(10)));
                Thread.ofVirtual().start(() -> drain(lines));
                return started;
            }
        }
        throw new AssertionError("the gateway did not start: " + Files.readString(data.resolve("errors.txt")));
    }

    private static void drain(BufferedReader lines) {
        try {
            while (lines.readLine() != null) {
                // Nobody reads the log.
            }
        } catch (IOException over) {
            // It was killed.
        }
    }

    int port() {
        return port;
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGTERM, and the drain.
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not stop");
        }
    }

    /// That of this process: some launchers load tests by a loader of their own.
    private static String classPath() {
        return GatewayProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    /// What the process runs.
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws IOException {
            Gateway gateway = Gateway.start(
                    Startup.loader(Map.of()).load(Path.of(args[1]), new Overrides("127.0.0.1", 0)),
                    Path.of(args[0]),
                    Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close));
            System.out.println("listening " + gateway.port());
        }
    }
}
