package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.wire.JsonTree;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `gapura tools list`.
@Command(
        name = "list",
        sortOptions = false,
        header = "Lists the server tools of the running gateway, or of a configuration, and why there are none.",
        description = "",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Exit code 1 where an entry has no tools."})
final class ToolsListCommand implements Callable<Integer> {
    private static final int WIDTH = 100;
    private static final int WIDEST_NAME = 40;

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Mixin
    final ToolsFlags flags = new ToolsFlags();

    ToolsListCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        try (RunningAdministrator running = flags.running(environment)) {
            return running == null
                    ? flags.with(environment, List.of(), registry -> print(sources(registry)))
                    : print(running.call("GET", "/tools", null).path("data"));
        } catch (Administrator.Refusal refusal) {
            spec.commandLine().getErr().println("gapura: " + refusal.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int print(JsonNode sources) {
        PrintWriter out = spec.commandLine().getOut();
        if (flags.json) {
            out.println(JsonTree.text(sources));
        } else {
            table(sources).forEach(out::println);
        }
        out.flush();
        for (JsonNode source : sources) {
            if (!source.path("trouble").asText().isEmpty()) {
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    /// As the admin API tells of them.
    private static ArrayNode sources(ToolRegistry registry) {
        ArrayNode list = JsonTree.array();
        registry.sources().forEach((name, source) -> {
            ObjectNode entry = list.addObject().put("name", name).put("trouble", source.trouble());
            ArrayNode tools = entry.putArray("tools");
            source.tools()
                    .forEach(tool -> tools.addObject()
                            .put("name", tool.name())
                            .put("description", tool.description())
                            .set("parameters", tool.parameters()));
        });
        return list;
    }

    private static List<String> table(JsonNode sources) {
        if (sources.isEmpty()) {
            return List.of("There is no entry under `tools`.");
        }
        Map<String, String> rows = new LinkedHashMap<>();
        for (JsonNode source : sources) {
            source.path("tools").forEach(tool -> rows.put(tool.path("name").asText(), firstLine(tool)));
            if (source.path("tools").isEmpty()) {
                rows.put(
                        source.path("name").asText(),
                        trouble(source.path("trouble").asText()));
            }
        }
        int wide = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        int column = Math.clamp(wide, 4, WIDEST_NAME);
        String format = "%-" + column + "s  %s";
        return rows.entrySet().stream()
                .map(row -> format.formatted(row.getKey(), row.getValue()))
                .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line)
                .map(String::stripTrailing)
                .toList();
    }

    private static String trouble(String why) {
        return "not available: " + (why.isEmpty() ? "it has no tools" : why);
    }

    private static String firstLine(JsonNode tool) {
        return tool.path("description")
                .asText()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }
}
