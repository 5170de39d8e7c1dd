package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.telemetry.ToolRun;
import dev.gapura.tools.RegisteredTools;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolSource;
import dev.gapura.tools.ToolWorker;
import dev.gapura.wire.JsonTree;
import io.vertx.core.http.HttpServerResponse;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Server tools: what is there, what was registered here, and trying one out.
public final class ToolRoutes {
    private static final Shape.Members TOOL = Shape.members(
            Parameter.of("name", Shape.text(), "Whole name, such as `docs.search`."),
            Parameter.of("description", Shape.text(), "What the model reads about it."),
            Parameter.of("parameters", new Shape.Anything(), "JSON Schema of its arguments."),
            Parameter.of("idempotent", new Shape.Flag(), "Whether a run may be repeated."),
            Parameter.of("price_usd", Shape.number(), "Price of one run."));

    private static final Shape.Members SOURCE = Shape.members(
            Parameter.of("name", Shape.text(), "Name of the entry."),
            Parameter.of("origin", Shape.only("file", "registered"), "Where it stands; the file's wins."),
            Parameter.of("trouble", Shape.text(), "Why there are no tools; empty where all is well."),
            Parameter.of("tools", Shape.listOf(TOOL), "The tools that are there now."),
            Parameter.of("entry", new Shape.Anything(), "The entry, with `***` for secrets; null for the file's."),
            Parameter.of("changed_ms", Shape.whole(), "When it was changed; null for the file's."),
            Parameter.of("changed_by", Shape.text(), "Who changed it; null for the file's."));

    private static final Shape.Members RUN = Shape.members(
            Parameter.of("status", Shape.text(), "How it ended: `ok`, `failed`, `invalid_arguments`, `timeout`."),
            Parameter.of("result", Shape.text(), "What the model would read."),
            Parameter.of("ms", Shape.whole(), "How long it took."),
            Parameter.of("bytes", Shape.whole(), "Length of the result before it was cut."),
            Parameter.of("cost_usd", Shape.number(), "Price of the run."));

    private static final Parameter ENTRY = Parameter.of(
                    "entry",
                    new Shape.Anything(),
                    "Members as under `tools` in the configuration file, but `command`, `env`, `file` and plug-ins.")
            .asRequired();

    private final RegisteredTools registered;

    /// @param registered the process's
    public ToolRoutes(RegisteredTools registered) {
        this.registered = registered;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/tools",
                        Permission.READ_GATEWAY,
                        "Lists server tools, those of the configuration file and those registered here.",
                        Shape.members(Parameter.of("data", Shape.listOf(SOURCE), "Entries, by name.")),
                        this::list),
                Route.post(
                        "/tools",
                        Permission.OPERATE,
                        "Registers a server tool, or a server with tools.",
                        Shape.members(
                                Parameter.of("name", Shape.name(), "Name of the entry.")
                                        .asRequired(),
                                ENTRY),
                        SOURCE,
                        this::create),
                Route.patch(
                        "/tools/{name}",
                        Permission.OPERATE,
                        "Changes what was registered: members replace, null takes out, `***` leaves a secret.",
                        Shape.members(ENTRY),
                        SOURCE,
                        this::change),
                Route.delete(
                        "/tools/{name}",
                        Permission.OPERATE,
                        "Forgets what was registered. Runs under way end by themselves.",
                        SOURCE,
                        this::delete),
                Route.post(
                        "/tools/{name}:test",
                        Permission.OPERATE,
                        "Runs a tool once with these arguments; in the audit before it runs, in the history after.",
                        Shape.members(Parameter.of("arguments", new Shape.Anything(), "Its arguments, an object.")),
                        RUN,
                        this::test));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        ToolRegistry registry = ask.visit().snapshot().tools();
        return registered.list().thenApply(shown -> {
            Map<String, RegisteredTools.Shown> byName = new HashMap<>();
            shown.forEach(one -> byName.put(one.name(), one));
            Set<String> names = new TreeSet<>(registry.sources().keySet());
            names.addAll(byName.keySet());
            ObjectNode document = JsonTree.object();
            ArrayNode data = document.putArray("data");
            names.forEach(name -> data.add(source(name, byName.get(name), registry)));
            return Answer.of(document);
        });
    }

    private ObjectNode source(String name, RegisteredTools.@Nullable Shown shown, ToolRegistry registry) {
        ObjectNode one = JsonTree.object().put("name", name).put("origin", shown == null ? "file" : "registered");
        ToolSource source = registry.sources().get(name);
        one.put("trouble", source == null ? "it cannot be used; the log says why" : source.trouble());
        ArrayNode tools = one.putArray("tools");
        if (source != null) {
            source.tools().forEach(tool -> tools.add(tool(tool)));
        }
        one.set("entry", shown == null ? null : shown.entry());
        one.put("changed_ms", shown == null ? null : Long.valueOf(shown.changedMillis()));
        return one.put("changed_by", shown == null ? null : shown.changedBy());
    }

    private static ObjectNode tool(ServerTool tool) {
        ObjectNode one = JsonTree.object()
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", tool.parameters());
        one.put("idempotent", tool.terms().idempotent());
        return one.put(
                "price_usd", BigDecimal.valueOf(tool.terms().priceNanoUsd(), 9).stripTrailingZeros());
    }

    private CompletableFuture<Answer> create(Ask ask) {
        String name = ask.body().path("name").asText();
        return registered
                .create(ask.caller().required(), name, entry(ask))
                .thenApply(shown -> Answer.created(alone(shown)));
    }

    private CompletableFuture<Answer> change(Ask ask) {
        return registered
                .change(ask.caller().required(), ask.path("name"), entry(ask))
                .thenApply(shown -> Answer.of(alone(shown)));
    }

    private CompletableFuture<Answer> delete(Ask ask) {
        return registered.delete(ask.caller().required(), ask.path("name")).thenApply(shown -> Answer.of(alone(shown)));
    }

    /// What a change answers: its tools are there once the gateway has taken it over, as the list tells.
    private ObjectNode alone(RegisteredTools.Shown shown) {
        return source(shown.name(), shown, ToolRegistry.EMPTY).put("trouble", "");
    }

    private static ObjectNode entry(Ask ask) {
        if (ask.body().path("entry") instanceof ObjectNode entry) {
            return entry;
        }
        throw new GatewayException(Failure.invalid("entry", "`entry` must be an object."));
    }

    private CompletableFuture<Answer> test(Ask ask) {
        String name = ask.path("name");
        ServerTool tool = ask.visit().snapshot().tools().find(name);
        if (tool == null) {
            throw new GatewayException(Failure.of(
                            FailureKind.NOT_FOUND,
                            "There is no tool '" + name + "' now; GET /admin/api/tools lists those that are there.")
                    .withCode("unknown_tool"));
        }
        String arguments =
                ask.body().has("arguments") ? JsonTree.text(ask.body().get("arguments")) : "{}";
        CompletableFuture<Void> left = left(ask.visit().request().response());
        return registered
                .tested(ask.caller().required(), name, ask.visit().requestId())
                .thenCompose(written -> run(ask, tool, arguments, left));
    }

    /// Completes when the client leaves.
    private static CompletableFuture<Void> left(HttpServerResponse response) {
        CompletableFuture<Void> left = new CompletableFuture<>();
        response.closeHandler(closed -> left.complete(null));
        response.exceptionHandler(reset -> left.complete(null));
        if (response.closed()) {
            left.complete(null);
        }
        return left;
    }

    private static CompletableFuture<Answer> run(
            Ask ask, ServerTool tool, String arguments, CompletableFuture<Void> left) {
        if (left.isDone()) {
            return CompletableFuture.failedFuture(new CancellationException("the client left"));
        }
        ToolWorker worker = ToolWorker.start(tool, "test", arguments);
        left.thenRun(worker::cancel);
        return worker.done().thenApply(done -> {
            dev.gapura.tools.ToolRun run = done.run();
            // Arguments are part of what was said, and the history keeps none of that for the administration.
            ask.visit()
                    .ran(new ToolRun(
                            run.name(),
                            run.status().text(),
                            0,
                            run.millis(),
                            run.resultBytes(),
                            run.costNanoUsd(),
                            null));
            if (left.isDone()) {
                throw new CancellationException("the client left");
            }
            ObjectNode told = JsonTree.object()
                    .put("status", run.status().text())
                    .put("result", done.output().text())
                    .put("ms", run.millis())
                    .put("bytes", run.resultBytes());
            told.put("cost_usd", BigDecimal.valueOf(run.costNanoUsd(), 9).stripTrailingZeros());
            return Answer.of(told);
        });
    }
}
