package dev.gapura.app;

import dev.gapura.access.FirstStart;
import dev.gapura.config.Config;
import dev.gapura.config.ConfigException;
import dev.gapura.config.ConfigLoader;
import dev.gapura.config.ConfigWatch;
import dev.gapura.config.Loaded;
import dev.gapura.config.NeedsRestart;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The life of a serving process: read, start, tell, watch, wait, drain.
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final CommandSpec spec;
    private final Map<String, String> environment;
    private final GatewayStarter starter;

    Serving(CommandSpec spec, Map<String, String> environment, GatewayStarter starter) {
        this.spec = spec;
        this.environment = environment;
        this.starter = starter;
    }

    /// Returns the exit code when the gateway has stopped.
    ///
    /// @throws ConfigException when the configuration cannot be used
    int run(ServeFlags flags) throws InterruptedException {
        ServeFlags.Resolved resolved = flags.resolve(environment, ServeFlags::exists);
        ConfigLoader loader = Startup.loader(environment);
        // Where there is no file yet, one that appears under the usual name counts from then on.
        Path file = resolved.file() == null ? ServeFlags.DEFAULT_FILE : resolved.file();
        String fingerprint = ConfigWatch.fingerprint(file);
        Loaded loaded = loader.load(resolved.file(), resolved.overrides());
        loaded.warnings().forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        Signals signals = new Signals();
        // Until somebody listens for it, SIGHUP would end the process.
        signals.ignoreHangUp();
        Running gateway = start(loaded, resolved.data());
        if (gateway == null) {
            return CommandLine.ExitCode.SOFTWARE;
        }
        try {
            tell(loaded.config(), resolved, gateway);
            Config running = loaded.config();
            gateway.reloadsBy(() -> {
                boolean there = resolved.file() != null || ServeFlags.exists(file);
                Loaded next = loader.load(there ? file : null, resolved.overrides());
                reload(gateway, next, running, file);
                return next;
            });
            Consumer<Loaded> reload = next -> reload(gateway, next, running, file);
            try (ConfigWatch watch = ConfigWatch.start(file, loader, resolved.overrides(), reload, fingerprint)) {
                LOG.debug("watching {} with {}", file, watch);
                signals.await();
            }
        } finally {
            gateway.close();
            signals.stopped();
        }
        return CommandLine.ExitCode.OK;
    }

    /// Takes a new configuration into use and tells what of it waits for a restart.
    private static void reload(Running gateway, Loaded next, Config running, Path file) {
        gateway.reload(next);
        NeedsRestart.changes(running.server(), next.config().server()).forEach(line -> LOG.warn("{}: {}", file, line));
        NeedsRestart.changes(running.storage(), next.config().storage())
                .forEach(line -> LOG.warn("{}: {}", file, line));
        NeedsRestart.changes(running.restrictions(), next.config().restrictions())
                .forEach(line -> LOG.warn("{}: {}", file, line));
    }

    /// On a terminal, standard output; anywhere else standard error, because standard output is read by
    /// whoever collects the access log and must hold nothing but its lines.
    private void tell(Config config, ServeFlags.Resolved resolved, Running gateway) {
        PrintWriter out =
                isTerminal() ? spec.commandLine().getOut() : spec.commandLine().getErr();
        CompletableFuture<Optional<FirstStart.Made>> made = gateway.firstStart();
        boolean late = !made.isDone();
        Banner.Facts facts = new Banner.Facts(
                GapuraCommand.Version.text(),
                config.server().host(),
                gateway.port(),
                gateway.adminPort(),
                config.server().tls() != null,
                gateway.providers(),
                late ? null : made.join().orElse(null),
                resolved.file());
        out.print(Banner.text(facts));
        out.flush();
        if (late) {
            made.thenAcceptAsync(known -> known.ifPresent(first -> {
                out.print(Banner.late(facts, first));
                out.flush();
            }));
        }
    }

    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// Null after the reason was told.
    private @Nullable Running start(Loaded loaded, Path data) {
        try {
            return starter.start(loaded, data);
        } catch (ConfigException wrong) {
            throw wrong;
        } catch (RuntimeException failed) {
            spec.commandLine()
                    .getErr()
                    .println("gapura: " + reason(failed, loaded.config().server()));
            return null;
        }
    }

    private static String reason(Throwable failed, Config.Server server) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof IOException && message.contains("in use")) {
                return "port " + server.port() + " of " + server.host() + " is in use; stop what listens there, or "
                        + "choose another port: gapura serve --port " + (server.port() % 65_535 + 1);
            }
            if (message.contains("Permission denied")) {
                return "this process may not listen on port " + server.port() + "; choose another one with --port";
            }
            if (cause instanceof BindException || cause instanceof UnknownHostException || isNotHere(message)) {
                return "'" + server.host() + "' is not an address of this machine; choose one with --host: 127.0.0.1 "
                        + "serves this machine alone, 0.0.0.0 serves on every address it has";
            }
        }
        LOG.error("the gateway did not start", failed);
        return "the gateway did not start: " + failed.getMessage();
    }

    /// The native transport reports what bind(2) answered as a plain I/O failure.
    private static boolean isNotHere(String message) {
        return message.contains("Cannot assign requested address");
    }
}
