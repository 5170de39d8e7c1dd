package dev.gapura.app;

import dev.gapura.config.Nearest;
import dev.gapura.conformance.Conformance;
import dev.gapura.conformance.Feature;
import dev.gapura.conformance.Page;
import dev.gapura.conformance.Rows;
import dev.gapura.conformance.Selection;
import dev.gapura.conformance.Target;
import dev.gapura.conformance.TextTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `gapura conformance`: what has been seen to work with which provider, as the tests left it. Calls nobody and needs
/// no configuration.
@Command(
        name = "conformance",
        sortOptions = false,
        header = "Shows what has been seen to work with which provider, plain and streamed.",
        description = {
            "Each cell names a recorded exchange that was played through the gateway, or says what stands in its place.",
            "The results came with this version; nobody is called.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  gapura conformance --provider anthropic        one provider, feature by feature",
            "  gapura conformance --feature 'parallel calls'  one feature, provider by provider",
            "  gapura conformance --output conformance.md     everything, as a page of Markdown"
        })
final class ConformanceCommand implements Callable<Integer> {
    private static final String COLUMNS = "COLUMNS";
    private static final int USUAL_WIDTH = 80;
    private static final int LEAST_WIDTH = 60;

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Option(
            names = {"-p", "--provider"},
            paramLabel = "NAME",
            description = "Only this provider, in all of its languages; may be given several times.")
    List<String> providers = new ArrayList<>();

    @Option(
            names = {"-f", "--feature"},
            paramLabel = "NAME",
            description = "Only this feature, such as 'tools' or 'parallel-calls'; may be given several times. Without"
                    + " --provider the rows of a table are providers then.")
    List<String> features = new ArrayList<>();

    @Option(names = "--json", description = "Prints JSON, an object for each cell.")
    boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Writes a file in place of printing: Markdown, or JSON with --json.")
    @Nullable
    Path output;

    @Option(
            names = {"-w", "--width"},
            paramLabel = "N",
            description = "Characters in a line of what is printed, at least 60. Default: $COLUMNS, else 80.")
    @Nullable
    Integer width;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    ConformanceCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Conformance conformance = Conformance.read();
        List<Target> targets = targets(conformance);
        List<Feature> shown = features();
        Selection selection = new Selection(targets, shown, !features.isEmpty() && providers.isEmpty());
        Path file = output;
        if (file != null) {
            write(file, json ? Rows.of(selection) : Page.of(selection));
        } else {
            spec.commandLine().getOut().print(json ? Rows.of(selection) : TextTables.of(selection, width()));
            spec.commandLine().getOut().flush();
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Target> targets(Conformance conformance) {
        for (String name : providers) {
            if (!conformance.providers().contains(name)) {
                throw unknown("provider", name, conformance.providers());
            }
        }
        return conformance.targets().stream()
                .filter(target -> providers.isEmpty() || providers.contains(target.provider()))
                .toList();
    }

    private List<Feature> features() {
        List<Feature> wanted = new ArrayList<>();
        for (String name : features) {
            wanted.add(Feature.of(name).orElseThrow(() -> unknown("feature", name, titles())));
        }
        return wanted.isEmpty() ? List.of(Feature.values()) : wanted;
    }

    private static List<String> titles() {
        return Stream.of(Feature.values()).map(Feature::title).toList();
    }

    private ParameterException unknown(String what, String name, List<String> known) {
        List<String> near = Nearest.to(name, known, 2);
        String hint = near.isEmpty()
                ? "there are " + String.join(", ", known)
                : "did you mean " + String.join(" or ", near) + "?";
        return new ParameterException(
                spec.commandLine(), "there is nothing about a " + what + " '" + name + "'; " + hint);
    }

    private void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (NoSuchFileException missing) {
            throw new ParameterException(spec.commandLine(), file + ": there is no folder of that name", missing);
        }
    }

    private int width() {
        Integer given = width;
        if (given != null) {
            if (given < LEAST_WIDTH) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--width must be at least " + LEAST_WIDTH + "; tables do not fit into less");
            }
            return given;
        }
        String columns = environment.getOrDefault(COLUMNS, "").strip();
        return columns.matches("\\d{1,4}") ? Integer.parseInt(columns) : USUAL_WIDTH;
    }
}
