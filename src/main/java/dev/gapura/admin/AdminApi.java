package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.Authority;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.server.Surface;
import dev.gapura.server.edge.BodyCollector;
import dev.gapura.store.StoreException;
import dev.gapura.wire.JsonTree;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The JSON API under `/admin/api`: finds the route, asks the gate who calls, checks rule, query and body against
/// what the route says of itself, and answers what its handler gives. One object serves all event loops.
public final class AdminApi implements Surface {
    /// Larger than anything that is changed at once.
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    private final RouteTable table;
    private final Gate gate;
    private final BodyCollector bodies;
    private final Set<Outlet> open = ConcurrentHashMap.newKeySet();

    /// @param routes every route, in the order of the document
    /// @param gate tells who calls
    /// @param bodies reads bodies
    public AdminApi(List<Route> routes, Gate gate, BodyCollector bodies) {
        table = new RouteTable(routes);
        this.gate = gate;
        this.bodies = bodies;
    }

    /// Answers without a server, for commands that open the database themselves. Any thread.
    ///
    /// @param target path and query
    /// @param body JSON, empty for none
    /// @return fails as handlers do
    /// @throws GatewayException where the request is refused before a handler sees it
    public static CompletableFuture<Answer> answer(
            List<Route> routes, HttpMethod method, String target, byte[] body, Caller caller) {
        QueryStringDecoder decoder = new QueryStringDecoder(target);
        if (!(new RouteTable(routes).find(method, decoder.rawPath())
                instanceof RouteTable.Found.Here(RouteTable.Match match))) {
            throw new IllegalArgumentException("no route for " + method + " " + decoder.rawPath());
        }
        MultiMap sent = MultiMap.caseInsensitiveMultiMap();
        decoder.parameters().forEach(sent::add);
        caller.pass(match.route().rule());
        JsonNode content = match.route().body() == null
                ? JsonTree.object()
                : BodyCheck.read(body, match.route().body());
        return match.route()
                .handler()
                .handle(new Ask(
                        caller,
                        match.path(),
                        Query.of(sent, match.route()),
                        content,
                        null,
                        () -> CompletableFuture.completedFuture(caller)));
    }

    /// Every route, in the order of the document.
    public List<Route> routes() {
        return table.routes();
    }

    /// Ends the streams that nobody else ends, such as live views, when the gateway stops. Any thread.
    public void endStreams() {
        open.forEach(Outlet::leave);
    }

    @Override
    public boolean takes(String path) {
        return path.startsWith(Route.ROOT)
                && (path.length() == Route.ROOT.length() || path.charAt(Route.ROOT.length()) == '/');
    }

    @Override
    public Port port() {
        return Port.ADMINISTRATION;
    }

    @Override
    public void handle(Visit visit) {
        HttpServerRequest request = visit.request();
        switch (table.find(request.method(), Objects.requireNonNullElse(request.path(), ""))) {
            case RouteTable.Found.Here(RouteTable.Match match) -> {
                visit.routed(match.route().template());
                Query query = query(request, match.route());
                admit(visit, match, query);
            }
            case RouteTable.Found.OtherMethod other -> {
                visit.routed(other.template());
                String allowed = String.join(", ", other.allowed());
                request.response().putHeader("allow", allowed);
                visit.fail(Failure.of(FailureKind.METHOD_NOT_ALLOWED, "This path takes " + allowed + " only.")
                        .withCode("method_not_allowed"));
            }
        }
    }

    private static Query query(HttpServerRequest request, Route route) {
        try {
            return Query.of(request.params(), route);
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(
                    Failure.invalid("query", "The query is not percent-encoded correctly; encode every % as %25."));
        }
    }

    /// Nobody's body is taken before it is known who calls.
    private void admit(Visit visit, RouteTable.Match match, Query query) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "requests come on an event loop");
        HttpServerRequest request = visit.request();
        boolean hasBody = match.route().body() != null && hasBody(request);
        if (hasBody) {
            request.pause();
        }
        try {
            Future.fromCompletionStage(gate.admit(visit, match.route()), context)
                    .onComplete(admitted -> {
                        if (admitted.failed()) {
                            refused(visit, admitted.cause());
                        } else {
                            entered(context, visit, match, query, admitted.result(), hasBody);
                        }
                        if (hasBody) {
                            request.resume();
                        }
                    });
        } catch (RuntimeException refusal) {
            refused(visit, refusal);
            if (hasBody) {
                request.resume();
            }
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return length == null ? request.getHeader("transfer-encoding") != null : !"0".equals(length);
    }

    private void entered(
            Context context, Visit visit, RouteTable.Match match, Query query, Caller caller, boolean hasBody) {
        Authority authority = caller.authority();
        if (authority != null) {
            visit.known(authority.actor());
        }
        try {
            caller.pass(match.route().rule());
            if (!hasBody) {
                answer(context, visit, match, query, new byte[0], caller);
            } else if (visit.request().response().closed()) {
                throw new GatewayException(Failure.of(FailureKind.CLIENT_GONE, "The client left."));
            } else {
                bodies.collect(visit.request(), new BodyCollector.Receiver() {
                    @Override
                    public void received(byte[] body) {
                        answer(context, visit, match, query, body, caller);
                    }

                    @Override
                    public void failed(Failure failure) {
                        visit.fail(failure);
                    }
                });
            }
        } catch (RuntimeException refusal) {
            refused(visit, refusal);
        }
    }

    private void answer(Context context, Visit visit, RouteTable.Match match, Query query, byte[] body, Caller caller) {
        Route route = match.route();
        try {
            JsonNode content = route.body() == null ? JsonTree.object() : BodyCheck.read(body, route.body());
            Ask ask = new Ask(caller, match.path(), query, content, visit, () -> again(context, visit, route));
            Future.fromCompletionStage(route.handler().handle(ask), context).onComplete(answered -> {
                if (answered.failed()) {
                    refused(visit, answered.cause());
                } else {
                    send(context, visit, answered.result());
                }
            });
        } catch (RuntimeException refusal) {
            refused(visit, refusal);
        }
    }

    /// On the loop of the request, whose headers are read there.
    private CompletableFuture<Caller> again(Context context, Visit visit, Route route) {
        return CompletableFuture.supplyAsync(
                        () -> gate.admit(visit, route), task -> context.runOnContext(nothing -> task.run()))
                .thenCompose(Function.identity())
                .thenApply(caller -> {
                    caller.pass(route.rule());
                    return caller;
                });
    }

    private void send(Context context, Visit visit, Answer answer) {
        HttpServerResponse response = visit.request().response();
        response.putHeader("cache-control", "no-store");
        switch (answer) {
            case Answer.Json json -> {
                json.headers().forEach(response.headers()::add);
                visit.reply(json.status(), "application/json", json.body());
            }
            case Answer.Streamed streamed -> stream(context, visit, streamed);
        }
    }

    private void stream(Context context, Visit visit, Answer.Streamed streamed) {
        HttpServerResponse response = visit.request().response();
        streamed.headers().forEach(response.headers()::add);
        response.putHeader("content-type", streamed.type());
        response.putHeader("x-request-id", visit.requestId());
        if (visit.request().method().equals(HttpMethod.HEAD)) {
            response.end();
            visit.answered(200, 0);
            return;
        }
        response.setChunked(true);
        Outlet outlet = new Outlet(context, response);
        open.add(outlet);
        CompletableFuture<Void> written;
        try {
            written = streamed.source().write(outlet);
        } catch (RuntimeException refusal) {
            open.remove(outlet);
            refused(visit, refusal);
            return;
        }
        Future.fromCompletionStage(written, context).onComplete(done -> {
            open.remove(outlet);
            if (done.succeeded() && !response.closed()) {
                response.end(Buffer.buffer());
            } else if (done.failed() && !response.headWritten()) {
                refused(visit, done.cause());
                return;
            } else if (!response.closed()) {
                // Half an answer must not look like a whole one.
                response.reset();
            }
            visit.answered(200, outlet.bytes());
        });
    }

    private static void refused(Visit visit, Throwable why) {
        Throwable cause =
                why instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : why;
        switch (cause) {
            case GatewayException refusal -> {
                if (refusal.failure().kind() == FailureKind.UNAUTHENTICATED) {
                    visit.request().response().putHeader("www-authenticate", "Bearer");
                }
                visit.fail(refusal.failure());
            }
            case StoreException away ->
                visit.fail(Failure.of(
                                FailureKind.UNAVAILABLE,
                                "The database does not answer now. Try again in a moment; the log says what it is.")
                        .withCode("storage_unavailable")
                        .withRetryable(true));
            case CancellationException left -> visit.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."));
            case RuntimeException fault -> visit.fault(fault);
            default -> visit.fault(new IllegalStateException(cause));
        }
    }
}
