package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gapura people`: who may log in, and a way back for who lost a password.
@Command(
        name = "people",
        header = "Lists who may log in, and lets in who lost a password.",
        description = {"Speaks to the gateway that runs on the data folder, or opens its database when none runs.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n")
final class PeopleCommand implements Callable<Integer> {
    private final CommandLine line;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    private PeopleCommand(Map<String, String> environment) {
        line = new CommandLine(this);
        line.addSubcommand(new ListPeople(environment));
        line.addSubcommand(new ResetPassword(environment));
    }

    /// The command with those below it.
    static CommandLine create(Map<String, String> environment) {
        return new PeopleCommand(environment).line;
    }

    @Override
    public Integer call() {
        line.usage(line.getOut());
        return CommandLine.ExitCode.USAGE;
    }

    /// `gapura people list`.
    @Command(
            name = "list",
            sortOptions = false,
            header = "Lists people, the newest first.",
            optionListHeading = "%nOptions:%n")
    static final class ListPeople implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Option(names = "--search", paramLabel = "TEXT", description = "Part of the name or the address; or an id.")
        @Nullable
        String search;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
        int limit = 100;

        ListPeople(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            return flags.print(
                    environment,
                    administrator -> administrator.call(
                            "GET", "/people?limit=" + limit + Texts.parameter("search", search), null),
                    people -> {
                        Table table = new Table("id", "email", "name", "role", "organization", "created", "state");
                        for (JsonNode person : people.path("data")) {
                            table.add(
                                    person.path("id").asText(),
                                    person.path("email").asText(),
                                    person.path("name").asText(),
                                    person.path("role").asText(),
                                    person.path("organization").asText(),
                                    Texts.day(person.path("created")),
                                    person.path("disabled").isNumber() ? "disabled" : "");
                        }
                        return table.text(
                                        search == null
                                                ? "Nobody. The first start of a gateway makes an owner."
                                                : "Nobody has '" + search + "' in name or address.")
                                + Texts.more(people);
                    });
        }
    }

    /// `gapura people reset-password`.
    @Command(
            name = "reset-password",
            sortOptions = false,
            header = "Ends a password and every login, and prints a code to log in with, once.",
            optionListHeading = "%nOptions:%n")
    static final class ResetPassword implements Callable<Integer> {
        private final Map<String, String> environment;

        @Mixin
        final AdminFlags flags = new AdminFlags();

        @Parameters(paramLabel = "PERSON", description = "Their address, or their id.")
        String person = "";

        ResetPassword(Map<String, String> environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            return flags.print(
                    environment,
                    administrator -> administrator.call(
                            "POST",
                            "/people/" + URLEncoder.encode(id(administrator), StandardCharsets.UTF_8)
                                    + ":reset-password",
                            JsonTree.object()),
                    invited -> "  " + invited.path("code").asText() + System.lineSeparator()
                            + System.lineSeparator() + "The code above logs "
                            + invited.at("/person/email").asText()
                            + " in once, within seven days. It is shown this once." + System.lineSeparator());
        }

        private String id(Administrator administrator) {
            String cursor = "";
            while (true) {
                JsonNode page = administrator.call("GET", "/people?limit=500" + cursor, null);
                String found = find(page);
                if (found != null) {
                    return found;
                }
                if (!page.path("next").isTextual()) {
                    return person;
                }
                cursor = Texts.parameter("cursor", page.path("next").asText());
            }
        }

        private @Nullable String find(JsonNode page) {
            for (JsonNode one : page.path("data")) {
                if (one.path("email").asText().equals(person.strip().toLowerCase(Locale.ROOT))) {
                    return one.path("id").asText();
                }
            }
            return null;
        }
    }
}
