package dev.gapura.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/// A command of the public contract that comes with a later version: not listed, and says so when it is called.
@Command(hidden = true)
final class LaterCommand implements Callable<Integer> {
    /// Every such command.
    static final List<String> NAMES = List.of("keys", "requests", "usage");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Unmatched
    List<String> ignored = new ArrayList<>();

    @Override
    public Integer call() {
        spec.commandLine()
                .getErr()
                .println("gapura: this version has no '" + spec.name()
                        + "' command; 'gapura --help' tells what there is.");
        return CommandLine.ExitCode.USAGE;
    }
}
