package dev.gapura.credential;

import java.nio.file.Path;
import java.util.Map;

/// Where the files of the person lie for whom this process runs.
final class Homes {
    private Homes() {}

    /// The home folder that the environment names, else the one the system knows.
    static Path of(Map<String, String> environment) {
        String named = environment.getOrDefault("HOME", "");
        return Path.of(named.isEmpty() ? System.getProperty("user.home", ".") : named);
    }
}
