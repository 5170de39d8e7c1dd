package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gapura keys`: makes, lists, rotates and revokes keys.
@Command(
        name = "keys",
        header = "Makes, lists, rotates and revokes keys.",
        description = {
            "Speaks to the gateway that runs on the data folder, or opens its database when none runs.",
            "Keys of the configuration are not listed: their file has them.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n")
final class KeysCommand implements Callable<Integer> {
    private static final String NO_KEYS = "No keys. Make one: gapura keys create NAME";

    private final CommandLine line;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    private KeysCommand(Map<String, String> environment) {
        line = new CommandLine(this);
        line.addSubcommand(new Create(environment));
        line.addSubcommand(new ListKeys(environment));
        line.addSubcommand(new Rotate(environment));
        line.addSubcommand(new Revoke(environment));
    }

    /// The command with those below it.
    static CommandLine create(Map<String, String> environment) {
        return new KeysCommand(environment).line;
    }

    @Override
    public Integer call() {
        line.usage(line.getOut());
        return CommandLine.ExitCode.USAGE;
    }

    private static String made(JsonNode document) {
        return "  " + document.path("secret").asText() + System.lineSeparator()
                + System.lineSeparator()
                + "Key '" + document.at("/key/name").asText() + "' ("
                + document.at("/key/id").asText()
                + "). The key above is shown this once." + System.lineSeparator();
    }

    /// Id of the key that somebody names, by its name or its id.
    private static String id(Administrator administrator, String named) {
        JsonNode found = administrator
                .call("GET", "/keys?limit=2" + Texts.parameter("name", named), null)
                .path("data");
        if (found.size() > 1) {
            throw new Administrator.Refusal(
                    400, "There are several keys named '" + named + "'; give the id that 'gapura keys list' shows.");
        }
        return found.isEmpty() ? named : found.at("/0/id").asText();
    }

    private static String path(Administrator administrator, String named) {
        return "/keys/" + java.net.URLEncoder.encode(id(administrator, named), java.nio.charset.StandardCharsets.UTF_8);
    }

    /// `gapura keys create`.
    @Command(
            name = "create",
            sortOptions = false,
            header = "Makes a key and prints it, once.",
            optionListHeading = "%nOptions:%n",
            footer = {"", "Example:", "  gapura keys create ci --model 'openai/*' --model 'sim/*' --expires 90d"})
    static final class Create implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Parameters(paramLabel = "NAME", description = "For people; shown in history and logs.")
        String name = "";

        @Option(
                names = "--model",
                paramLabel = "PATTERN",
                description = "Models it may use; may be given several times.")
        @Nullable
        List<String> models;

        @Option(
                names = "--tool",
                paramLabel = "PATTERN",
                description = "Server tools it may use; may be given several times.")
        @Nullable
        List<String> tools;

        @Option(
                names = "--address",
                paramLabel = "CIDR",
                description = "Networks it may be used from; may be given several times.")
        @Nullable
        List<String> addresses;

        @Option(names = "--team", paramLabel = "ID", description = "Team that it is for.")
        @Nullable
        String team;

        @Option(names = "--person", paramLabel = "ID", description = "Whose own key it is.")
        @Nullable
        String person;

        @Option(
                names = "--expires",
                paramLabel = "IN",
                converter = Texts.DurationConverter.class,
                description = "When it ends, from now: 8h, 90d. Default: never.")
        @Nullable
        Duration expires;

        Create(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonTree.object().put("name", name);
            if (team != null) {
                body.put("team", team);
            }
            if (person != null) {
                body.put("person", person);
            }
            if (expires != null) {
                body.put("expires", Instant.now().plus(expires).toEpochMilli());
            }
            ObjectNode policy = body.putObject("policy");
            put(policy, "models", models);
            put(policy, "tools", tools);
            put(policy, "addresses", addresses);
            return flags.print(
                    environment, administrator -> administrator.call("POST", "/keys", body), KeysCommand::made);
        }

        private static void put(ObjectNode policy, String name, @Nullable List<String> values) {
            if (values != null) {
                values.forEach(policy.putArray(name)::add);
            }
        }
    }

    /// `gapura keys list`.
    @Command(
            name = "list",
            sortOptions = false,
            header = "Lists keys, the newest first.",
            optionListHeading = "%nOptions:%n")
    static final class ListKeys implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Option(names = "--revoked", description = "Revoked ones too.")
        boolean revoked;

        @Option(
                names = "--search",
                paramLabel = "TEXT",
                description = "Part of the name, of the beginning or of who has it; or an id.")
        @Nullable
        String search;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
        int limit = 100;

        ListKeys(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            return flags.print(
                    environment,
                    administrator -> administrator.call(
                            "GET",
                            "/keys?limit=" + limit + "&revoked=" + revoked + Texts.parameter("search", search),
                            null),
                    this::table);
        }

        private String table(JsonNode document) {
            Table table = new Table("id", "name", "key", "team", "person", "created", "expires", "last used");
            for (JsonNode key : document.path("data")) {
                table.add(
                        key.path("id").asText(),
                        key.path("name").asText(),
                        key.path("prefix").asText() + "…",
                        Texts.text(key.path("team")),
                        Texts.text(key.path("person")),
                        Texts.day(key.path("created")),
                        key.path("revoked").isNumber() ? "revoked" : Texts.day(key.path("expires")),
                        Texts.day(key.path("last_used")));
            }
            return table.text(
                            search == null
                                    ? NO_KEYS
                                    : "No key has '" + search
                                            + "' in its name or beginning, or is of somebody who has.")
                    + Texts.more(document);
        }
    }

    /// `gapura keys rotate`.
    @Command(
            name = "rotate",
            sortOptions = false,
            header = "Gives a key a new secret and prints it, once.",
            optionListHeading = "%nOptions:%n")
    static final class Rotate implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Parameters(paramLabel = "KEY", description = "Its name, or its id.")
        String key = "";

        @Option(
                names = "--overlap",
                paramLabel = "TIME",
                converter = Texts.DurationConverter.class,
                description = "How long the former secret goes on working: 0s, 1h, 7d. Default: 1h.")
        Duration overlap = Duration.ofHours(1);

        Rotate(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            ObjectNode body = JsonTree.object().put("overlap_seconds", overlap.toSeconds());
            return flags.print(
                    environment,
                    administrator -> administrator.call("POST", path(administrator, key) + ":rotate", body),
                    KeysCommand::made);
        }
    }

    /// `gapura keys revoke`.
    @Command(
            name = "revoke",
            sortOptions = false,
            header = "Revokes a key, at once and for good.",
            optionListHeading = "%nOptions:%n")
    static final class Revoke implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Parameters(paramLabel = "KEY", description = "Its name, or its id.")
        String key = "";

        Revoke(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            return flags.print(
                    environment,
                    administrator -> administrator.call("DELETE", path(administrator, key), null),
                    revoked -> "Key '" + revoked.path("name").asText() + "' ("
                            + revoked.path("id").asText() + ") is revoked." + System.lineSeparator());
        }
    }
}
