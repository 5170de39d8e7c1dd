package dev.gapura.app;

import java.util.Map;

/// Where the process begins on a Java that can run it; [Launcher] comes here.
public final class Main {
    private Main() {}

    /// Runs a command and ends the process with its exit code.
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        System.exit(CommandLineFactory.create(environment, (loaded, data) -> Gateway.start(loaded, data, environment))
                .execute(arguments));
    }
}
