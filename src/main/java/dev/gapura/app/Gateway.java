package dev.gapura.app;

import dev.gapura.access.Directory;
import dev.gapura.access.FirstStart;
import dev.gapura.access.KeyRing;
import dev.gapura.access.KeyStore;
import dev.gapura.access.Keys;
import dev.gapura.access.OidcLogin;
import dev.gapura.admin.AdminApi;
import dev.gapura.admin.AlertRoutes;
import dev.gapura.admin.Credentials;
import dev.gapura.admin.ErasureRoutes;
import dev.gapura.admin.LimitRoutes;
import dev.gapura.admin.LocalToken;
import dev.gapura.admin.OidcRoutes;
import dev.gapura.admin.OpenApiPage;
import dev.gapura.admin.ProviderKeyRoutes;
import dev.gapura.admin.ProviderRoutes;
import dev.gapura.admin.Route;
import dev.gapura.admin.RunningRoutes;
import dev.gapura.admin.SessionRoutes;
import dev.gapura.admin.SettingsRoutes;
import dev.gapura.admin.StandingRoutes;
import dev.gapura.admin.ToolRoutes;
import dev.gapura.alert.AlertSettings;
import dev.gapura.alert.BudgetAlerts;
import dev.gapura.budget.BudgetMeters;
import dev.gapura.budget.Keeper;
import dev.gapura.budget.LedgerSeeds;
import dev.gapura.budget.Purses;
import dev.gapura.budget.Till;
import dev.gapura.config.Config;
import dev.gapura.config.Durations;
import dev.gapura.config.Loaded;
import dev.gapura.config.ProxySettings;
import dev.gapura.config.Restrictions;
import dev.gapura.config.Secret;
import dev.gapura.config.ToolEntry;
import dev.gapura.console.Site;
import dev.gapura.credential.Authorizers;
import dev.gapura.credential.ProviderKeys;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Fetcher;
import dev.gapura.egress.MediaInliner;
import dev.gapura.egress.Outbound;
import dev.gapura.exchange.Gate;
import dev.gapura.exchange.MixedTurns;
import dev.gapura.exchange.ReasoningVault;
import dev.gapura.exchange.Shared;
import dev.gapura.exchange.StoredTurns;
import dev.gapura.idempotency.Idempotency;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Retention;
import dev.gapura.limit.LocalRates;
import dev.gapura.limit.QuotaBook;
import dev.gapura.limit.QuotaStore;
import dev.gapura.limit.Rates;
import dev.gapura.limit.SharedRates;
import dev.gapura.pricing.Catalogue;
import dev.gapura.provider.Profile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import dev.gapura.provider.Quirks;
import dev.gapura.route.Routes;
import dev.gapura.server.ApiServer;
import dev.gapura.server.Condition;
import dev.gapura.server.EdgeRecord;
import dev.gapura.server.OpenExchange;
import dev.gapura.server.Snapshot;
import dev.gapura.server.Surface;
import dev.gapura.server.edge.BodyCollector;
import dev.gapura.server.edge.ClientAddress;
import dev.gapura.server.edge.Cors;
import dev.gapura.server.edge.EdgeGuard;
import dev.gapura.server.edge.EdgeLimits;
import dev.gapura.server.edge.EdgeTransport;
import dev.gapura.sim.Simulator;
import dev.gapura.store.MasterKeys;
import dev.gapura.store.Sealer;
import dev.gapura.store.Store;
import dev.gapura.telemetry.AccessLog;
import dev.gapura.telemetry.Capture;
import dev.gapura.telemetry.ExchangeSink;
import dev.gapura.telemetry.Meters;
import dev.gapura.tools.Plugins;
import dev.gapura.tools.RegisteredTools;
import dev.gapura.tools.ToolRegistry;
import dev.gapura.tools.ToolSources;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds every object of the running gateway by constructor, read from top to bottom, and starts, reloads,
/// drains and stops them. Its methods block and are called from the main thread, a signal thread or the
/// watcher's.
///
/// Longer than 400 lines because it is the one list of everything there is, in the order of start and of stop.
final class Gateway implements Running {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final String VERSION = GapuraCommand.Version.text();
    /// Starting takes about a second; what takes longer than this hangs.
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /// A database that does not answer until then is waited for while the gateway serves.
    private static final Duration STORAGE_LIMIT = Duration.ofSeconds(3);
    /// Between two tries to make the first login while the database is away.
    private static final Duration FIRST_START_PAUSE = Duration.ofSeconds(2);
    /// Between two looks for stored turns and answers that are past their time.
    private static final Duration FORGET = Duration.ofMinutes(15);
    /// After the drain window: error events go out, connections close.
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Simulator simulator;
    private final Secret simulatorKey;
    private final Store store;
    private final StoredTurns storedTurns;
    private final Idempotency idempotency;
    private final Ledger ledger;
    private final Retention retention;
    private final Till till;
    private final Keeper keeper;
    private final AlertSettings alertSettings;
    private final BudgetAlerts alerts;
    private final QuotaBook quotas = new QuotaBook();
    private final QuotaStore quotaStore;
    private final Rates rates;
    private final AccessLog accessLog;
    private final ExchangeSink records;
    private final Meters meters;
    private final EdgeGuard guard;
    private final KeyStore keyStore;
    private final Map<String, String> environment;
    private final AtomicReference<Snapshot> snapshot;
    private final Authorizers authorizers;
    private final Fetcher fetcher;
    private final Outbound outbound;
    private final ToolSources toolSources;
    private final RegisteredTools registeredTools;
    private final ProviderKeys providerKeys;
    private final ReasoningVault vault = new ReasoningVault(System::currentTimeMillis);
    private final LocalToken localToken = LocalToken.random();
    private final Path data;
    private final AdminApi adminApi;
    private volatile Config config;
    private volatile Callable<Loaded> reloader;
    private volatile @Nullable Path source;
    private final List<ApiServer> servers = new CopyOnWriteArrayList<>();
    private final KeyRing keyRing;
    private final Directory directory;
    private final AtomicReference<Optional<OidcLogin>> oidc = new AtomicReference<>(Optional.empty());
    private final Config.Server settings;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Optional<FirstStart.Made>> firstStart = new CompletableFuture<>();
    private @Nullable LocalAddress localAddress;
    private volatile boolean draining;
    private volatile Duration drain;

    /// Starts the gateway.
    ///
    /// @param loaded configuration
    /// @param data folder for what must survive a restart
    /// @param environment of the process, for provider keys
    /// @throws StartException with a sentence for the person at the terminal
    static Gateway start(Loaded loaded, Path data, Map<String, String> environment) {
        Gateway gateway = new Gateway(loaded, data, environment);
        try {
            gateway.listen();
            return gateway;
        } catch (RuntimeException failed) {
            gateway.close();
            throw failed;
        }
    }

    private Gateway(Loaded loaded, Path data, Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.data = data;
        config = loaded.config();
        source = loaded.source();
        reloader = () -> loaded;
        settings = loaded.config().server();
        drain = settings.drain();
        oidc.set(Optional.ofNullable(loaded.config().oidc()).map(OidcLogin::new));
        keyStore = new KeyStore(data);
        keyStore.makeFolder();
        Sealer sealer = MasterKeys.sealer(loaded.config().storage(), data);
        store = new Store(loaded.config().storage(), data);
        storedTurns = new StoredTurns(store.configuration(), sealer, System::currentTimeMillis);
        providerKeys = new ProviderKeys(store.configuration(), sealer, InstantSource.system());
        registeredTools = new RegisteredTools(store.configuration(), sealer, InstantSource.system());
        idempotency = new Idempotency(store.configuration(), sealer, InstantSource.system());
        ledger = new Ledger(store.history(), Ledger.QUEUE_BYTES);
        keyRing = new KeyRing(store.configuration(), InstantSource.system());
        directory = new Directory(store.configuration(), keyRing, InstantSource.system());
        store.start();
        keyRing.start();
        vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)))
                .withTransport(EdgeTransport.create())
                .build();
        try {
            ProxySettings proxies = ProxySettings.from(environment);
            authorizers = new Authorizers(vertx, environment, proxies, InstantSource.system());
            simulatorKey = new Secret(random());
            simulator = await(Simulator.start(vertx, simulatorKey.reveal()));
            fetcher = new Fetcher(vertx, proxies);
            outbound = new Outbound(vertx, proxies);
            toolSources = new ToolSources(outbound, Plugins.load(data.resolve("plugins")), VERSION);
            accessLog = new AccessLog(settings.accessLog());
            records = ExchangeSink.both(accessLog, ledger);
            AtomicReference<EdgeGuard> open = new AtomicReference<>();
            meters = new Meters(VERSION, accessLog::dropped, () -> openConnections(open.get()));
            guard = new EdgeGuard(EdgeLimits.of(settings), new EdgeRecord(records, meters));
            open.set(guard);
            meters.add(store.meters());
            meters.add(ledger);
            till = new Till(store.configuration(), new LedgerSeeds(ledger));
            ledger.tail(till::written);
            quotaStore = new QuotaStore(store.configuration(), quotas, Purses::changed, InstantSource.system());
            keeper = new Keeper(store.configuration(), till, ledger);
            meters.add(new BudgetMeters(till, keeper));
            alertSettings = new AlertSettings(
                    store.configuration(),
                    sealer,
                    () -> Optional.ofNullable(config.restrictions().alerts()),
                    InstantSource.system());
            alerts = new BudgetAlerts(
                    store.configuration(),
                    alertSettings,
                    quotas,
                    outbound,
                    () -> new EgressRules(config.egress()),
                    InstantSource.system());
            till.listen(alerts);
            snapshot = new AtomicReference<>(snapshot(loaded.config()));
            Restrictions.Shared shared = loaded.config().restrictions().shared();
            rates = shared == null ? new LocalRates() : new SharedRates(vertx, shared);
            quotas.configured(loaded.config().keys(), loaded.config().restrictions());
            retention = new Retention(store.history(), () -> snapshot.get().history(), InstantSource.system());
            retention.start();
            adminApi = adminApi();
            keeper.start();
            quotaStore.start();
        } catch (RuntimeException failed) {
            vertx.close();
            keyRing.close();
            store.close();
            throw failed;
        }
    }

    private void listen() {
        String instance = random();
        Shared shared = new Shared(
                records,
                meters,
                vault,
                new MixedTurns(System::currentTimeMillis, storedTurns),
                authorizers,
                new MediaInliner(vertx, fetcher),
                new Gate(quotas, quotaStore::tell, rates, till, quotas::allowsUnknownPrice),
                idempotency);
        List<Surface> surfaces = new ArrayList<>(Site.of(vertx, this::pageFacts, adminApi));
        surfaces.addAll(List.of(adminApi, new OpenApiPage(VERSION, adminApi)));
        int loops = Runtime.getRuntime().availableProcessors();
        for (int index = 0; index < loops; index++) {
            ApiServer server =
                    new ApiServer(settings, snapshot::get, condition(), shared, guard, surfaces, instance, VERSION);
            await(vertx.deployVerticle(server, new DeploymentOptions()));
            servers.add(server);
        }
        store.awaitFirstTry(STORAGE_LIMIT);
        registeredTools.start(this::toolsChanged);
        providerKeys.start(this::providerKeysChanged);
        alerts.start();
        vertx.setPeriodic(Idempotency.BEAT.toMillis(), now -> idempotency.beat());
        vertx.setPeriodic(FORGET.toMillis(), now -> {
            storedTurns.forget();
            idempotency.forget();
        });
        CompletableFuture<?> tried = tryFirstStart(keyStore.read().isEmpty(), false);
        tried.copy()
                .completeOnTimeout(null, STORAGE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (!firstStart.isDone()) {
            LOG.warn("whether somebody can log in is not known, because the database does not answer; it is asked again"
                    + " until it does, and where it is empty, the first login is shown then");
        }
        localAddress =
                LocalAddress.of(settings.host(), servers.getFirst().adminPort(), settings.tls() != null, localToken);
        localAddress.write(data);
    }

    /// Makes what an empty database needs; where the database is away, again and again until it is there.
    ///
    /// @return completes after the first try, whatever came of it
    private CompletableFuture<@Nullable Void> tryFirstStart(boolean withKey, boolean again) {
        return directory.firstStart(withKey).handle((made, away) -> {
            if (away == null) {
                firstStart.complete(made);
                if (again && made.isEmpty()) {
                    // An earlier try may have come through all the same, and its answer got lost.
                    LOG.info(
                            "the database answers, and somebody can log in already; a login that was never shown is"
                                    + " replaced by: gapura people reset-password {}",
                            FirstStart.OWNER);
                }
            } else if (!closed.get()) {
                LOG.debug("the first login could not be made yet", away);
                CompletableFuture.delayedExecutor(FIRST_START_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> tryFirstStart(withKey, true));
            }
            return null;
        });
    }

    private AdminApi adminApi() {
        List<Route> routes = new ArrayList<>(Administration.stored(ledger, directory));
        routes.addAll(new SessionRoutes(directory.sessions()).routes());
        routes.addAll(new OidcRoutes(directory.sessions(), oidc::get).routes());
        routes.addAll(new ErasureRoutes(directory.people(), ledger, new Purses(store.configuration())).routes());
        routes.addAll(new LimitRoutes(quotaStore).routes());
        routes.addAll(new AlertRoutes(alertSettings, alerts).routes());
        routes.addAll(new StandingRoutes(quotaStore, rates, till, InstantSource.system()).routes());
        routes.addAll(new ToolRoutes(registeredTools).routes());
        routes.addAll(new ProviderKeyRoutes(providerKeys, authorizers.keyTest(), keyHomes()).routes());
        routes.addAll(new RunningRoutes(running(), directory.audit()).routes());
        routes.addAll(new ProviderRoutes(snapshot::get, ledger, this::addable, InstantSource.system()).routes());
        routes.addAll(new SettingsRoutes(() -> config, () -> source, () -> reloader.call()).routes());
        return new AdminApi(
                routes,
                new Credentials(localToken),
                new BodyCollector(AdminApi.MAX_BODY_BYTES, settings.bodyTimeout()));
    }

    private RunningRoutes.Running running() {
        return new RunningRoutes.Running() {
            @Override
            public CompletableFuture<List<OpenExchange>> open() {
                List<CompletableFuture<List<OpenExchange>>> told =
                        servers.stream().map(ApiServer::openExchanges).toList();
                return CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
                        .thenApply(nothing -> told.stream()
                                .flatMap(open -> open.join().stream())
                                .toList());
            }

            @Override
            public CompletableFuture<Boolean> stop(String requestId) {
                List<CompletableFuture<Boolean>> stopped = servers.stream()
                        .map(server -> server.stopExchange(requestId))
                        .toList();
                return CompletableFuture.allOf(stopped.toArray(CompletableFuture[]::new))
                        .thenApply(nothing -> stopped.stream().anyMatch(CompletableFuture::join));
            }

            @Override
            public CompletableFuture<Boolean> watch(String requestId, Capture.Watcher watcher) {
                List<CompletableFuture<Boolean>> watched = servers.stream()
                        .map(server -> server.watchExchange(requestId, watcher))
                        .toList();
                return CompletableFuture.allOf(watched.toArray(CompletableFuture[]::new))
                        .thenApply(nothing -> watched.stream().anyMatch(CompletableFuture::join));
            }

            @Override
            public void unwatch(String requestId, Capture.Watcher watcher) {
                servers.forEach(server -> server.unwatchExchange(requestId, watcher));
            }
        };
    }

    @Override
    public void reloadsBy(Callable<Loaded> reload) {
        reloader = reload;
    }

    private static long openConnections(@Nullable EdgeGuard guard) {
        return guard == null ? 0 : guard.openConnections();
    }

    private Snapshot snapshot(Config config) {
        Map<String, Provider> providers =
                new LinkedHashMap<>(Startup.providers(config, environment, providerKeys.usable()));
        providers.putIfAbsent(Startup.SIMULATOR, simulated(config.timeouts()));
        Catalogue catalogue = Catalogue.shipped(providers.keySet()).with(config.catalogue());
        Set<String> models = providers.keySet().stream()
                .flatMap(name -> Startup.models(name, catalogue).map(model -> name + "/" + model))
                .collect(Collectors.toSet());
        Routes routes = new Routes(config.models(), providers, models);
        routes.dangling().forEach(LOG::warn);
        Startup.unsimulated(config.models()).forEach(LOG::warn);
        catalogue.strangers().forEach(LOG::warn);
        return new Snapshot(
                Keys.of(config.keys(), keyStore.read(), keyRing, directory.sessions()),
                Map.copyOf(providers),
                config.models(),
                routes,
                catalogue,
                new EgressRules(config.egress()),
                new Cors(config.server().cors()),
                new ClientAddress(config.server().trustedProxies()),
                config.server().heartbeat(),
                config.server().writeTimeout(),
                tools(config),
                config.limits(),
                config.storage().history());
    }

    /// Tools of the file, and behind them what was registered under other names.
    private ToolRegistry tools(Config config) {
        Map<String, ToolEntry> entries = new LinkedHashMap<>(config.tools());
        registeredTools.entries().forEach(entries::putIfAbsent);
        return toolSources.registry(entries, new EgressRules(config.egress()));
    }

    private synchronized void providerKeysChanged() {
        snapshot.set(snapshot(config));
        servers.forEach(ApiServer::configurationChanged);
    }

    private ProviderKeyRoutes.Homes keyHomes() {
        return new ProviderKeyRoutes.Homes() {
            @Override
            public boolean configured(String provider) {
                Provider there = snapshot.get().providers().get(provider);
                return there != null && Startup.hasCredential(there);
            }

            @Override
            public @Nullable Provider with(String provider, Secret key) {
                return Startup.withKey(config, environment, provider, key);
            }
        };
    }

    /// Names that nothing but a key is missing of, or that take further ones.
    private List<String> addable() {
        ProviderKeyRoutes.Homes homes = keyHomes();
        Secret any = new Secret("any");
        return Stream.concat(Providers.knownNames().stream(), config.providers().keySet().stream())
                .distinct()
                .filter(name -> !homes.configured(name) && homes.with(name, any) != null)
                .sorted()
                .toList();
    }

    private synchronized void toolsChanged() {
        ToolRegistry tools = tools(config);
        snapshot.set(snapshot.get().withTools(tools));
        toolSources.retain(tools);
    }

    private Condition condition() {
        return new Condition() {
            @Override
            public boolean draining() {
                return draining;
            }

            @Override
            public Storage storage() {
                return store.up() ? Storage.UP : store.opened() ? Storage.DOWN : Storage.OPENING;
            }
        };
    }

    private Provider simulated(Config.Timeouts timeouts) {
        return new Provider(
                Startup.SIMULATOR,
                Provider.Dialect.OPENAI_CHAT,
                simulator.baseUri(),
                Provider.PathStyle.PLAIN,
                null,
                "authorization",
                new Secret("Bearer " + simulatorKey.reveal()),
                Map.of(),
                timeouts,
                Profile.EVERYTHING,
                new Quirks(false, true, false),
                null,
                null);
    }

    /// Takes a new configuration: requests that arrive from now on are decided by it, those under way are
    /// not touched. Listener settings (address, port, TLS, limits) are those of the start until a restart.
    @Override
    public synchronized void reload(Loaded loaded) {
        config = loaded.config();
        source = loaded.source();
        Snapshot next = snapshot(loaded.config());
        snapshot.set(next);
        quotas.configured(loaded.config().keys(), loaded.config().restrictions());
        authorizers.retain(next.providers().values());
        toolSources.retain(next.tools());
        drain = loaded.config().server().drain();
        oidc.set(Optional.ofNullable(loaded.config().oidc()).map(OidcLogin::new));
        accessLog.reopen();
        servers.forEach(ApiServer::configurationChanged);
    }

    private Site.Facts pageFacts() {
        Integer api = settings.adminPort() == null ? null : (Integer) port();
        return new Site.Facts(oidc.get().isPresent(), api);
    }

    @Override
    public int adminPort() {
        return servers.getFirst().adminPort();
    }

    /// Port that was bound.
    @Override
    public int port() {
        return servers.getFirst().port();
    }

    /// What was made because there was nothing, in clear; it is shown once.
    @Override
    public CompletableFuture<Optional<FirstStart.Made>> firstStart() {
        return firstStart;
    }

    /// Names of the providers that can be called now, sorted.
    @Override
    public List<String> providers() {
        return List.copyOf(new TreeSet<>(snapshot.get().providers().keySet()));
    }

    /// The simulator, so that tests can script it.
    Simulator simulator() {
        return simulator;
    }

    /// The credential of commands on this machine, so that tests can use it.
    LocalToken localToken() {
        return localToken;
    }

    /// Who may call and who may change what.
    Directory directory() {
        return directory;
    }

    /// The record of exchanges, so that tests can ask it.
    Ledger ledger() {
        return ledger;
    }

    /// Quotas of the database, so that tests can set them.
    QuotaStore quotas() {
        return quotaStore;
    }

    /// The databases, so that tests can ask them.
    Store store() {
        return store;
    }

    /// Stops accepting, waits for open exchanges as long as `server.drain` says, tells the rest that it is
    /// over, and stops everything. At SIGTERM or at the end of a test; a second call does nothing.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        draining = true;
        if (localAddress != null) {
            localAddress.delete(data);
        }
        adminApi.endStreams();
        if (!servers.isEmpty()) {
            tellDrain(meters.openExchanges());
        }
        List<Future<Void>> stopped = servers.stream()
                .map(server -> server.drain(drain.plus(CLOSE_LIMIT)))
                .toList();
        if (!settled(Future.join(stopped), drain)) {
            LOG.warn("exchanges were still open after {} s of draining and were ended", drain.toSeconds());
            servers.forEach(ApiServer::shutDownExchanges);
            settled(Future.join(stopped), CLOSE_LIMIT);
        }
        // Those that go on without their client.
        settled(Future.join(servers.stream().map(ApiServer::shutDownExchanges).toList()), CLOSE_LIMIT);
        fetcher.close();
        registeredTools.close();
        providerKeys.close();
        alerts.close();
        toolSources.close();
        outbound.close();
        settled(simulator.close(), CLOSE_LIMIT);
        authorizers.close();
        settled(vertx.close(), CLOSE_LIMIT);
        idempotency.close();
        quotaStore.close();
        if (rates instanceof SharedRates shared) {
            shared.close();
        }
        keeper.close();
        till.close(CLOSE_LIMIT);
        retention.close();
        directory.close();
        keyRing.close();
        store.close();
        accessLog.close();
        meters.close();
        if (!servers.isEmpty()) {
            LOG.info("stopped");
        }
    }

    private void tellDrain(long open) {
        if (open == 0) {
            LOG.info("draining: no request is open");
            return;
        }
        LOG.info(
                "draining: waiting for {} open {}, at most {}; a second signal ends at once",
                open,
                open == 1 ? "request" : "requests",
                Durations.write(drain));
    }

    private static boolean settled(Future<?> future, Duration limit) {
        try {
            future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException failed) {
            LOG.debug("a part did not stop cleanly", failed);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new StartException(failed.getCause());
        } catch (TimeoutException late) {
            throw new StartException(late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartException(interrupted);
        }
    }

    private static String random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// Something could not be started; the cause says what.
    public static final class StartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StartException(@Nullable Throwable cause) {
            super(cause);
        }
    }
}
