package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConformanceCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();

    private int run(String... arguments) {
        CommandLine line = CommandLineFactory.create(environment, (loaded, data) -> {
            throw new AssertionError("nothing is started");
        });
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void printsATableForEachProvider() {
        assertThat(run("conformance")).isZero();
        assertThat(out.toString())
                .contains("\nopenai (openai_chat)\n", "\nanthropic (anthropic)\n", "openai-chat/", "not offered: ")
                .contains("recordings    recorded  like  written  not offered");
        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(err).hasToString("");
    }

    @Test
    void takesTheWidthOfTheTerminal() {
        environment.put("COLUMNS", "160");
        run("conformance", "-f", "sources");
        assertThat(out.toString().lines()).anyMatch(line -> line.length() > 100);
        out.getBuffer().setLength(0);
        run("conformance", "-f", "sources", "--width", "70");
        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(70));
    }

    @Test
    void aWidthMustLeaveRoomForATable() {
        assertThat(run("conformance", "--width", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("--width must be at least 60").doesNotContain("--help");
        assertThat(run("conformance", "--width", "abc")).isEqualTo(2);
        assertThat(err.toString())
                .contains("gapura: 'abc' is not a whole number; write --width and a number")
                .contains("'gapura conformance --help' tells");
        assertThat(out).hasToString("");
    }

    @Test
    void showsOneProviderOrOneFeature() {
        assertThat(run("conformance", "--provider", "cohere")).isZero();
        assertThat(out.toString()).contains("\ncohere (cohere)\n").doesNotContain("anthropic (anthropic)");
        out.getBuffer().setLength(0);
        assertThat(run("conformance", "--feature", "Parallel-Calls")).isZero();
        assertThat(out.toString())
                .contains("\nparallel calls: ", "  anthropic (anthropic)\n")
                .doesNotContain("stop");
    }

    @Test
    void printsJsonForPrograms() {
        assertThat(run("conformance", "--json", "-p", "anthropic", "-f", "tools"))
                .isZero();
        JsonNode rows = Ask.json("{\"rows\":" + out + "}").get("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.at("/0/mode").asText()).isEqualTo("json");
        assertThat(rows.at("/1/mode").asText()).isEqualTo("sse");
        assertThat(rows.at("/0/kind").asText()).isEqualTo("recorded");
        assertThat(rows.at("/0/recording").asText()).matches("anthropic-messages/\\d{4}");
    }

    @Test
    void writesAFile(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.md");
        assertThat(run("conformance", "--output", page.toString())).isZero();
        assertThat(Files.readString(page)).isEqualTo(Files.readString(Path.of("docs/conformance.md")));
        assertThat(out).hasToString("");

        assertThat(run("conformance", "-o", folder.resolve("none/page.md").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no folder of that name");
    }

    @Test
    void tellsWhatThereIsNothingAbout() {
        assertThat(run("conformance", "--provider", "antropic")).isEqualTo(2);
        assertThat(err.toString()).contains("nothing about a provider 'antropic'; did you mean anthropic?");
        assertThat(run("conformance", "--feature", "colours")).isEqualTo(2);
        assertThat(err.toString()).contains("nothing about a feature 'colours'; there are text, system, tools");
    }

    @Test
    void isListedAndExplained() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("conformance");
        assertThat(run("conformance", "--help")).isZero();
        assertThat(out.toString()).contains("--provider", "--feature", "--json", "--output", "COLUMNS");
    }
}
