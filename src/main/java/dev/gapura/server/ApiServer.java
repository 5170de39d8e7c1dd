package dev.gapura.server;

import dev.gapura.config.Config;
import dev.gapura.exchange.Loop;
import dev.gapura.exchange.Relay;
import dev.gapura.exchange.Shared;
import dev.gapura.server.edge.BodyCollector;
import dev.gapura.server.edge.EdgeGuard;
import dev.gapura.server.edge.EdgeOptions;
import dev.gapura.telemetry.Capture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The listener of one event loop: its own HTTP server on the shared port, its own connections to providers,
/// its own clock. As many are deployed as there are cores; the connections a client opens are spread over
/// them and stay where they are, together with the upstream connections made for them.
public final class ApiServer extends VerticleBase {
    private final Config.Server settings;
    private final Supplier<Snapshot> snapshots;
    private final Condition condition;
    private final Shared shared;
    private final EdgeGuard guard;
    private final List<Surface> surfaces;
    private final String instance;
    private final String version;

    private HttpServer server;
    private @Nullable HttpServer administration;
    private Loop loop;
    private Context home;

    /// @param settings listener settings, fixed for the life of the process
    /// @param snapshots what requests are decided by, as of now
    /// @param condition how the gateway is
    /// @param shared what all listeners use
    /// @param guard the check in front of every listener
    /// @param surfaces what is served beside the API
    /// @param instance random name of this process
    /// @param version of the gateway
    @SuppressWarnings("NullAway.Init") // server, loop and home are set by start, before anything else runs
    public ApiServer(
            Config.Server settings,
            Supplier<Snapshot> snapshots,
            Condition condition,
            Shared shared,
            EdgeGuard guard,
            List<Surface> surfaces,
            String instance,
            String version) {
        this.settings = settings;
        this.snapshots = snapshots;
        this.condition = condition;
        this.shared = shared;
        this.guard = guard;
        this.surfaces = surfaces;
        this.instance = instance;
        this.version = version;
    }

    @Override
    public Future<?> start() {
        home = context;
        loop = Loop.of(vertx, shared);
        boolean apart = settings.adminPort() != null;
        ChatRoute chat = new ChatRoute(
                vertx, loop, new BodyCollector(settings.maxBodyBytes(), settings.bodyTimeout()), instance, version);
        List<Surface> here = apart ? surfacesAt(false) : surfaces;
        HttpFront front = new HttpFront(vertx, loop, snapshots, condition, chat, here, true);
        HttpServerOptions options = EdgeOptions.of(settings);
        SocketAddress address = address(settings.port(), 1);
        server = vertx.createHttpServer(options);
        server.requestHandler(front::handle);
        Future<?> listening = guard.listen(vertx, server, options, address);
        Integer adminPort = settings.adminPort();
        if (adminPort == null) {
            return listening;
        }
        HttpServer other = vertx.createHttpServer(options);
        other.requestHandler(new HttpFront(vertx, loop, snapshots, condition, chat, surfacesAt(true), false)::handle);
        administration = other;
        return listening.compose(done -> guard.listen(vertx, other, options, address(adminPort, 2)));
    }

    private List<Surface> surfacesAt(boolean administration) {
        return surfaces.stream()
                .filter(surface -> surface.port().at(administration))
                .toList();
    }

    /// Servers of one Vert.x share a free port where they ask for the same random one.
    private SocketAddress address(int port, int random) {
        return port == 0
                ? SocketAddress.sharedRandomPort(random, settings.host())
                : SocketAddress.inetSocketAddress(port, settings.host());
    }

    @Override
    public Future<?> stop() {
        loop.close();
        return Future.succeededFuture();
    }

    /// Port that was bound.
    public int port() {
        return server.actualPort();
    }

    /// Port of console and admin API.
    public int adminPort() {
        return administration == null ? port() : administration.actualPort();
    }

    /// Stops accepting connections, and closes each open one when its exchange is over. Any thread.
    ///
    /// @param limit after this, connections are closed whatever they do
    /// @return completed when every connection is closed
    public Future<Void> drain(Duration limit) {
        Promise<Void> drained = Promise.promise();
        home.runOnContext(nothing -> {
            HttpServer other = administration;
            Future<Void> both = other == null
                    ? server.shutdown(limit)
                    : Future.join(server.shutdown(limit), other.shutdown(limit)).mapEmpty();
            both.onComplete(drained);
        });
        return drained.future();
    }

    /// Tells every exchange that is still open that the gateway stops. Any thread.
    public Future<Void> shutDownExchanges() {
        Promise<Void> done = Promise.promise();
        home.runOnContext(nothing -> {
            loop.deadlines().forEach(watched -> {
                if (watched instanceof Relay relay) {
                    relay.shutDown();
                }
            });
            done.complete();
        });
        return done.future();
    }

    /// Exchanges that are open on this loop. Any thread.
    public CompletableFuture<List<OpenExchange>> openExchanges() {
        CompletableFuture<List<OpenExchange>> told = new CompletableFuture<>();
        home.runOnContext(nothing -> {
            List<OpenExchange> open = new ArrayList<>();
            loop.deadlines().forEach(watched -> {
                if (watched instanceof Relay relay && relay.isOpen()) {
                    open.add(OpenExchange.of(relay));
                }
            });
            told.complete(open);
        });
        return told;
    }

    /// Ends an exchange of this loop: its client is told so, its upstream call is reset. Any thread.
    ///
    /// @return false where it is not open here
    public CompletableFuture<Boolean> stopExchange(String requestId) {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        home.runOnContext(nothing -> {
            loop.deadlines().forEach(watched -> {
                if (watched instanceof Relay relay
                        && relay.isOpen()
                        && relay.arrival().requestId().equals(requestId)) {
                    relay.stop();
                    stopped.complete(true);
                }
            });
            stopped.complete(false);
        });
        return stopped;
    }

    /// Shows somebody the answer of an exchange of this loop while it passes. Any thread.
    ///
    /// @param watcher is called on this loop
    /// @return false where it is not open here, or not to be watched
    public CompletableFuture<Boolean> watchExchange(String requestId, Capture.Watcher watcher) {
        CompletableFuture<Boolean> watched = new CompletableFuture<>();
        home.runOnContext(nothing -> watched.complete(withCapture(requestId, capture -> capture.watch(watcher))));
        return watched;
    }

    /// Ends what [#watchExchange] began. Any thread.
    public void unwatchExchange(String requestId, Capture.Watcher watcher) {
        home.runOnContext(nothing -> withCapture(requestId, capture -> capture.unwatch(watcher)));
    }

    private boolean withCapture(String requestId, Consumer<Capture> action) {
        List<Capture> found = new ArrayList<>();
        loop.deadlines().forEach(watched -> {
            if (watched instanceof Relay relay && relay.arrival().requestId().equals(requestId)) {
                Capture capture = relay.watchable();
                if (capture != null) {
                    found.add(capture);
                }
            }
        });
        found.forEach(action);
        return !found.isEmpty();
    }

    /// Forgets what was prepared for providers that a new configuration replaced. Any thread.
    public void configurationChanged() {
        home.runOnContext(nothing -> loop.forgetProviders());
    }
}
