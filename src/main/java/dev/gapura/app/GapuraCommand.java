package dev.gapura.app;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `gapura` itself: the same as `gapura serve`.
@Command(
        name = "gapura",
        versionProvider = GapuraCommand.Version.class,
        sortOptions = false,
        description = {
            "The LLM gateway for the JVM: one OpenAI-compatible endpoint in front of every provider.",
            "Without a command it serves: simulator included, and every provider whose usual key variable is set.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Variables: GAPURA_CONFIG, GAPURA_HOST, GAPURA_PORT, GAPURA_DATA stand in for the flags of the same name.",
            "Exit codes: 0 done, 2 wrong usage or configuration, 1 anything else."
        })
final class GapuraCommand implements Callable<Integer> {
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

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Tells the version and ends.")
    boolean version;

    GapuraCommand(Map<String, String> environment, GatewayStarter starter) {
        this.environment = environment;
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        return new Serving(spec, environment, starter).run(flags);
    }

    /// Version of the running code.
    static final class Version implements IVersionProvider {
        /// That of the jar, or `development` outside of one.
        static String text() {
            String version = Version.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"gapura " + text() + " (Java " + Runtime.version() + ")"};
        }
    }
}
