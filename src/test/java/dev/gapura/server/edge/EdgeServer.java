package dev.gapura.server.edge;

import dev.gapura.config.Config;
import dev.gapura.failure.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A minimal server behind the guard. By default it reads the body and answers with its length; `handled` counts the
/// requests that came in whole.
final class EdgeServer implements AutoCloseable {
    final Vertx vertx = Vertx.builder().withTransport(EdgeTransport.create()).build();
    final AtomicInteger handled = new AtomicInteger();
    final List<Failure> refused = new CopyOnWriteArrayList<>();
    final EdgeGuard guard;
    final int port;

    EdgeServer(EdgeLimits limits, Config.@Nullable Tls tls) throws Exception {
        this(limits, tls, null);
    }

    EdgeServer(EdgeLimits limits, Config.@Nullable Tls tls, @Nullable Consumer<HttpServerRequest> handler)
            throws Exception {
        guard = new EdgeGuard(limits, (failure, client, seen) -> {
            refused.add(failure);
            String body = "{\"error\":{\"message\":\"" + failure.message() + "\"}}";
            return new EdgeGuard.Refusal("req_test", body.getBytes(StandardCharsets.UTF_8));
        });
        HttpServerOptions options = EdgeOptions.of(settings(tls));
        HttpServer server =
                vertx.createHttpServer(options).requestHandler(handler == null ? this::answerLength : handler::accept);
        port = await(guard.listen(vertx, server, options)).actualPort();
    }

    private void answerLength(HttpServerRequest request) {
        if (request.getHeader("expect") != null) {
            request.response().writeContinue();
        }
        request.body().onSuccess(body -> {
            handled.incrementAndGet();
            request.response().end("read " + body.length());
        });
    }

    static Config.Server settings(Config.@Nullable Tls tls) {
        return new Config.Server(
                "127.0.0.1",
                0,
                1024 * 1024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                1000,
                tls,
                new Config.Cors(List.of()),
                List.of(),
                new Config.AccessLog(Config.AccessLog.Kind.OFF, null),
                null);
    }

    static EdgeLimits limits() {
        return EdgeLimits.of(settings(null));
    }

    /// Lingers long, for tests that must also pass on a busy machine.
    static EdgeLimits patient() {
        EdgeLimits limits = limits();
        return new EdgeLimits(
                limits.lineBytes(),
                limits.headBytes(),
                limits.headers(),
                limits.headTimeout(),
                limits.bodyTimeout(),
                limits.idleTimeout(),
                limits.writeStall(),
                Duration.ofSeconds(15),
                limits.lingerBytes(),
                limits.maxConnections());
    }

    /// Short deadlines, so that tests need not wait long.
    static EdgeLimits impatient() {
        EdgeLimits limits = limits();
        return new EdgeLimits(
                limits.lineBytes(),
                limits.headBytes(),
                limits.headers(),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                Duration.ofMillis(300),
                limits.writeStall(),
                Duration.ofMillis(300),
                limits.lingerBytes(),
                2);
    }

    static <T> T await(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(vertx.close());
    }
}
