package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Durations;
import dev.gapura.config.Loaded;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// What the gateway was configured with, without secrets, and reading it again.
public final class SettingsRoutes {
    private final Supplier<Config> config;
    private final Callable<Loaded> reload;

    /// @param config in use now
    /// @param reload reads the file again and takes it into use; blocks; throws [ConfigException] where it
    ///     cannot be
    public SettingsRoutes(Supplier<Config> config, Callable<Loaded> reload) {
        this.config = config;
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
                        ask -> Answer.now(json(config.get()))),
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

    private static ObjectNode json(Config config) {
        ObjectNode document = JsonTree.object();
        Config.Server server = config.server();
        ObjectNode listener = document.putObject("server");
        listener.put("host", server.host());
        listener.put("port", server.port());
        listener.put("max_body_bytes", server.maxBodyBytes());
        listener.put("drain", Durations.write(server.drain()));
        listener.put("head_timeout", Durations.write(server.headTimeout()));
        listener.put("body_timeout", Durations.write(server.bodyTimeout()));
        listener.put("idle_timeout", Durations.write(server.idleTimeout()));
        listener.put("heartbeat", Durations.write(server.heartbeat()));
        listener.put("write_timeout", Durations.write(server.writeTimeout()));
        listener.put("max_connections", server.maxConnections());
        listener.put("tls", server.tls() != null);
        server.cors().origins().forEach(listener.putArray("cors")::add);
        server.trustedProxies().forEach(listener.putArray("trusted_proxies")::add);
        timeouts(document.putObject("timeouts"), config.timeouts());
        ObjectNode history = document.putObject("history");
        Config.History kept = config.storage().history();
        history.put("keep", Durations.write(kept.keep()));
        history.put("bodies", kept.bodies().name().toLowerCase(java.util.Locale.ROOT));
        history.put("body_max_bytes", kept.bodyMaxBytes());
        ArrayNode providers = document.putArray("providers");
        config.providers().forEach((name, entry) -> {
            ObjectNode one = providers.addObject();
            one.put("name", name);
            one.put("dialect", entry.dialect());
            one.put("api_key", entry.apiKey() == null ? null : "***");
            entry.headers().keySet().forEach(one.putArray("headers")::add);
            timeouts(one.putObject("timeouts"), entry.timeouts());
        });
        ObjectNode models = document.putObject("models");
        config.models()
                .forEach((name, alias) ->
                        alias.targets().forEach(models.putObject(name).putArray("targets")::add));
        ArrayNode keys = document.putArray("keys");
        config.keys().forEach(key -> {
            ObjectNode one = keys.addObject();
            one.put("id", "config:" + key.name());
            one.put("name", key.name());
            patterns(one, "models", key.models());
            patterns(one, "tools", key.tools());
            key.offer().forEach(one.putArray("offer")::add);
        });
        config.tools().keySet().forEach(document.putArray("tools")::add);
        return document;
    }

    private static void patterns(ObjectNode key, String name, @org.jspecify.annotations.Nullable List<String> values) {
        if (values == null) {
            key.putNull(name);
        } else {
            values.forEach(key.putArray(name)::add);
        }
    }

    private static void timeouts(ObjectNode object, Config.Timeouts timeouts) {
        object.put("connect", Durations.write(timeouts.connect()));
        object.put("first_token", Durations.write(timeouts.firstToken()));
        object.put("between_chunks", Durations.write(timeouts.betweenChunks()));
        object.put("total", Durations.write(timeouts.total()));
    }
}
