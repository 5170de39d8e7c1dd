package dev.gapura.app;

import dev.gapura.config.ConfigException;
import dev.gapura.config.Overrides;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Flags of `serve`, and what they and the environment come to: command line beats environment beats file.
final class ServeFlags {
    /// Read from the working directory when no file is named and it is there.
    static final Path DEFAULT_FILE = Path.of("gapura.yaml");

    private static final Path DEFAULT_DATA = Path.of("data");

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before any flag is read
    CommandSpec command;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration. Default: $GAPURA_CONFIG, else gapura.yaml here if there is one.")
    @Nullable
    Path config;

    @Option(names = "--host", paramLabel = "H", description = "Address to listen on. Default: 127.0.0.1.")
    @Nullable
    String host;

    @Nullable
    Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for what must survive a restart. Default: ./data.")
    @Nullable
    Path data;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            description = "TCP port; 0 takes a free one. Default: 8080.")
    void setPort(String text) {
        Integer value = parsePort(text);
        if (value == null) {
            throw new ParameterException(command.commandLine(), "'" + text + "' is not a port (0..65535)");
        }
        port = value;
    }

    /// What applies after flags and environment were joined.
    ///
    /// @param file null: no file, the defaults
    record Resolved(@Nullable Path file, Overrides overrides, Path data) {}

    /// @param exists whether a file is there
    /// @throws ConfigException when a variable holds nonsense
    Resolved resolve(Map<String, String> environment, Predicate<Path> exists) {
        String portText = variable(environment, "GAPURA_PORT");
        Integer environmentPort = portText == null ? null : parsePort(portText);
        if (portText != null && environmentPort == null) {
            throw ConfigException.of("GAPURA_PORT", "'" + portText + "' is not a port; write a number within 0..65535");
        }
        String hostText = variable(environment, "GAPURA_HOST");
        String dataText = variable(environment, "GAPURA_DATA");
        return new Resolved(
                configFile(config, environment, exists),
                new Overrides(host == null ? hostText : host, port == null ? environmentPort : port),
                data != null ? data : dataText == null ? DEFAULT_DATA : Path.of(dataText));
    }

    /// The named file, else that of `GAPURA_CONFIG`, else the default one if it is there, else null.
    static @Nullable Path configFile(@Nullable Path named, Map<String, String> environment, Predicate<Path> exists) {
        if (named != null) {
            return named;
        }
        String variable = variable(environment, "GAPURA_CONFIG");
        if (variable != null) {
            return Path.of(variable);
        }
        return exists.test(DEFAULT_FILE) ? DEFAULT_FILE : null;
    }

    static boolean exists(Path file) {
        return Files.exists(file);
    }

    private static @Nullable String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static @Nullable Integer parsePort(String text) {
        if (!text.matches("\\d{1,5}")) {
            return null;
        }
        int port = Integer.parseInt(text);
        return port > 65_535 ? null : port;
    }
}
