package dev.gapura.app;

import dev.gapura.config.Config;
import dev.gapura.config.Overrides;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.ToolEntry;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.tools.Plugins;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolSource;
import dev.gapura.tools.ToolSources;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Flags of the commands under `tools`, and the tools that they come to.
final class ToolsFlags {
    /// Programs that are fetched before they start take their time.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(20);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Takes the tools of this configuration, also where a gateway runs.")
    @Nullable
    Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the gateway. Default: $GAPURA_DATA, else ./data.")
    @Nullable
    Path data;

    @Option(names = "--json", description = "Prints JSON.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Tells this and ends.")
    boolean help;

    /// The gateway that runs on the data folder, to be closed; null where none runs, or a configuration
    /// was named.
    @Nullable
    RunningAdministrator running(Map<String, String> environment) {
        return config != null ? null : AdminFlags.running(folder(environment));
    }

    private Path folder(Map<String, String> environment) {
        Path named = data;
        return named != null ? named : Path.of(environment.getOrDefault("GAPURA_DATA", "data"));
    }

    /// What a command does with the tools.
    @FunctionalInterface
    interface Work {
        int run(ToolRegistry registry) throws Exception;
    }

    /// Gives the tools of the configuration to the work, once every server of those entries was tried, and
    /// ends them.
    ///
    /// @param wanted names of entries; empty: all
    int with(Map<String, String> environment, Collection<String> wanted, Work work) throws Exception {
        Path file = ServeFlags.configFile(config, environment, ServeFlags::exists);
        Config read = Startup.loader(environment).load(file, Overrides.NONE).config();
        Path folder = folder(environment);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (Outbound outbound = new Outbound(vertx, ProxySettings.from(environment));
                ToolSources sources = new ToolSources(
                        outbound, Plugins.load(folder.resolve("plugins")), GapuraCommand.Version.text())) {
            Map<String, ToolEntry> entries = new LinkedHashMap<>(read.tools());
            if (!wanted.isEmpty()) {
                entries.keySet().retainAll(wanted);
            }
            ToolRegistry registry = sources.registry(entries, new EgressRules(read.egress()));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!registry.sources().values().stream().allMatch(ToolSource::tried) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
            return work.run(registry);
        } finally {
            try {
                vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                // the process ends
            }
        }
    }
}
