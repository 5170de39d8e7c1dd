package dev.gapura.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Nearest;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolRun;
import dev.gapura.tools.ToolSource;
import dev.gapura.tools.ToolWorker;
import dev.gapura.wire.JsonTree;
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
        String entry = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
        return flags.with(environment, List.of(entry), registry -> run(tool(registry, entry)));
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

    private int run(ServerTool tool) throws Exception {
        ToolWorker.Done done = ToolWorker.start(tool, "test", arguments).done().get();
        ToolRun run = done.run();
        if (flags.json) {
            ObjectNode answer = JsonTree.object().put("status", run.status().text());
            answer.put("ms", run.millis()).put("bytes", run.resultBytes());
            spec.commandLine()
                    .getOut()
                    .println(JsonTree.text(answer.put("result", done.output().text())));
        } else {
            spec.commandLine().getOut().println(done.output().text());
            spec.commandLine()
                    .getErr()
                    .println(run.status().text() + ", " + run.millis() + " ms, " + run.resultBytes() + " bytes");
        }
        spec.commandLine().getOut().flush();
        return run.status() == ToolRun.Status.OK ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
