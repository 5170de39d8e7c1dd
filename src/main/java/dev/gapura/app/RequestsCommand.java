package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `gapura requests`: shows the history of requests, or follows it.
@Command(
        name = "requests",
        header = "Shows the history of requests, or follows it.",
        description = {"Speaks to the gateway that runs on the data folder, or opens its database when none runs.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n")
final class RequestsCommand implements Callable<Integer> {
    private static final String DATA = "data: ";

    private final CommandLine line;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    private RequestsCommand(Map<String, String> environment) {
        line = new CommandLine(this);
        line.addSubcommand(new ListRequests(environment));
        line.addSubcommand(new Tail(environment));
    }

    /// The command with those below it.
    static CommandLine create(Map<String, String> environment) {
        return new RequestsCommand(environment).line;
    }

    @Override
    public Integer call() {
        line.usage(line.getOut());
        return CommandLine.ExitCode.USAGE;
    }

    /// Which requests are wanted.
    static final class Wanted {
        @Option(names = "--model", paramLabel = "NAME", description = "Only of this model, as its provider knows it.")
        @Nullable
        String model;

        @Option(names = "--provider", paramLabel = "NAME", description = "Only of this provider.")
        @Nullable
        String provider;

        @Option(names = "--key", paramLabel = "NAME", description = "Only of keys of this name.")
        @Nullable
        String key;

        @Option(names = "--status", paramLabel = "CODE", description = "Only of this status, such as 429 or 5xx.")
        @Nullable
        String status;

        @Option(names = "--text", paramLabel = "WORDS", description = "Only where all these words are found.")
        @Nullable
        String text;

        String query() {
            return Texts.parameter("model", model)
                    + Texts.parameter("provider", provider)
                    + Texts.parameter("key", key)
                    + Texts.parameter("status", status)
                    + Texts.parameter("text", text);
        }
    }

    private static String[] cells(JsonNode request) {
        JsonNode tokens = request.path("tokens");
        long prompt = tokens.path("input").longValue()
                + tokens.path("cached").longValue()
                + tokens.path("cache_write").longValue();
        long completion =
                tokens.path("output").longValue() + tokens.path("reasoning").longValue();
        return new String[] {
            Texts.moment(request.path("time")),
            request.path("status").asText(),
            Texts.text(request.path("key")),
            request.path("provider").isTextual()
                    ? request.path("provider").asText() + "/"
                            + request.path("model").asText()
                    : Texts.text(request.path("model_asked")),
            tokens.isObject() ? prompt + "+" + completion : "",
            Texts.usd(request.path("cost_nano_usd")),
            request.path("duration_ms").asText(),
            request.path("id").asText()
        };
    }

    /// `gapura requests list`.
    @Command(
            name = "list",
            sortOptions = false,
            header = "Lists requests, the newest first. Times are UTC, tokens are prompt+completion.",
            optionListHeading = "%nOptions:%n",
            footer = {"", "Example:", "  gapura requests list --since 1h --status 5xx"})
    static final class ListRequests implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Mixin
        final Wanted wanted = new Wanted();

        @Option(
                names = "--since",
                paramLabel = "TIME",
                converter = Texts.DurationConverter.class,
                description = "Only what came within the last 30m, 8h, 7d.")
        @Nullable
        Duration since;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 20.")
        int limit = 20;

        ListRequests(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            String from =
                    since == null ? "" : "&from=" + Instant.now().minus(since).toEpochMilli();
            return flags.print(
                    environment,
                    administrator ->
                            administrator.call("GET", "/requests?limit=" + limit + from + wanted.query(), null),
                    ListRequests::table);
        }

        private static String table(JsonNode document) {
            Table table = new Table("time", "code", "key", "model", ">tokens", ">usd", ">ms", "id");
            document.path("data").forEach(request -> table.add(cells(request)));
            return table.text("No requests.");
        }
    }

    /// `gapura requests tail`.
    @Command(
            name = "tail",
            sortOptions = false,
            header = "Prints requests of the running gateway as they end, until it is interrupted.",
            optionListHeading = "%nOptions:%n")
    static final class Tail implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Mixin
        final Wanted wanted = new Wanted();

        Tail(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            String query = wanted.query();
            String target = "/requests/tail" + (query.isEmpty() ? "" : "?" + query.substring(1));
            return flags.run(environment, administrator -> administrator.follow(target, this::line));
        }

        private void line(String line) {
            if (!line.startsWith(DATA)) {
                return;
            }
            JsonNode told = JsonTree.readOrNull(line.substring(DATA.length()));
            if (told == null) {
                return;
            }
            if (flags.json) {
                flags.out().println(line.substring(DATA.length()));
            } else if (told.has("requests")) {
                flags.out().println("… " + told.path("requests").asText() + " more, which came too fast");
            } else {
                String[] cells = cells(told);
                flags.out()
                        .println(String.format(
                                java.util.Locale.ROOT,
                                "%s  %s  %-12s  %-28s  %9s  %9s  %6s ms",
                                cells[0],
                                cells[1],
                                cells[2],
                                cells[3],
                                cells[4],
                                cells[5],
                                cells[6]));
            }
            flags.out().flush();
        }
    }
}
