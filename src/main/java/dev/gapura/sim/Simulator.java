package dev.gapura.sim;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The simulator provider: a real HTTP/1.1 server on loopback that answers like an OpenAI-compatible
/// provider, with no key bought and no network. `docs/simulator.md` lists its models and scripts.
///
/// The gateway starts one for `sim/…`. Tests start one as a fake provider and say with [#answerWith] what it
/// answers, with [#requests()] how often it was called and with [#nextDeparture()] when a caller hung up.
///
/// All methods may be called from any thread. Handlers given to it run on its event loop and must not block.
public final class Simulator {
    private final Vertx vertx;
    private final HttpServer server;
    private final OpenAiUpstream models;
    private final AtomicReference<@Nullable Function<SimRequest, Reply>> handler = new AtomicReference<>();
    private final Queue<SimRequest> requests = new ConcurrentLinkedQueue<>();
    private final List<Consumer<Departure>> departureListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong requestCount = new AtomicLong();
    private final AtomicLong departureCount = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean recording;

    private Simulator(Vertx vertx, HttpServer server, String secret) {
        this.vertx = vertx;
        this.server = server;
        this.models = new OpenAiUpstream(secret);
    }

    /// Starts a simulator on a free port of 127.0.0.1.
    ///
    /// @param secret the bearer token that its models ask for
    /// @return completes when it listens; fails when no port can be bound
    public static Future<Simulator> start(Vertx vertx, String secret) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(64 * 1024)
                .setMaxHeaderSize(256 * 1024);
        HttpServer server = vertx.createHttpServer(options);
        Simulator simulator = new Simulator(vertx, server, secret);
        return server.requestHandler(simulator::receive).listen(0, "127.0.0.1").map(listening -> simulator);
    }

    /// Where its OpenAI-shaped API stands, for a provider's `base_url`: `http://127.0.0.1:PORT/v1`.
    public URI baseUri() {
        return origin().resolve("/v1");
    }

    /// Scheme, address and port without a path.
    public URI origin() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// Names of its models, in the order a newcomer tries them.
    public static List<String> models() {
        return OpenAiUpstream.MODELS;
    }

    /// The port it listens on.
    public int port() {
        return server.actualPort();
    }

    /// Lets this function answer every request in place of the models, whatever its path and credentials,
    /// and records requests from now on. The function runs on the event loop; when it throws, the caller
    /// reads a 500.
    public Simulator answerWith(Function<SimRequest, Reply> answer) {
        recording = true;
        handler.set(answer);
        return this;
    }

    /// Keeps every request from now on in memory for [#requests()]; off at first, because it never forgets.
    public Simulator recordRequests() {
        recording = true;
        return this;
    }

    /// What arrived since recording began, in order of arrival of the whole request.
    public List<SimRequest> requests() {
        return List.copyOf(requests);
    }

    /// How many requests arrived whole since the start.
    public long requestCount() {
        return requestCount.get();
    }

    /// How many replies are in progress.
    public int open() {
        return open.get();
    }

    /// How many clients left before their reply was over.
    public long departureCount() {
        return departureCount.get();
    }

    /// Calls this on the event loop whenever a client leaves before its reply is over.
    public Simulator onClientGone(Consumer<Departure> listener) {
        departureListeners.add(listener);
        return this;
    }

    /// Completes when the next client leaves before its reply is over. Ask before provoking it.
    public CompletableFuture<Departure> nextDeparture() {
        CompletableFuture<Departure> next = new CompletableFuture<>();
        Consumer<Departure> listener = next::complete;
        departureListeners.add(listener);
        next.whenComplete((departure, failure) -> departureListeners.remove(listener));
        return next;
    }

    /// Stops listening and closes every connection.
    public Future<Void> close() {
        return server.close();
    }

    private void receive(HttpServerRequest request) {
        long arrivedNanos = System.nanoTime();
        request.body().onSuccess(body -> {
            Map<String, String> headers = new HashMap<>();
            request.headers()
                    .forEach((name, value) ->
                            headers.merge(name.toLowerCase(Locale.ROOT), value, (first, more) -> first + ", " + more));
            SimRequest received =
                    new SimRequest(request.method().name(), request.uri(), headers, body.getBytes(), arrivedNanos);
            if (recording) {
                requests.add(received);
            }
            requestCount.incrementAndGet();
            open.incrementAndGet();
            new Player(vertx, request, answer(received), (gone, bytesSent) -> over(received, gone, bytesSent)).play();
        });
    }

    private Reply answer(SimRequest request) {
        Function<SimRequest, Reply> scripted = handler.get();
        try {
            return scripted == null ? models.answer(request) : scripted.apply(request);
        } catch (RuntimeException e) {
            return OpenAiError.reply(500, "The simulator failed: " + e, null, "simulator_failed");
        }
    }

    private void over(SimRequest request, boolean gone, long bytesSent) {
        open.decrementAndGet();
        if (gone) {
            departureCount.incrementAndGet();
            Departure departure = new Departure(request, bytesSent, System.nanoTime());
            departureListeners.forEach(listener -> listener.accept(departure));
        }
    }
}
