package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.ConfigLoader;
import dev.gapura.config.Loaded;
import dev.gapura.config.Overrides;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the gateway was configured with, without secrets, and reading it again.
public final class SettingsRoutes {
    private final Supplier<Config> config;
    private final Supplier<@Nullable Path> source;
    private final Callable<Loaded> reload;
    private final ObjectNode defaults = SettingsJson.of(
            new ConfigLoader(Map.of(), Set.of()).load(null, Overrides.NONE).config());

    /// @param config in use now
    /// @param source the file that it was read from, null where there is none
    /// @param reload reads the file again and takes it into use; blocks; throws [ConfigException] where it
    ///     cannot be
    public SettingsRoutes(Supplier<Config> config, Supplier<@Nullable Path> source, Callable<Loaded> reload) {
        this.config = config;
        this.source = source;
        this.reload = reload;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/settings",
                        Permission.OPERATE,
                        "Tells the configuration in use, without secrets. It is changed in its file.",
                        Shape.object(),
                        ask -> Answer.now(settings())),
                Route.post(
                        "/reload",
                        Permission.OPERATE,
                        "Reads the configuration again. A file that cannot be used changes nothing, and is told why.",
                        Shape.members(),
                        Shape.members(Parameter.of(
                                "warnings", Shape.listOf(Shape.text()), "What is odd about it, and in use anyway.")),
                        ask -> CompletableFuture.supplyAsync(
                                this::again,
                                task -> Thread.ofVirtual().name("reload").start(task))));
    }

    /// With the file that it was read from, and what would hold without one.
    private ObjectNode settings() {
        ObjectNode document = SettingsJson.of(config.get());
        Path file = source.get();
        document.put("source", file == null ? null : file.toString());
        document.set("defaults", defaults);
        return document;
    }

    private Answer again() {
        try {
            Loaded loaded = reload.call();
            ObjectNode document = JsonTree.object();
            ArrayNode warnings = document.putArray("warnings");
            loaded.warnings().forEach(warning -> warnings.add(warning.toString()));
            return Answer.of(document);
        } catch (ConfigException wrong) {
            throw new GatewayException(Failure.of(
                            FailureKind.INVALID_REQUEST,
                            "The configuration was not changed, the former one stays in use: " + wrong.getMessage())
                    .withCode("invalid_configuration"));
        } catch (Exception fault) {
            throw new CompletionException(fault);
        }
    }
}
