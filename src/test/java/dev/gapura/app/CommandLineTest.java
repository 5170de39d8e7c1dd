package dev.gapura.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Loaded;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Loaded> started = new ArrayList<>();
    private final List<Path> dataFolders = new ArrayList<>();
    private RuntimeException obstacle = new IllegalStateException("the test stops here");

    @TempDir
    private Path folder;

    @Test
    void checkTellsThatAllIsWell() throws Exception {
        Path file = file("providers: { local: { dialect: openai_chat, base_url: \"http://127.0.0.1:1/v1\" } }\n"
                + "models: { a: { targets: [sim/echo] }, b: { targets: [local/x] } }");

        assertThat(run("check", "--config", file.toString())).isZero();
        assertThat(out).hasToString(file + ": ok, 2 providers (local, sim), 2 aliases" + System.lineSeparator());
        assertThat(err).hasToString("");
    }

    @Test
    void checkTellsEveryProblemAndExitsWithTwo() throws Exception {
        Path file = file("server: { prot: 1 }\ntimeouts: { total: 5 }\n");

        assertThat(run("check", "-c", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .first()
                .isEqualTo(file + ":1:11: unknown key 'server.prot'; did you mean 'port'?");
    }

    @Test
    void checkTellsEveryProviderThatCannotBeBuilt() throws Exception {
        Path file = file("providers:\n  mine: { api_key: a }\n  openai: {}\n  yours: {}\n");

        assertThat(run("check", "-c", file.toString())).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith(file + ":2:3: ") && line.contains("'mine'"))
                .anyMatch(line -> line.startsWith(file + ":3:3: ") && line.contains("OPENAI_API_KEY"))
                .anyMatch(line -> line.startsWith(file + ":4:3: "));
    }

    @Test
    void checkWarnsOfWhatIsNotServedAndOfAliasesWithoutProvider() throws Exception {
        Path file = file("retries: { attempts: 3 }\nmodels: { a: { targets: [openai/gpt-5] } }");

        assertThat(run("check", "-c", file.toString())).isZero();
        assertThat(err.toString())
                .contains("warning: " + file + ":1:1: not served yet: retries")
                .contains("alias 'a': no access to openai/gpt-5");
    }

    @Test
    void checkWarnsOfNamesThatLeadNowhere() throws Exception {
        Path file = file("""
                auth:
                  keys:
                    - name: ci
                      key: 0123456789abcdef
                      models: ["opnai/*", smrat, "sim/*", "*", smart, "op*"]
                      tools: [nwo, now]
                      offer: ["nox.*"]
                limits: { models: { "antropic/*": { concurrent: 1 }, "open*": { concurrent: 1 } } }
                models: { smart: { targets: [sim/ehco] } }
                tools:
                  now: { kind: builtin, name: current_time, keys: [cj, ci] }
                  rain:
                    kind: http
                    url: "http://rain.example/{city}?d={day}"
                    description: d
                    parameters: { type: object, properties: { day: { type: string } } }
                """);

        assertThat(run("check", "-c", file.toString())).isZero();
        assertThat(err.toString().lines().map(line -> line.replace("warning: " + file + ":", "")))
                .containsExactly(
                        "5:16: auth.keys[0].models: 'opnai/*' matches no provider and no alias; did you mean 'openai'?",
                        "5:27: auth.keys[0].models: 'smrat' matches no provider and no alias; did you mean 'smart'?",
                        "6:15: auth.keys[0].tools: no tool of this file is named 'nwo'; did you mean 'now'?",
                        "7:15: auth.keys[0].offer: no tool of this file is named 'nox'; did you mean 'now'?",
                        "8:21: limits.models.antropic/* matches no model: there is no such provider; did you mean"
                                + " 'anthropic'?",
                        "11:52: tools.now.keys: no key of this file is named 'cj'; did you mean 'ci'?",
                        "14:10: tools.rain.url has {city}, and no parameter has that name; add it to"
                                + " tools.rain.parameters",
                        " alias 'smart': there is no model 'sim/ehco'; did you mean sim/echo?");
    }

    @Test
    void aProviderThatIsNearlyAKnownOneIsAskedAbout() throws Exception {
        Path file = file("providers: { opnai: {} }");

        assertThat(run("check", "-c", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("provider 'opnai' is not a known name; did you mean 'openai'? A name of your own needs ");
    }

    @Test
    void mistakesInEverySectionAreToldAtOnce() throws Exception {
        Path file = file("""
                server: { prot: 1 }
                providers:
                  openai: {}
                  mine: { api_key: "${NOPE}" }
                  yours: {}
                models: { a: { targets: [opnai/x] } }
                """);

        assertThat(run("check", "-c", file.toString())).isEqualTo(2);
        List<String> lines = err.toString().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).startsWith(file + ":1:11: unknown key 'server.prot'");
        assertThat(lines.get(1)).startsWith(file + ":3:3: provider 'openai' needs a key");
        assertThat(lines.get(2))
                .isEqualTo(file + ":4:20: providers.mine.api_key: the environment variable NOPE is not set; set it");
        assertThat(lines.get(3)).startsWith(file + ":5:3: provider 'yours' is not a known name");
        assertThat(lines.get(4)).startsWith(file + ":6:26: models.a.targets: there is no provider 'opnai'");
        assertThat(run("serve", "-c", file.toString())).isEqualTo(2);
        assertThat(started).isEmpty();
    }

    @Test
    void aFolderIsNoConfiguration() {
        assertThat(run("check", "--config", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).startsWith(folder + ": is a folder; name the file in it");
    }

    @Test
    void helpSaysNothingTwice() {
        for (String command : List.of("serve", "check")) {
            out.getBuffer().setLength(0);
            run(command, "--help");
            assertThat(out.toString().split(command.equals("serve") ? "Starts the" : "Validates a"))
                    .hasSize(2);
        }
    }

    @Test
    void aMissingFileIsAnError() {
        assertThat(run("serve", "--config", folder.resolve("none.yaml").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml: there is no such file");
        assertThat(started).isEmpty();
    }

    @Test
    void flagsBeatTheEnvironmentWhichBeatsTheFile() throws Exception {
        Path file = file("server: { host: from-file, port: 1, drain: 2s }");
        environment.put("GAPURA_CONFIG", file.toString());
        environment.put("GAPURA_HOST", "from-environment");
        environment.put("GAPURA_PORT", "2");
        environment.put("GAPURA_DATA", "from-environment");

        run("serve", "--port", "3");
        run();
        run("--data", "from-flag", "--host", "from-flag");

        assertThat(started)
                .extracting(loaded -> loaded.config().server().host())
                .containsExactly("from-environment", "from-environment", "from-flag");
        assertThat(started)
                .extracting(loaded -> loaded.config().server().port())
                .containsExactly(3, 2, 2);
        assertThat(dataFolders)
                .containsExactly(Path.of("from-environment"), Path.of("from-environment"), Path.of("from-flag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"70000", "-1", "x", "1.5"})
    void aPortMustBeOne(String port) {
        assertThat(run("serve", "--port", port)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("gapura: '" + port + "' is not a port (0..65535)" + System.lineSeparator());
        environment.put("GAPURA_PORT", port);
        assertThat(run("serve")).isEqualTo(2);
        assertThat(err.toString()).contains("GAPURA_PORT: '" + port + "' is not a port");
    }

    @Test
    void aPortInUse() {
        obstacle =
                new IllegalStateException(new IOException("bind(..) failed with error(-98): Address already in use"));

        assertThat(run("serve", "--port", "8080")).isEqualTo(1);
        assertThat(err.toString())
                .contains("port 8080 of 127.0.0.1 is in use; stop what listens there, or choose another port: "
                        + "gapura serve --port 8081");
    }

    @Test
    void wrongUsage() {
        assertThat(run("serv")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("gapura: unknown command 'serv'; did you mean serve?\n");
        assertThat(run("serve", "--prot", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("gapura: unknown option '--prot'; did you mean --port");
        assertThat(run("check", "a.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("gapura: unknown argument 'a.yaml'", "'gapura check --help'");
        assertThat(run("zzz")).isEqualTo(2);
        assertThat(err.toString()).endsWith("'gapura --help' tells what there is." + System.lineSeparator());
        assertThat(run("tools", "test")).isEqualTo(2);
        assertThat(err.toString())
                .contains("gapura: something is missing; write NAME", "'gapura tools test --help' tells");
        assertThat(run("check", "--config")).isEqualTo(2);
        assertThat(err.toString()).contains("gapura: something is missing; write --config FILE");
        assertThat(run("tools", "lst")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown argument 'lst'; did you mean list?");
    }

    @Test
    void helpAndVersion() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("serve", "check", "--config", "GAPURA_PORT", "Exit codes");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("gapura development (Java ");
        assertThat(run("check", "--help")).isZero();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("test.yaml"), text);
    }

    private int run(String... arguments) {
        GatewayStarter starter = (loaded, data) -> {
            started.add(loaded);
            dataFolders.add(data);
            throw obstacle;
        };
        CommandLine line = CommandLineFactory.create(environment, starter);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
