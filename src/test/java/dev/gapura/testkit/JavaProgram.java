package dev.gapura.testkit;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The commands of programs that tests start: classes with a `main` of the test tree, with everything that the tests
/// themselves see.
final class JavaProgram {
    private JavaProgram() {}

    static List<String> command(Class<?> main, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                classPath(),
                                main.getName()),
                        Arrays.stream(arguments))
                .toList();
    }

    /// Whoever started the tests put their classes on the class path, or gave them a loader of their own.
    private static String classPath() {
        return JavaProgram.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(JavaProgram::path).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (java.net.URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
