package dev.gapura.app;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `gapura tools`: server tools, tried out without a model.
@Command(
        name = "tools",
        sortOptions = false,
        header = "Lists server tools, and runs one.",
        description = {
            "Asks the gateway that runs on the data folder. Where none runs, or --config names a file, the tools are those",
            "of the configuration, whose servers and programs are called from this process.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = {"", "Examples:", "  gapura tools list", "  gapura tools test docs.search '{\"query\": \"rain\"}'"})
final class ToolsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    /// With its commands.
    static CommandLine create(Map<String, String> environment) {
        CommandLine line = new CommandLine(new ToolsCommand());
        line.addSubcommand("list", new ToolsListCommand(environment));
        line.addSubcommand("test", new ToolsTestCommand(environment));
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say 'gapura tools list' or 'gapura tools test NAME'");
    }
}
