package dev.gapura.app;

import dev.gapura.access.ApiKey;
import dev.gapura.access.Authority;
import dev.gapura.access.Directory;
import dev.gapura.access.FirstStart;
import dev.gapura.access.Policy;
import dev.gapura.config.Loaded;
import dev.gapura.config.Overrides;
import dev.gapura.ledger.Ledger;
import dev.gapura.limit.QuotaStore;
import dev.gapura.sim.Simulator;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A whole gateway in the test's process, on a free port, with a data folder of its own and no access log. Its own
/// simulator can be scripted with [#simulator]; other fake providers are named in the YAML text by their address.
public final class TestGateway implements AutoCloseable {
    private final Path data;
    private final Gateway gateway;
    private final String key;

    private TestGateway(Path data, Gateway gateway) {
        this.data = data;
        this.gateway = gateway;
        this.key = gateway.firstStart()
                .getNow(Optional.empty())
                .flatMap(FirstStart.Made::key)
                .orElseGet(() -> anotherKey(gateway.directory()));
    }

    /// Starts with defaults.
    public static TestGateway start() {
        return start("");
    }

    /// Starts with this configuration. Host, port and access log are the test's.
    public static TestGateway start(String yaml) {
        return start(yaml, Map.of());
    }

    /// Starts on a new database of that kind; skips the test where there is none.
    ///
    /// @param storage further members of `storage`, separated by commas; may be empty
    public static TestGateway on(Kind kind, String yaml, String storage) {
        String members =
                switch (kind) {
                    case SQLITE -> storage;
                    case POSTGRESQL ->
                        "url: \"" + Postgres.shared().database() + "\"" + (storage.isEmpty() ? "" : ", ") + storage;
                };
        return start(yaml + "storage: { " + members + " }\n");
    }

    /// Starts with this configuration and these environment variables.
    public static TestGateway start(String yaml, Map<String, String> environment) {
        try {
            return start(Files.createTempDirectory("gapura-test"), yaml, environment);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Starts on a data folder that may have been another gateway's; [#close] deletes it, [#drain] does
    /// not.
    public static TestGateway start(Path data, String yaml, Map<String, String> environment) {
        return new TestGateway(data, Gateway.start(load(yaml), data, environment));
    }

    private static Loaded load(String yaml) {
        String quiet = yaml.contains("access_log") ? yaml : "server: { access_log: \"off\" }\n" + yaml;
        return Startup.loader(Map.of())
                .parse(yaml.contains("server:") ? yaml : quiet, "test.yaml", new Overrides("127.0.0.1", 0));
    }

    /// The database knew keys already, or is away.
    private static String anotherKey(Directory directory) {
        ApiKey.Draft draft = new ApiKey.Draft("test " + UUID.randomUUID(), null, null, null, null, Policy.ANYTHING);
        try {
            return directory.keys().create(Authority.COMMAND, draft).join().secret();
        } catch (CompletionException away) {
            return "sk-gapura-none-because-the-database-is-away";
        }
    }

    /// Takes another configuration, as SIGHUP does.
    public void reload(String yaml) {
        gateway.reload(load(yaml));
    }

    /// Says how a reload through the admin API reads the configuration.
    void reloadsBy(Callable<Loaded> reload) {
        gateway.reloadsBy(reload);
    }

    /// Reads a configuration, and does not take it into use.
    Loaded parse(String yaml) {
        return load(yaml);
    }

    /// Port of the admin API.
    int adminPort() {
        return gateway.adminPort();
    }

    public int port() {
        return gateway.port();
    }

    /// A key that may use everything; none where the data folder had one already.
    public String key() {
        return key;
    }

    /// The credential of commands on the gateway's machine.
    public String localToken() {
        return gateway.localToken().reveal();
    }

    /// Logs the owner in, once; only at the first start on a database.
    public String loginCode() {
        return gateway.firstStart().getNow(Optional.empty()).orElseThrow().code();
    }

    /// What was made because the database was empty.
    CompletableFuture<Optional<FirstStart.Made>> firstStart() {
        return gateway.firstStart();
    }

    /// Who may call and who may change what.
    public Directory directory() {
        return gateway.directory();
    }

    public Simulator simulator() {
        return gateway.simulator();
    }

    public Ledger ledger() {
        return gateway.ledger();
    }

    /// Quotas of the database.
    public QuotaStore quotas() {
        return gateway.quotas();
    }

    /// Keys, budgets and what else is not history.
    public Database configuration() {
        return gateway.store().configuration();
    }

    /// Drains and stops, as SIGTERM does; may be called before [#close].
    public void drain() {
        gateway.close();
    }

    @Override
    public void close() {
        gateway.close();
        delete(data.toFile());
    }

    /// The database's last connections close in the background and take their files with them.
    private static void delete(File file) {
        File[] inside = file.listFiles();
        if (inside != null) {
            for (File one : inside) {
                delete(one);
            }
        }
        file.delete();
    }
}
