package dev.gapura.app;

import dev.gapura.config.ConfigException;
import dev.gapura.config.Nearest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/// Puts the commands together. Exit codes are the public contract's: 0 done, 2 wrong usage or configuration, 1
/// anything
/// else.
final class CommandLineFactory {
    private static final int HELP_WIDTH = 110;

    private CommandLineFactory() {}

    /// @param environment variables of the process
    /// @param starter starts the gateway for `serve`
    static CommandLine create(Map<String, String> environment, GatewayStarter starter) {
        CommandLine line = new CommandLine(new GapuraCommand(environment, starter));
        line.addSubcommand("serve", new ServeCommand(environment, starter));
        line.addSubcommand("check", new CheckCommand(environment));
        line.addSubcommand("conformance", new ConformanceCommand(environment));
        line.addSubcommand("keys", KeysCommand.create(environment));
        line.addSubcommand("requests", RequestsCommand.create(environment));
        line.addSubcommand("usage", new UsageCommand(environment));
        line.addSubcommand("people", PeopleCommand.create(environment));
        line.addSubcommand("backup", new BackupCommand.Write(environment));
        line.addSubcommand("restore", new BackupCommand.Restore(environment));
        line.addSubcommand("tools", ToolsCommand.create(environment));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.setParameterExceptionHandler(CommandLineFactory::wrongUsage);
        line.setExecutionExceptionHandler(CommandLineFactory::failed);
        return line;
    }

    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println("gapura: "
                + (wrong instanceof UnmatchedArgumentException unmatched ? unknown(unmatched) : wrong.getMessage()));
        err.println("'gapura --help' tells what there is.");
        return CommandLine.ExitCode.USAGE;
    }

    private static String unknown(UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().getFirst();
        boolean atTop = unmatched.getCommandLine().getParent() == null;
        List<String> near = near(unmatched, word);
        return "unknown " + (word.startsWith("-") ? "option" : atTop ? "command" : "argument") + " '" + word + "'"
                + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
    }

    private static List<String> near(UnmatchedArgumentException unmatched, String word) {
        return word.startsWith("-")
                ? Nearest.to(
                        word,
                        unmatched.getCommandLine().getCommandSpec().optionsMap().keySet(),
                        2)
                : Nearest.to(word, unmatched.getCommandLine().getSubcommands().keySet(), 1);
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof ConfigException wrong) {
            wrong.problems().forEach(problem -> command.getErr().println(problem));
            return CommandLine.ExitCode.USAGE;
        }
        throw failure;
    }
}
