package dev.gapura.app;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sun.misc.Signal;

/// Main class of the jar, and the one class in it that an old Java can load (compiled for 11). On Java 25 and newer
/// it
/// calls [Main] and costs nothing. On an older one it looks for a JDK 25 on this machine and starts the same jar
/// there,
/// with the same JVM options, arguments, standard streams and exit code; SIGTERM, Ctrl-C and SIGHUP reach the child.
public final class Launcher {
    static final int NEEDED = 25;

    /// What `./gapura` gives a JVM too: smaller objects, a clear end when memory runs out, and no warnings about
    /// Netty.
    static final List<String> OPTIONS = List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /// Set in the child, so that a wrong guess about a JDK's version cannot start processes without end.
    private static final String RESTARTED = "gapura.restarted";

    private static final Pattern RELEASE_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"?(\\d+)");

    private Launcher() {}

    public static void main(String[] arguments) throws Throwable {
        if (Runtime.version().feature() >= NEEDED) {
            runHere(arguments);
            return;
        }
        String home = System.getProperty(RESTARTED) == null ? findJdk(System.getenv()) : null;
        if (home == null) {
            System.err.println("gapura needs Java " + NEEDED + " or newer and found none on this machine (this is Java "
                    + Runtime.version().feature() + "). Install a JDK " + NEEDED
                    + ", for example from https://adoptium.net, or name one in GAPURA_JAVA_HOME.");
            System.exit(1);
        }
        System.exit(runThere(home, arguments));
    }

    private static void runHere(String[] arguments) throws Throwable {
        try {
            Class.forName("dev.gapura.app.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static int runThere(String home, String[] arguments) throws IOException, InterruptedException {
        List<String> command = command(
                home,
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getProperty("java.class.path"),
                arguments);
        Process child = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endWith(child), "end-child"));
        forwardHangUp(child);
        return child.waitFor();
    }

    /// The parent was asked to end: so is the child, and its exit code becomes ours.
    private static void endWith(Process child) {
        if (!child.isAlive()) {
            return;
        }
        child.destroy();
        try {
            Runtime.getRuntime().halt(child.waitFor());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forwardHangUp(Process child) {
        try {
            Signal.handle(new Signal("HUP"), signal -> {
                try {
                    new ProcessBuilder("kill", "-HUP", Long.toString(child.pid())).start();
                } catch (IOException noKill) {
                    System.err.println("gapura: SIGHUP could not be passed on to process " + child.pid());
                }
            });
        } catch (IllegalArgumentException notHere) {
            // No such signal on this system.
        }
    }

    /// The command line of the child. Our options stand before the caller's, so that the caller's win.
    static List<String> command(String home, List<String> options, String classPath, String[] arguments) {
        List<String> command = new ArrayList<>();
        command.add(javaOf(home));
        command.addAll(OPTIONS);
        for (String option : options) {
            if (isForwarded(option)) {
                command.add(option);
            }
        }
        command.add("-D" + RESTARTED + "=true");
        command.add("-cp");
        command.add(classPath);
        command.add("dev.gapura.app.Launcher");
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /// Everything that shapes a JVM; not a debugger's agent, whose port this process already holds.
    static boolean isForwarded(String option) {
        return option.startsWith("-D")
                || (option.startsWith("-X") && !option.startsWith("-Xrunjdwp"))
                || option.startsWith("-javaagent:")
                || option.startsWith("-ea")
                || option.startsWith("--add-");
    }

    /// Home of a JDK that is new enough, or null. What somebody chose comes before what merely lies around.
    static String findJdk(Map<String, String> environment) {
        for (String home : candidates(environment, System.getProperty("user.home"))) {
            if (version(home) >= NEEDED) {
                return home;
            }
        }
        return null;
    }

    /// Folders that may be a JDK, in the order of `.mvn/jdk.sh`.
    static Set<String> candidates(Map<String, String> environment, String userHome) {
        Set<String> homes = new LinkedHashSet<>();
        for (String variable : List.of("GAPURA_JAVA_HOME", "JAVA_HOME")) {
            String home = environment.getOrDefault(variable, "").trim();
            if (!home.isEmpty()) {
                homes.add(home);
            }
        }
        addPath(homes, environment.getOrDefault("PATH", environment.getOrDefault("Path", "")));
        for (String folder : List.of("/usr/lib/jvm", "/usr/java", "/opt/java", "/opt")) {
            addChildren(homes, folder, "");
        }
        addChildren(homes, userHome + "/.sdkman/candidates/java", "");
        addChildren(homes, userHome + "/.jdks", "");
        addChildren(homes, "/Library/Java/JavaVirtualMachines", "/Contents/Home");
        addChildren(homes, userHome + "/Library/Java/JavaVirtualMachines", "/Contents/Home");
        for (String folder : List.of("/opt/homebrew/opt", "/usr/local/opt")) {
            addChildren(homes, folder, "/libexec/openjdk.jdk/Contents/Home");
        }
        String programs = environment.getOrDefault("ProgramFiles", "");
        if (!programs.isEmpty()) {
            for (String vendor :
                    List.of("Java", "Eclipse Adoptium", "Microsoft", "Zulu", "Amazon Corretto", "BellSoft")) {
                addChildren(homes, programs + "\\" + vendor, "");
            }
        }
        return homes;
    }

    private static void addPath(Set<String> homes, String path) {
        for (String entry : path.split(Pattern.quote(File.pathSeparator))) {
            try {
                Path java = entry.isEmpty() ? null : Paths.get(javaIn(entry));
                if (java != null && Files.isExecutable(java)) {
                    Path bin = java.toRealPath().getParent();
                    if (bin != null && bin.getParent() != null) {
                        homes.add(bin.getParent().toString());
                    }
                }
            } catch (IOException | IllegalArgumentException unusable) {
                // An entry that is no folder: the next one.
            }
        }
    }

    private static void addChildren(Set<String> homes, String folder, String below) {
        List<String> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(Paths.get(folder), Files::isDirectory)) {
            for (Path child : stream) {
                children.add(child + below);
            }
        } catch (IOException | IllegalArgumentException notThere) {
            return;
        }
        children.sort(null);
        homes.addAll(children);
    }

    /// Feature version that the `release` file of a JDK names; 0 where there is no runnable Java.
    static int version(String home) {
        try {
            if (!Files.isExecutable(Paths.get(javaOf(home)))) {
                return 0;
            }
            byte[] release = Files.readAllBytes(Paths.get(home, "release"));
            return releaseVersion(new String(release, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException notAJdk) {
            return 0;
        }
    }

    static int releaseVersion(String release) {
        Matcher matcher = RELEASE_VERSION.matcher(release);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static String javaOf(String home) {
        return javaIn(home + File.separator + "bin");
    }

    private static String javaIn(String folder) {
        return folder + File.separator + (File.separatorChar == '\\' ? "java.exe" : "java");
    }
}
