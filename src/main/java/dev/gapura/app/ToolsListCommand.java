package dev.gapura.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolSource;
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
        header = "Lists the server tools of a configuration, and why there are none where there are none.",
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
        return flags.with(environment, List.of(), registry -> {
            PrintWriter out = spec.commandLine().getOut();
            if (flags.json) {
                out.println(JsonTree.text(json(registry)));
            } else {
                table(registry).forEach(out::println);
            }
            out.flush();
            return registry.sources().values().stream()
                            .allMatch(source -> source.trouble().isEmpty())
                    ? CommandLine.ExitCode.OK
                    : CommandLine.ExitCode.SOFTWARE;
        });
    }

    private static ArrayNode json(ToolRegistry registry) {
        ArrayNode list = JsonTree.array();
        registry.sources().forEach((name, source) -> {
            if (source.tools().isEmpty()) {
                list.addObject().put("entry", name).put("trouble", source.trouble());
            }
            source.tools().forEach(tool -> {
                ObjectNode one = list.addObject().put("entry", name).put("name", tool.name());
                one.put("description", tool.description()).set("parameters", tool.parameters());
            });
        });
        return list;
    }

    private static List<String> table(ToolRegistry registry) {
        if (registry.isEmpty()) {
            return List.of("The configuration has no entry under `tools`.");
        }
        Map<String, String> rows = new LinkedHashMap<>();
        registry.sources().forEach((name, source) -> {
            source.tools().forEach(tool -> rows.put(tool.name(), firstLine(tool)));
            if (source.tools().isEmpty()) {
                rows.put(name, trouble(source));
            }
        });
        int wide = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        int column = Math.clamp(wide, 4, WIDEST_NAME);
        String format = "%-" + column + "s  %s";
        return rows.entrySet().stream()
                .map(row -> format.formatted(row.getKey(), row.getValue()))
                .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line)
                .map(String::stripTrailing)
                .toList();
    }

    private static String trouble(ToolSource source) {
        return "not available: " + (source.trouble().isEmpty() ? "it has no tools" : source.trouble());
    }

    private static String firstLine(ServerTool tool) {
        return tool.description()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }
}
