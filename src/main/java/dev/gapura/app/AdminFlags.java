package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Overrides;
import dev.gapura.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Flags of every command that administers a gateway, and how it finds one.
final class AdminFlags {
    /// What to do where no gateway was started yet.
    static final String FIRST_START = "start the gateway once with 'gapura serve', which makes the first key too, or"
            + " name another data folder with --data";

    private static final Path DEFAULT_DATA = Path.of("data");

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec command;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the gateway. Default: $GAPURA_DATA, else ./data.")
    @Nullable
    Path data;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration, which says where the database is when no gateway runs.")
    @Nullable
    Path config;

    @Option(names = "--json", description = "Prints what the admin API answers.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    /// What is printed: the document as it came, or lines made of it.
    int print(
            Map<String, String> environment, Function<Administrator, JsonNode> ask, Function<JsonNode, String> lines) {
        return run(environment, administrator -> {
            JsonNode document = ask.apply(administrator);
            out().print(json ? document.toPrettyString() + System.lineSeparator() : lines.apply(document));
            out().flush();
        });
    }

    /// Does something with a gateway, or with its database.
    ///
    /// @return exit code
    int run(Map<String, String> environment, java.util.function.Consumer<Administrator> work) {
        try (Administrator administrator = find(environment)) {
            work.accept(administrator);
            return CommandLine.ExitCode.OK;
        } catch (Administrator.Refusal refusal) {
            PrintWriter err = command.commandLine().getErr();
            err.println("gapura: " + refusal.getMessage());
            return refusal.status() == 400 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        }
    }

    /// Where the command prints.
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    private Administrator find(Map<String, String> environment) {
        Path folder = folder(environment);
        RunningAdministrator running = running(folder);
        if (running != null) {
            return running;
        }
        if (!Files.isDirectory(folder)) {
            throw ConfigException.of(folder.toString(), "there is no such folder; " + FIRST_START);
        }
        Path file = ServeFlags.configFile(config, environment, ServeFlags::exists);
        Config.Storage storage =
                Startup.loader(environment).load(file, Overrides.NONE).config().storage();
        if (Store.missing(storage, folder)) {
            throw ConfigException.of(folder.toString(), "there is no database for it yet; " + FIRST_START);
        }
        return new StoppedAdministrator(storage, folder);
    }

    /// Whether a gateway runs on the data folder.
    boolean isRunning(Map<String, String> environment) {
        try (RunningAdministrator running = running(folder(environment))) {
            return running != null;
        }
    }

    static @Nullable RunningAdministrator running(Path folder) {
        try {
            LocalAddress local = LocalAddress.read(folder).orElse(null);
            if (local == null) {
                return null;
            }
            RunningAdministrator running = new RunningAdministrator(local);
            if (running.answers()) {
                return running;
            }
            running.close();
            return null;
        } catch (IOException unreadable) {
            throw ConfigException.of(
                    folder.toString(),
                    "the token of the running gateway cannot be read: " + unreadable.getMessage()
                            + "; run this as the gateway's user");
        }
    }

    /// Data folder that is meant.
    Path folder(Map<String, String> environment) {
        String variable = environment.get("GAPURA_DATA");
        return data != null ? data : variable == null || variable.isBlank() ? DEFAULT_DATA : Path.of(variable.strip());
    }
}
