package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Nearest;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolRun;
import dev.gapura.tools.ToolSource;
import dev.gapura.tools.ToolWorker;
import dev.gapura.wire.JsonTree;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `gapura tools test`.
@Command(
        name = "test",
        sortOptions = false,
        header = "Runs a server tool once, as a model would, and prints what the model would read.",
        description = "",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Exit code 1 where it fails."})
final class ToolsTestCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before any command runs
    CommandSpec spec;

    @Mixin
    final ToolsFlags flags = new ToolsFlags();

    @Parameters(index = "0", paramLabel = "NAME", description = "Whole name of the tool, such as docs.search.")
    String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ARGUMENTS",
            description = "Its arguments, a JSON object. Default: {}.")
    String arguments = "{}";

    ToolsTestCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (!(JsonTree.readOrNull(arguments) instanceof ObjectNode given)) {
            throw wrong("ARGUMENTS must be a JSON object, such as '{\"query\": \"rain\"}'");
        }
        try (RunningAdministrator running = flags.running(environment)) {
            if (running != null) {
                ObjectNode body = JsonTree.object();
                body.set("arguments", given);
                String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
                return print(running.call("POST", "/tools/" + path + ":test", body));
            }
        } catch (Administrator.Refusal refusal) {
            spec.commandLine().getErr().println("gapura: " + refusal.getMessage());
            return refusal.status() == 404 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        }
        String entry = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        return flags.with(environment, List.of(entry), registry -> print(run(tool(registry, entry))));
    }

    private ServerTool tool(ToolRegistry registry, String entry) {
        ServerTool tool = registry.find(name);
        if (tool != null) {
            return tool;
        }
        ToolSource source = registry.sources().get(entry);
        if (source == null) {
            throw wrong("no entry under `tools` is named '" + entry + "'; 'gapura tools list' tells what there is");
        }
        if (source.tools().isEmpty()) {
            throw wrong("'" + entry + "' is not available: " + source.trouble());
        }
        List<String> known = source.tools().stream().map(ServerTool::name).toList();
        List<String> near = Nearest.to(name, known, 2);
        throw wrong("there is no tool '" + name + "'; "
                + (near.isEmpty()
                        ? "there are " + String.join(", ", known)
                        : "did you mean " + String.join(" or ", near) + "?"));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /// As the admin API tells of a run.
    private ObjectNode run(ServerTool tool) throws Exception {
        ToolWorker.Done done = ToolWorker.start(tool, "test", arguments).done().get();
        return JsonTree.object()
                .put("status", done.run().status().text())
                .put("result", done.output().text())
                .put("ms", done.run().millis())
                .put("bytes", done.run().resultBytes());
    }

    private int print(JsonNode run) {
        String status = run.path("status").asText();
        if (flags.json) {
            spec.commandLine().getOut().println(JsonTree.text(run));
        } else {
            spec.commandLine().getOut().println(run.path("result").asText());
            spec.commandLine()
                    .getErr()
                    .println(status + ", " + run.path("ms").asLong() + " ms, "
                            + run.path("bytes").asLong() + " bytes");
        }
        spec.commandLine().getOut().flush();
        return status.equals(ToolRun.Status.OK.text()) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
