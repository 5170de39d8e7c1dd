package dev.gapura.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used, with everything that is wrong with it. The command line prints the problems
/// and
/// exits with 2; a reload logs them and keeps the configuration that runs.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// One problem that has no better place than a whole file or variable.
    public static ConfigException of(String position, String message) {
        return new ConfigException(List.of(new Problem(position, message)));
    }

    /// Never empty; in the order of the file.
    public List<Problem> problems() {
        return problems;
    }
}
