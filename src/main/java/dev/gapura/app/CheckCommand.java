package dev.gapura.app;

import dev.gapura.config.Config;
import dev.gapura.config.Loaded;
import dev.gapura.config.Overrides;
import dev.gapura.route.Routes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `gapura check`: everything that can be known about a configuration without calling anybody.
@Command(
        name = "check",
        sortOptions = false,
        header = "Validates a configuration and tells every problem with its place.",
        description = {
            "Problems are printed as file:line:column: what is wrong; what to do. Exit code 2 when there are any.",
            "Nobody is called. Variables that the file refers to must be set as they will be.",
            ""
        },
        optionListHeading = "%nOptions:%n")
final class CheckCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration. Default: $GAPURA_CONFIG, else gapura.yaml here if there is one.")
    @Nullable
    Path config;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    CheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Path file = ServeFlags.configFile(config, environment, ServeFlags::exists);
        Loaded loaded = Startup.loader(environment).load(file, Overrides.NONE);
        Config read = loaded.config();
        TreeSet<String> providers =
                new TreeSet<>(Startup.providers(read, environment).keySet());
        providers.add(Startup.SIMULATOR);
        PrintWriter err = spec.commandLine().getErr();
        loaded.warnings().forEach(warning -> err.println("warning: " + warning));
        String name = file == null ? "no gapura.yaml here, defaults" : file.toString();
        Routes.dangling(read.models(), providers).forEach(line -> err.println("warning: " + name + ": " + line));
        Startup.unsimulated(read.models()).forEach(line -> err.println("warning: " + name + ": " + line));
        spec.commandLine()
                .getOut()
                .println(name + ": ok, " + count(providers.size(), "provider", "providers") + " ("
                        + String.join(", ", providers) + "), "
                        + count(read.models().size(), "alias", "aliases"));
        return CommandLine.ExitCode.OK;
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
