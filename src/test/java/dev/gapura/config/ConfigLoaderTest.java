package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final Set<String> KNOWN = Set.of("openai", "anthropic", "sim");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OPENAI_API_KEY",
            "sk-openai",
            "ANTHROPIC_API_KEY",
            "sk-ant",
            "CI_KEY",
            "ci-secret-value-0123456789",
            "EMPTY",
            "",
            "PORT",
            "9000");

    /// The *Configuration* section of the public contract, as printed there.
    private static final String CONTRACT = """
            server:    { host: 127.0.0.1, port: 8080, max_body_bytes: 33554432, drain: 30s }   # admin_port, tls: {certificate, key}
            storage:   { url: "sqlite:data/gapura.db" }          # or postgresql://user:pass@host/db
            shared:    { url: "redis://127.0.0.1:6379" }         # only for several replicas
            timeouts:  { connect: 5s, first_token: 120s, between_chunks: 120s, total: 15m }     # also under a provider
            retries:   { attempts: 3 }                             # upstream calls per client request, all targets together
            egress:    { allow: ["10.1.0.0/16", "127.0.0.1:9000"] }  # private addresses that tools and media fetches may reach
            auth:
              keys:                                                # besides those made in the console or by the API
                - { name: ci, key: "${CI_KEY}", models: ["openai/*", "sim/*"], tools: ["weather", "docs.*"], offer: ["weather"] }
            providers:                                             # the name is the prefix in `provider/model`
              openai:    { api_key: "${OPENAI_API_KEY}" }          # known names need nothing else
              anthropic: { api_key: "${ANTHROPIC_API_KEY}", base_url: "https://api.anthropic.com" }
              local:     { dialect: openai_chat, base_url: "http://127.0.0.1:8000/v1" }
            models:                                                # aliases: strategy order | weighted | cheapest | fastest
              smart: { targets: ["anthropic/claude-opus-5", "openai/gpt-5"], strategy: order }
            tools:                                                 # server tools
              weather: { kind: http, description: "Current weather of a city", method: GET, url: "https://weather.example/v1?city={city}",
                         headers: { authorization: "Bearer ${WEATHER_KEY:-none}" }, timeout: 10s, max_result_bytes: 65536, idempotent: true,
                         parameters: { type: object, properties: { city: { type: string } }, required: [city] } }
              docs:    { kind: mcp, url: "https://mcp.example/mcp", allow: [search] }
              files:   { kind: mcp, command: ["npx", "-y", "some-mcp-server", "/data"] }
              now:     { kind: builtin, name: current_time }
            """;

    private static final String CONTRACT_PROVIDERS = """
            providers:
              azure:   { base_url: "https://NAME.openai.azure.com", api_key: "x", api_version: "2024-10-21" }
              theirs:  { dialect: anthropic, base_url: "https://proxy.example", api_key: "x" }
              azure2:  { base_url: "https://NAME.openai.azure.com", entra: {tenant: t, client_id: c, client_secret: s} }
              vertex:  { project: my-project, location: us-central1 }
              bedrock: { region: us-east-1 }
              ollama:  { base_url: "http://127.0.0.1:11434" }
              mine:    { dialect: openai_chat, base_url: "https://proxy.example", api_key: "x", headers: { x-team: "a" }, timeouts: { first_token: 30s } }
            """;

    @Test
    void alertsAreReadAndWhatIsWrongIsNamed() {
        ConfigLoader loader = new ConfigLoader(Map.of(), Set.of());
        Alerts read = loader.parse(
                        "alerts: { url: \"https://hooks.example/x\", secret: s, thresholds: [100, 50, 50] }",
                        "test.yaml",
                        Overrides.NONE)
                .config()
                .restrictions()
                .alerts();
        assertThat(read.thresholds()).containsExactly(50, 100);
        assertThat(read.toString()).doesNotContain("hooks.example");
        assertThatThrownBy(() -> loader.parse(
                        "alerts: { url: \"ftp://x\", thresholds: [0, many] }", "test.yaml", Overrides.NONE))
                .hasMessageContaining("alerts.url is not an address")
                .hasMessageContaining("'0' is not a percentage")
                .hasMessageContaining("'many' is not a percentage");
    }

    @Test
    void readsTheContractsConfiguration() {
        Loaded loaded = load(CONTRACT);

        Config config = loaded.config();
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.keys()).singleElement().satisfies(key -> {
            assertThat(key.name()).isEqualTo("ci");
            assertThat(key.key().reveal()).isEqualTo("ci-secret-value-0123456789");
            assertThat(key.models()).containsExactly("openai/*", "sim/*");
        });
        assertThat(config.providers().keySet()).containsExactly("openai", "anthropic", "local");
        assertThat(config.providers().get("openai").apiKey()).isEqualTo(new Secret("sk-openai"));
        assertThat(config.providers().get("openai").position()).isEqualTo("test.yaml:11:3");
        assertThat(config.providers().get("local").baseUrl()).isEqualTo(URI.create("http://127.0.0.1:8000/v1"));
        assertThat(config.egress())
                .isEqualTo(new Config.Egress(
                        List.of(Objects.requireNonNull(Cidr.parse("10.1.0.0/16"))),
                        List.of(new Config.HostPort("127.0.0.1", 9000)),
                        true));
        assertThat(config.models().get("smart"))
                .isEqualTo(new Config.Alias(
                        "smart", List.of("anthropic/claude-opus-5", "openai/gpt-5"), Config.Strategy.ORDER));
        assertThat(loaded.warnings()).extracting(Warning::position).contains("test.yaml:5:1");
        Restrictions.Shared shared =
                Objects.requireNonNull(config.restrictions().shared());
        assertThat(shared.url().reveal()).isEqualTo("redis://127.0.0.1:6379");
        assertThat(shared.onLoss()).isEqualTo(Restrictions.OnLoss.LOCAL);
        assertThat(config.tools().keySet()).containsExactly("weather", "docs", "files", "now");
        assertThat(config.tools().get("files").source())
                .isEqualTo(new ToolEntry.Source.McpProcess(
                        List.of("npx", "-y", "some-mcp-server", "/data"), Map.of(), null));
        assertThat(config.keys().getFirst().tools()).containsExactly("weather", "docs.*");
        assertThat(config.keys().getFirst().offer()).containsExactly("weather");
        assertThat(loaded.warnings())
                .allSatisfy(warning -> assertThat(warning.message()).startsWith("not served yet: "));
    }

    @Test
    void theExampleLoadsWithoutAWarning() {
        Loaded example = new ConfigLoader(ENVIRONMENT, KNOWN).load(Path.of("docs/gapura.example.yaml"), Overrides.NONE);

        assertThat(example.warnings()).isEmpty();
        assertThat(example.config().server()).isEqualTo(Defaults.SERVER);
        assertThat(example.config().timeouts()).isEqualTo(Defaults.TIMEOUTS);
        assertThat(example.config().models()).containsOnlyKeys("smart", "echo");
    }

    @Test
    void readsWhatMayBeFetched() {
        Config.Egress egress =
                load("egress: { media: off, allow: [\"[::1]:90\", \"Files.Example:8443\", \"fd00::/8\", \"::1\"] }")
                        .config()
                        .egress();

        assertThat(egress.media()).isFalse();
        assertThat(egress.hosts())
                .containsExactly(
                        new Config.HostPort("0:0:0:0:0:0:0:1", 90), new Config.HostPort("files.example", 8443));
        assertThat(egress.networks()).containsExactly(Cidr.parse("fd00::/8"), Cidr.parse("::1"));
        assertThat(load("").config().egress()).isEqualTo(new Config.Egress(List.of(), List.of(), true));
        for (String wrong :
                List.of("10.0.0.0/33", "a.example", "a.example:0", "a.example:65536", "https://a:1", "1.2:3")) {
            assertThatThrownBy(() -> load("egress: { allow: [\"" + wrong + "\"] }"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("egress.allow");
        }
    }

    @Test
    void readsTheContractsOtherProviders() {
        Loaded loaded = load(CONTRACT_PROVIDERS);

        Config.ProviderEntry mine = loaded.config().providers().get("mine");
        assertThat(mine.headers()).containsExactly(Map.entry("x-team", "a"));
        assertThat(mine.timeouts().firstToken()).isEqualTo(Duration.ofSeconds(30));
        assertThat(mine.timeouts().total()).isEqualTo(Duration.ofMinutes(15));
        assertThat(loaded.config().providers())
                .containsOnlyKeys("azure", "theirs", "azure2", "vertex", "bedrock", "ollama", "mine");
        assertThat(loaded.config().providers().get("azure").apiVersion()).isEqualTo("2024-10-21");
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().providers().get("bedrock").cloud().region()).isEqualTo("us-east-1");
        Config.Cloud vertex = loaded.config().providers().get("vertex").cloud();
        assertThat(vertex.project()).isEqualTo("my-project");
        assertThat(vertex.location()).isEqualTo("us-central1");
        assertThat(loaded.config().providers().get("azure2").cloud().entra())
                .isEqualTo(new Config.Entra.Application("t", "c", new Secret("s")));
    }

    @Test
    void defaults() {
        Config config = load("").config();

        assertThat(config.server())
                .isEqualTo(new Config.Server(
                        "127.0.0.1",
                        8080,
                        33_554_432,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(60),
                        10_000,
                        null,
                        new Config.Cors(List.of()),
                        List.of(),
                        new Config.AccessLog(Config.AccessLog.Kind.STDOUT, null),
                        null));
        assertThat(config.timeouts())
                .isEqualTo(new Config.Timeouts(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(120),
                        Duration.ofSeconds(120),
                        Duration.ofMinutes(15)));
        assertThat(config.keys()).isEmpty();
        assertThat(config.providers()).isEmpty();
        assertThat(config.models()).isEmpty();
    }

    @Test
    void sectionsWithoutContentAreDefaults() {
        assertThat(load("server:\nproviders:\nmodels: # none yet\n").config()).isEqualTo(load("").config());
        assertThat(load("providers:\n  openai:\n").config().providers()).containsOnlyKeys("openai");
    }

    @Test
    void everyProblemIsToldAtOnceWithItsPlace() {
        assertThat(problems("""
                        server: { prot: 80, port: 99999, drain: 30, access_log: "", trusted_proxies: [10.0.0.0/33] }
                        timeouts: { first_tokn: 3s, total: 0s }
                        provider: {}
                        models:
                          smart: { targets: [opnai/gpt-5, gpt-5] }
                          a/b: { targets: [sim/echo] }
                          empty: {}
                        auth: { keys: [ { name: x, key: "${NOPE}" } ] }
                        """))
                .containsExactly(
                        "test.yaml:1:11: unknown key 'server.prot'; did you mean 'port'?",
                        "test.yaml:1:27: server.port must be within 0..65535",
                        "test.yaml:1:41: server.drain: '30' is not a duration; write a number and a unit: 250ms, 10s, 15m, 1h",
                        "test.yaml:1:57: server.access_log is empty; give it a value or remove it",
                        "test.yaml:1:79: server.trusted_proxies: '10.0.0.0/33' is not an address or a network such as 10.0.0.0/8",
                        "test.yaml:2:13: unknown key 'timeouts.first_tokn'; did you mean 'first_token'?",
                        "test.yaml:2:36: timeouts.total must be at least 1ms",
                        "test.yaml:3:1: unknown key 'provider'; did you mean 'providers'?",
                        "test.yaml:5:22: models.smart.targets: there is no provider 'opnai'; did you mean 'openai'?",
                        "test.yaml:5:35: models.smart.targets: 'gpt-5' must have the shape provider/model",
                        "test.yaml:6:3: alias 'a/b' must be a name without '/': provider/model names are never looked up here",
                        "test.yaml:7:3: models.empty.targets is missing; write targets: [provider/model]",
                        "test.yaml:8:33: auth.keys[0].key: the environment variable NOPE is not set; set it");
    }

    @Test
    void problemsThatOthersFindStandAmongTheRest() {
        ConfigLoader loader = new ConfigLoader(
                Map.of(),
                KNOWN,
                config -> config.providers().values().stream()
                        .map(entry -> new Problem(entry.position(), entry.name() + " cannot be called"))
                        .toList());

        ConfigException wrong =
                catchThrowableOfType(ConfigException.class, () -> loader.parse("""
                        server: { prot: 1 }
                        providers:
                          one: { dialect: openai_chat }
                          two: { api_kee: x }
                          three: {}
                        models: { m: { targets: [] } }
                        """, "test.yaml", Overrides.NONE));

        assertThat(wrong.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "test.yaml:1:11: unknown key 'server.prot'; did you mean 'port'?",
                        "test.yaml:3:3: one cannot be called",
                        "test.yaml:4:10: unknown key 'providers.two.api_kee'; did you mean 'api_key'?",
                        "test.yaml:5:3: three cannot be called",
                        "test.yaml:6:11: models.m.targets is empty; write targets: [provider/model]");
    }

    @Test
    void aMissingSecretIsNotAnInvitationToWriteItDown() {
        assertThat(problems("providers: { openai: { api_key: \"${NOPE}\", headers: { x-key: \"${NOPE}\" } } }"))
                .hasSize(2)
                .allMatch(line -> line.endsWith("the environment variable NOPE is not set; set it"));
        assertThat(problems("server: { host: \"${NOPE}\" }"))
                .singleElement()
                .asString()
                .endsWith("set it, or write '${NOPE:-default}' to go without");
    }

    @Test
    void aShortKeyGivesAWarning() {
        assertThat(load("auth: { keys: [ { name: a, key: fifteen-letters }, { name: b, key: sixteen-letters- } ] }")
                        .warnings())
                .extracting(Warning::toString)
                .containsExactly("test.yaml:1:33: auth.keys[0].key is shorter than 16 characters and can be guessed; "
                        + "take a longer one");
    }

    @Test
    void aReferenceWithoutQuotesInBracesSaysSo() {
        assertThat(problems("providers:\n  openai: { api_key: ${OPENAI_API_KEY} }\n"))
                .singleElement()
                .asString()
                .startsWith("test.yaml:2:")
                .endsWith("; put quotes around it: \"${OPENAI_API_KEY}\"");
        assertThat(problems("auth: { keys: [ { name: a, key: ${CI_KEY:-x}, models: [a] } ] }"))
                .singleElement()
                .asString()
                .endsWith("; put quotes around it: \"${CI_KEY:-x}\"");
        assertThat(problems("server: { cors: [${CI_KEY}] }"))
                .singleElement()
                .asString()
                .endsWith("; put quotes around it: \"${CI_KEY}\"");
    }

    @Test
    void camelCaseFindsItsSnakeCase() {
        assertThat(problems("providers: { openai: { apiKey: x } }"))
                .containsExactly("test.yaml:1:24: unknown key 'providers.openai.apiKey'; did you mean 'api_key'?");
    }

    @Test
    void duplicateKeys() {
        assertThat(problems("server: {}\ntimeouts: {}\nserver: {}\n"))
                .containsExactly("test.yaml:3:1: duplicate key 'server', first at test.yaml:1:1; keep one of them");
    }

    @Test
    void wrongTypes() {
        assertThat(problems("""
                        server: [a]
                        timeouts: { connect: [5s], total: {} , first_token: }
                        providers: { x: { base_url: true, headers: { a: [b] } } }
                        auth: { keys: { name: x } }
                        models: { m: { targets: sim/echo } }
                        """))
                .contains(
                        "test.yaml:1:9: server must be a mapping of 'name: value'",
                        "test.yaml:2:22: timeouts.connect must be one value, not a list or a mapping",
                        "test.yaml:2:35: timeouts.total must be one value, not a list or a mapping",
                        "test.yaml:3:29: providers.x.base_url must be text; put 'true' in quotes if you mean it",
                        "test.yaml:3:49: providers.x.headers.a must be one value, not a list or a mapping",
                        "test.yaml:4:15: auth.keys must be a list of mappings: [ { … } ]",
                        "test.yaml:5:25: models.m.targets must be a list: [a, b]")
                .anyMatch(line -> line.endsWith("timeouts.first_token has no value; write one or remove the line"));
    }

    @Test
    void notYaml() {
        assertThat(problems("server: { port: 1\n")).singleElement().asString().startsWith("test.yaml:2:1: not YAML: ");
        assertThat(problems("a: 1\n---\nb: 2\n")).singleElement().asString().contains("not YAML");
        assertThat(problems("server: &a { tls: *a }")).isNotEmpty();
    }

    @Test
    void addresses() {
        assertThat(problems("""
                        providers:
                          a: { base_url: "ftp://x/v1" }
                          b: { base_url: "https://user:hunter2@x/v1" }
                          c: { base_url: "https://x/v1?key=1" }
                          d: { base_url: "x/v1" }
                          e: { proxy: "socks5://x:1" }
                          "f/g": { }
                          h: { headers: { Host: x, "a b": c, x-ok: "a\\nb" } }
                        server: { cors: { origins: ["https://a.example/", "*"] } }
                        """)).hasSize(11).noneMatch(line -> line.contains("hunter2"));
    }

    @Test
    void variablesMayStandInForNumbersAndLists() {
        Config config =
                load("server: { port: \"${PORT}\", host: \"${HOST:-0.0.0.0}\", cors: [\"${EMPTY:-https://a.example}\"] }")
                        .config();

        assertThat(config.server().port()).isEqualTo(9000);
        assertThat(config.server().host()).isEqualTo("0.0.0.0");
        assertThat(config.server().cors().origins()).containsExactly("https://a.example");
        assertThat(load("auth: { keys: [ { name: a, key: \"$${CI_KEY}\" } ] }")
                        .config()
                        .keys()
                        .getFirst()
                        .key()
                        .reveal())
                .isEqualTo("${CI_KEY}");
    }

    @Test
    void whatAVariableHoldsIsNotRepeated() {
        assertThat(problems("server: { port: \"${CI_KEY}\" }\nproviders: { x: { dialect: \"${CI_KEY}\" } }"))
                .hasSize(2)
                .noneMatch(line -> line.contains("ci-secret-value-0123456789"));
    }

    @Test
    void anEmptyKeyIsRefused() {
        assertThat(problems("auth: { keys: [ { name: a, key: \"${EMPTY}\" } ] }"))
                .containsExactly("test.yaml:1:33: auth.keys[0].key is empty; give it a value or remove it");
    }

    @Test
    void overridesBeatTheFile() {
        Config config = new ConfigLoader(Map.of(), KNOWN)
                .parse("server: { host: a, port: 1, drain: 1s }", "x", new Overrides("b", 2))
                .config();

        assertThat(config.server().host()).isEqualTo("b");
        assertThat(config.server().port()).isEqualTo(2);
        assertThat(config.server().drain()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void filesOfTlsMustBeThere(@TempDir Path folder) throws Exception {
        Path certificate = Files.writeString(folder.resolve("a.pem"), "x");

        assertThat(problems("server: { tls: { certificate: \"" + certificate + "\", key: /nowhere/key.pem } }"))
                .singleElement()
                .asString()
                .contains("server.tls.key: '/nowhere/key.pem' is not a file");
        assertThat(problems("server: { tls: { certificate: \"" + certificate + "\" } }"))
                .singleElement()
                .asString()
                .endsWith("server.tls.key is missing; name a PEM file");
    }

    @Test
    void filesThatCannotBeRead(@TempDir Path folder) throws Exception {
        ConfigLoader loader = new ConfigLoader(Map.of(), KNOWN);
        Path latin1 = Files.write(folder.resolve("latin1.yaml"), new byte[] {'#', (byte) 0xE9});

        assertThatThrownBy(() -> loader.load(folder.resolve("none.yaml"), Overrides.NONE))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("none.yaml: there is no such file; check the path");
        assertThatThrownBy(() -> loader.load(folder, Overrides.NONE))
                .hasMessage(folder + ": is a folder; name the file in it");
        assertThatThrownBy(() -> loader.load(latin1, Overrides.NONE)).hasMessageEndingWith("save it as UTF-8");
    }

    @Test
    void anArgumentDoesNotReachIntoTheHost() {
        for (String url : List.of("https://{host}/a", "https://example.org{x}/", "https://example.org:{port}/a")) {
            assertThat(problems("tools: { it: { kind: http, description: d, url: \"" + url + "\" } }"))
                    .as(url)
                    .singleElement()
                    .asString()
                    .contains("a host without arguments in it");
        }
    }

    @Test
    void nothingSecretIsPrinted() {
        String printed =
                load(CONTRACT + "").config() + "" + load(CONTRACT_PROVIDERS).config();

        assertThat(printed).doesNotContain("ci-secret-value-0123456789", "sk-openai", "sk-ant");
    }

    private static Loaded load(String yaml) {
        return new ConfigLoader(ENVIRONMENT, KNOWN).parse(yaml, "test.yaml", Overrides.NONE);
    }

    private static List<String> problems(String yaml) {
        ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> load(yaml));
        assertThat(wrong).as("a problem was expected").isNotNull();
        return wrong.problems().stream().map(Problem::toString).toList();
    }
}
