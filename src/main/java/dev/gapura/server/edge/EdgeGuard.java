package dev.gapura.server.edge;

import dev.gapura.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one strict check in front of the HTTP server: malformed requests, slow ones, and too many connections
/// are answered and closed before the server sees them. One guard serves all event loops and verticles of a
/// server.
///
/// Use [#listen] instead of `HttpServer.listen`:
///
/// ```java
/// Vertx vertx = Vertx.builder().withTransport(EdgeTransport.create()).build();
/// EdgeGuard guard = new EdgeGuard(EdgeLimits.of(config.server()), refused);
/// HttpServerOptions options = EdgeOptions.of(config.server());
/// guard.listen(vertx, vertx.createHttpServer(options).requestHandler(router), options);
/// ```
///
/// How the check gets in front of the first byte: with TLS, Vert.x tells of a new connection before it has
/// decoded anything, with its HTTP/1.1 pipeline in place. In clear text, where HTTP/2 may follow, it tells
/// only after the first head is decoded; there [EdgeTransport] adds the check when the connection is
/// accepted. A connection that is found without the check is closed, never served.
public final class EdgeGuard {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeGuard.class);

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private final EdgeLimits limits;
    private final Refused refused;
    private final Map<EventExecutor, EdgeLoop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /// Writes the answers to requests that the guard refuses, and may keep a record of them. Called on event
    /// loops, once a refusal.
    @FunctionalInterface
    public interface Refused {
        /// @param client numeric address of the peer
        /// @param seen whether the server has been handed the head of this request, and will see it end
        Refusal refused(Failure why, String client, boolean seen);
    }

    /// What a refused request is answered with.
    ///
    /// @param requestId value of `x-request-id`
    /// @param body the JSON of the answer
    public record Refusal(String requestId, byte[] body) {}

    /// @param refused writes the answers to refused requests
    public EdgeGuard(EdgeLimits limits, Refused refused) {
        this.limits = limits;
        this.refused = refused;
    }

    /// Puts the check in front of the server and listens. `options` are those the server was made with. Sets
    /// the server's connection handler. Called on the verticle's context.
    ///
    /// @throws IllegalStateException when `vertx` was not built with an [EdgeTransport]
    public Future<HttpServer> listen(Vertx vertx, HttpServer server, HttpServerOptions options) {
        return listen(vertx, server, options, SocketAddress.inetSocketAddress(options.getPort(), options.getHost()));
    }

    /// The same, on an address of its own: several servers share a free port through
    /// `SocketAddress.sharedRandomPort`.
    public Future<HttpServer> listen(Vertx vertx, HttpServer server, HttpServerOptions options, SocketAddress address) {
        if (!EdgeTransport.carries(vertx)) {
            throw new IllegalStateException("build Vert.x with the EdgeTransport");
        }
        server.connectionHandler(this::connected);
        if (options.isSsl()) {
            return server.listen(address)
                    .onSuccess(done -> EdgeTransport.watchHandshakes(vertx, done.actualPort(), this));
        }
        return EdgeTransport.guarding(this, () -> server.listen(address));
    }

    /// Open connections, for the gauge.
    public int openConnections() {
        return open.get();
    }

    private void connected(HttpConnection connection) {
        // Without a handler Vert.x logs an error for every client that resets its connection.
        connection.exceptionHandler(broken -> LOG.debug("a client's connection broke", broken));
        ChannelPipeline pipeline =
                ((ConnectionBase) connection).channelHandlerContext().pipeline();
        EdgeHandler edge = pipeline.get(EdgeHandler.class);
        boolean http1 = pipeline.get("httpDecoder") != null;
        if (edge == null) {
            if (pipeline.get("h2c") != null) {
                LOG.error("a connection came in without the edge check and was closed");
                connection.close();
                return;
            }
            edge = new EdgeHandler(this, false);
            if (http1) {
                pipeline.addBefore("httpDecoder", EdgeHandler.NAME, edge);
            } else {
                edge.stepAside();
                pipeline.addBefore("handler", EdgeHandler.NAME, edge);
            }
        }
        if (http1) {
            pipeline.addAfter("httpEncoder", ResponseWatch.NAME, new ResponseWatch(edge));
        } else {
            pipeline.addAfter(EdgeHandler.NAME, "http2Backlog", new Http2Backlog());
        }
    }

    EdgeLimits limits() {
        return limits;
    }

    EdgeLoop loop(EventExecutor executor) {
        return loops.computeIfAbsent(executor, loop -> new EdgeLoop(loop, shortest(), scratchBytes()));
    }

    /// Counts a connection in; false when it is one too many.
    boolean opened() {
        return open.incrementAndGet() <= limits.maxConnections();
    }

    void closed() {
        open.decrementAndGet();
    }

    /// Tells of a refusal and gives the JSON to answer it with.
    Refusal refused(Failure why, Channel channel, boolean seen) {
        String client = channel.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
                ? peer.getAddress().getHostAddress()
                : "unknown";
        return refused.refused(why, client, seen);
    }

    /// The bytes of a refusal, as HTTP/1.1.
    static ByteBuf answer(Failure why, Refusal refusal, boolean withoutBody) {
        byte[] body = refusal.body();
        int status = why.status();
        StringBuilder head = new StringBuilder(160)
                .append("HTTP/1.1 ")
                .append(HttpResponseStatus.valueOf(status))
                .append("\r\ncontent-type: application/json\r\ncontent-length: ")
                .append(body.length)
                .append("\r\nx-request-id: ")
                .append(refusal.requestId())
                .append("\r\nconnection: close\r\n");
        if (status == 405) {
            head.append("allow: ").append(METHODS).append("\r\n");
        }
        ByteBuf first = Unpooled.wrappedBuffer(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        return withoutBody ? first : Unpooled.wrappedBuffer(first, Unpooled.wrappedBuffer(body));
    }

    private Duration shortest() {
        Duration shortest = limits.linger();
        for (Duration other : new Duration[] {limits.headTimeout(), limits.bodyTimeout(), limits.idleTimeout()}) {
            shortest = shortest.compareTo(other) < 0 ? shortest : other;
        }
        return shortest;
    }

    /// Room for the largest head that is still looked at before a limit refuses it.
    private int scratchBytes() {
        return limits.lineBytes() + limits.headBytes() + 4096;
    }
}
