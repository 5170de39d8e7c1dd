package dev.gapura.app;

import dev.gapura.config.ConfigException;
import dev.gapura.config.Nearest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Puts the commands together. Exit codes are the public contract's: 0 done, 2 wrong usage or configuration, 1 anything
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
        String said =
                switch (wrong) {
                    case UnmatchedArgumentException unmatched -> unknown(unmatched);
                    case MissingParameterException missing -> missing(missing);
                    default -> unreadable(wrong);
                };
        err.println("gapura: " + said);
        boolean remedied = said.contains("did you mean") || isOurs(wrong);
        if (!remedied) {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName(" ");
            err.println("'" + command + " --help' tells what there is.");
        }
        return CommandLine.ExitCode.USAGE;
    }

    /// Whether a command of ours refused; what it says has its remedy in it.
    private static boolean isOurs(ParameterException wrong) {
        return wrong.getClass() == ParameterException.class && wrong.getArgSpec() == null;
    }

    private static String missing(MissingParameterException missing) {
        String wanted = missing.getMissing().stream()
                .map(argument -> argument instanceof OptionSpec option
                        ? option.longestName() + " " + option.paramLabel()
                        : argument.paramLabel())
                .collect(Collectors.joining(" "));
        return wanted.isEmpty() ? String.valueOf(missing.getMessage()) : "something is missing; write " + wanted;
    }

    private static String unreadable(ParameterException wrong) {
        boolean number = wrong.getArgSpec() instanceof OptionSpec option
                && option.type() == Integer.class
                && wrong.getCause() instanceof TypeConversionException;
        return number
                ? "'" + wrong.getValue() + "' is not a whole number; write "
                        + ((OptionSpec) wrong.getArgSpec()).longestName() + " and a number"
                : String.valueOf(wrong.getMessage());
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
