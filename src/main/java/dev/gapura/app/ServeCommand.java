package dev.gapura.app;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `gapura serve`.
@Command(
        name = "serve",
        sortOptions = false,
        header = "Starts the gateway in the foreground (the default).",
        description = {
            "SIGTERM or Ctrl-C lets open requests finish (server.drain) and ends; a second one ends at once.",
            "SIGHUP or a change of the file has the configuration read again.",
            ""
        },
        optionListHeading = "%nOptions:%n")
final class ServeCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final GatewayStarter starter;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Mixin
    final ServeFlags flags = new ServeFlags();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    ServeCommand(Map<String, String> environment, GatewayStarter starter) {
        this.environment = environment;
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        return new Serving(spec, environment, starter).run(flags);
    }
}
