package dev.gapura.server;

import dev.gapura.access.Principal;
import dev.gapura.dialect.openai.ErrorWriter;
import dev.gapura.exchange.Arrival;
import dev.gapura.exchange.Loop;
import dev.gapura.exchange.Pass;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.idempotency.Hold;
import dev.gapura.idempotency.KeptAnswer;
import dev.gapura.limit.Caller;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Capture;
import dev.gapura.telemetry.Charge;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.Notes;
import dev.gapura.telemetry.Particulars;
import dev.gapura.telemetry.ToolRun;
import dev.gapura.wire.Gzip;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP surface on one event loop: one table of routes, the key check in front of those that need one,
/// and the same error shape for everything that goes wrong. Chat completions go on to [ChatRoute]; the rest
/// is answered here.
///
/// Longer than 400 lines because a call, its answers and its record stand beside the table that they serve.
final class HttpFront {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);

    private static final String MODELS = "/v1/models/";
    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final Loop loop;
    private final Supplier<Snapshot> snapshots;
    private final Condition condition;
    private final ChatRoute chat;
    private final List<Surface> surfaces;
    private final Entrance entrance;
    private final boolean api;
    private final RequestIds ids = new RequestIds();

    HttpFront(
            Vertx vertx,
            Loop loop,
            Supplier<Snapshot> snapshots,
            Condition condition,
            ChatRoute chat,
            List<Surface> surfaces,
            boolean api) {
        this.vertx = vertx;
        entrance = new Entrance(vertx);
        this.loop = loop;
        this.snapshots = snapshots;
        this.condition = condition;
        this.chat = chat;
        this.surfaces = List.copyOf(surfaces);
        this.api = api;
    }

    /// Handles one request, from its head. Never throws.
    void handle(HttpServerRequest request) {
        long startNanos = System.nanoTime();
        Snapshot snapshot = snapshots.get();
        long startMillis = System.currentTimeMillis();
        String requestId = ids.next(startMillis);
        loop.meters().exchangeOpened();
        if (condition.draining() && request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("connection", "close");
        }
        Call call = new Call(request, snapshot, requestId, startNanos, startMillis);
        try {
            route(call);
        } catch (GatewayException refusal) {
            call.fail(refusal.failure(), null);
        } catch (RuntimeException fault) {
            call.fault(fault);
        }
    }

    private void route(Call call) {
        HttpServerRequest request = call.request;
        String path = request.path() == null ? "" : request.path();
        if (!api && path.startsWith("/v1/")) {
            throw new GatewayException(UnknownRoute.of(path));
        }
        if (!api && path.equals("/")) {
            call.route = path;
            allow(call, HttpMethod.GET);
            request.response().putHeader("location", "/console");
            call.reply(302, "text/plain; charset=utf-8", new byte[0]);
            return;
        }
        if (path.startsWith("/v1/")) {
            if (call.snapshot.cors().isPreflight(request)) {
                call.snapshot.cors().answerPreflight(request);
                call.answered(204, 0);
                return;
            }
            call.snapshot.cors().addTo(request, request.response().headers());
        }
        switch (path) {
            case "/v1/chat/completions" -> {
                call.route = path;
                allow(call, HttpMethod.POST);
                entrance.admit(call, principal -> chat.handle(call, principal));
            }
            case "/v1/chat/completions:explain" -> {
                call.route = path;
                allow(call, HttpMethod.POST);
                entrance.admit(call, principal -> chat.explain(call, principal));
            }
            case "/v1/models" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                entrance.admit(call, principal -> models(call, () -> ModelList.list(call.snapshot, principal)));
            }
            case "/v1/model/info" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                entrance.admit(call, principal -> models(call, () -> ModelList.info(call.snapshot, principal)));
            }
            case "/v1/key" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                entrance.admit(call, principal -> key(call, principal));
            }
            case "/healthz" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                call.reply(200, JSON, text("{\"status\":\"ok\"}"));
            }
            case "/readyz" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                String status = condition.draining() ? "draining" : condition.ready() ? "ready" : "starting";
                call.reply(
                        condition.ready() ? 200 : 503,
                        JSON,
                        text("{\"status\":\"" + status + "\",\"storage\":\""
                                + condition.storage().text() + "\"}"));
            }
            case "/metrics" -> {
                call.route = path;
                allow(call, HttpMethod.GET);
                // Milliseconds of work, which no stream on this loop should wait for.
                vertx.executeBlocking(() -> text(loop.meters().scrape()), false)
                        .onSuccess(page -> call.reply(200, "text/plain; version=0.0.4; charset=utf-8", page))
                        .onFailure(fault -> call.fault(new IllegalStateException(fault)));
            }
            default -> {
                if (path.startsWith(MODELS) && path.length() > MODELS.length()) {
                    call.route = "/v1/models/{id}";
                    allow(call, HttpMethod.GET);
                    String model = decoded(path.substring(MODELS.length()));
                    entrance.admit(
                            call, principal -> call.reply(200, JSON, ModelList.one(call.snapshot, principal, model)));
                } else {
                    elsewhere(call, path);
                }
            }
        }
    }

    private void elsewhere(Call call, String path) {
        for (Surface surface : surfaces) {
            if (surface.takes(path)) {
                surface.handle(call);
                return;
            }
        }
        throw new GatewayException(UnknownRoute.of(path));
    }

    /// Many providers have a thousand models: milliseconds of work, which no stream on this loop should
    /// wait for.
    private void key(Call call, Principal principal) {
        loop.shared()
                .gate()
                .allowance(Caller.of(principal.holder(), null))
                .onSuccess(allowance -> call.reply(200, JSON, KeyPage.write(principal, allowance)))
                .onFailure(refused -> {
                    if (refused instanceof GatewayException refusal) {
                        call.fail(refusal.failure(), null);
                    } else {
                        call.fault(new IllegalStateException(refused));
                    }
                });
    }

    private void models(Call call, Callable<byte[]> list) {
        vertx.executeBlocking(list, false)
                .onSuccess(page -> call.reply(200, JSON, page))
                .onFailure(fault -> call.fault(new IllegalStateException(fault)));
    }

    private static void allow(Call call, HttpMethod method) {
        HttpMethod asked = call.request.method();
        if (!asked.equals(method) && !(asked.equals(HttpMethod.HEAD) && method.equals(HttpMethod.GET))) {
            call.request.response().putHeader("allow", method.name());
            throw new GatewayException(
                    Failure.of(FailureKind.METHOD_NOT_ALLOWED, "This path takes " + method.name() + " only.")
                            .withCode("method_not_allowed"));
        }
    }

    private static String decoded(String name) {
        try {
            return java.net.URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(
                    Failure.invalid("id", "The model name in the path is not percent-encoded correctly."));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// One request on its way through the front: what is known of it so far, and the answers that need no
    /// exchange.
    final class Call implements Surface.Visit {
        final HttpServerRequest request;
        final Snapshot snapshot;
        final String requestId;
        final long startNanos;
        final long startMillis;
        String route = ExchangeRecord.NO_ROUTE;

        /// Whose request it is, once its key was accepted.
        @Nullable
        Principal principal;

        /// `model` of the body, once it was read.
        volatile @Nullable String modelAsked;

        /// What the body says for the record, once it was read.
        volatile Notes notes = Notes.NONE;

        /// Who calls a surface.
        private @Nullable String caller;

        /// Tools that ran for a surface, which tells of them on any thread.
        private volatile List<ToolRun> runs = List.of();

        /// What the request was let in with, until its exchange has it.
        @Nullable
        Pass pass;

        /// What the request's `Idempotency-Key` is held by, until its exchange has it.
        @Nullable
        Hold hold;

        /// Tells of a failure in the place of [#fail].
        private @Nullable Consumer<Failure> teller;

        private boolean over;

        Call(HttpServerRequest request, Snapshot snapshot, String requestId, long startNanos, long startMillis) {
            this.request = request;
            this.snapshot = snapshot;
            this.requestId = requestId;
            this.startNanos = startNanos;
            this.startMillis = startMillis;
        }

        Arrival arrival() {
            return new Arrival(
                    requestId,
                    startMillis,
                    startNanos,
                    request.method().name(),
                    route,
                    principal,
                    clientAddress(),
                    request.getHeader("user-agent"),
                    Gzip.wanted(request.getHeader("accept-encoding")),
                    notes);
        }

        @Override
        public HttpServerRequest request() {
            return request;
        }

        @Override
        public Snapshot snapshot() {
            return snapshot;
        }

        @Override
        public String requestId() {
            return requestId;
        }

        @Override
        public void routed(String template) {
            route = template;
        }

        @Override
        public void known(String name) {
            caller = name;
        }

        @Override
        public void ran(ToolRun run) {
            runs = Stream.concat(runs.stream(), Stream.of(run)).toList();
        }

        @Override
        public String clientAddress() {
            return snapshot.clientAddress()
                    .of(request.remoteAddress().hostAddress(), request.headers().getAll("x-forwarded-for"));
        }

        @Override
        public void reply(int status, String type, byte[] body) {
            HttpServerResponse response = request.response();
            response.setStatusCode(status);
            response.putHeader("content-type", type);
            response.putHeader("x-request-id", requestId);
            byte[] sent = body;
            if (Gzip.pays(body.length) && Gzip.wanted(request.getHeader("accept-encoding"))) {
                response.putHeader("content-encoding", "gzip");
                response.headers().add("vary", "accept-encoding");
                sent = loop.gzip().gzip(body, 0, body.length);
            }
            if (request.method().equals(HttpMethod.HEAD)) {
                response.putHeader("content-length", Integer.toString(sent.length));
                response.end();
            } else if (!response.closed()) {
                response.end(Buffer.buffer(sent));
            }
            record(status, null, null, null, sent.length);
        }

        /// Answers as the first request with the same `Idempotency-Key` was answered.
        void replay(KeptAnswer answer, byte[] body) {
            if (request.response().closed()) {
                fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), null);
                return;
            }
            Capture capture = notes.capture();
            if (capture != null) {
                capture.answer(body, 0, body.length);
            }
            boolean gzip = Gzip.wanted(request.getHeader("accept-encoding"));
            long sent = Replay.send(request.response(), answer, body, requestId, gzip ? loop.gzip() : null);
            record(answer.status(), answer.failure(), null, answer.headers().get(Replay.MODEL), sent);
        }

        /// Refuses the request.
        ///
        /// @param modelAsked model of the request, where it got that far
        void fail(Failure failure, @Nullable String modelAsked) {
            fail(failure, modelAsked, JSON, ErrorWriter.write(failure, requestId));
        }

        private void fail(Failure failure, @Nullable String modelAsked, String type, byte[] body) {
            if (over) {
                return;
            }
            HttpServerResponse response = request.response();
            if (!response.headWritten() && !response.closed()) {
                response.setStatusCode(failure.status());
                response.putHeader("content-type", type);
                response.putHeader("x-request-id", requestId);
                Duration wait = failure.retryAfter();
                if (wait != null) {
                    response.putHeader("retry-after", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
                    response.putHeader("retry-after-ms", Long.toString(Math.max(1, wait.toMillis())));
                }
                Boolean retryable = failure.retryable();
                if (retryable != null) {
                    response.putHeader("x-should-retry", retryable.toString());
                }
                response.end(Buffer.buffer(body));
            }
            Capture capture = notes.capture();
            if (capture != null) {
                capture.answer(body, 0, body.length);
            }
            Hold held = hold;
            if (held != null && failure.kind() != FailureKind.CLIENT_GONE) {
                held.refused(requestId, failure, KeptAnswer.headers(response.headers()), body);
            }
            record(failure.status(), failure.kind(), failure.code(), modelAsked, body.length);
        }

        @Override
        public void refusedBy(Consumer<Failure> told) {
            teller = told;
        }

        @Override
        public void fail(Failure failure) {
            Consumer<Failure> other = teller;
            if (other == null) {
                fail(failure, null);
            } else {
                teller = null;
                other.accept(failure);
            }
        }

        @Override
        public void fail(Failure failure, String type, byte[] body) {
            fail(failure, null, type, body);
        }

        @Override
        public void fault(RuntimeException fault) {
            LOG.error("request {} met a fault of the gateway", requestId, fault);
            fail(Failure.of(
                    FailureKind.INTERNAL,
                    "The gateway met a fault of its own; its log has more under this request id."));
        }

        @Override
        public void answered(int status, long bytesOut) {
            record(status, null, null, null, bytesOut);
        }

        private @Nullable Bodies bodies(@Nullable FailureKind failure) {
            Capture capture = notes.capture();
            return capture == null || failure == null ? null : capture.bodies(failure);
        }

        private void record(
                int status,
                @Nullable FailureKind failure,
                @Nullable String code,
                @Nullable String modelAsked,
                long bytesOut) {
            over = true;
            if (hold != null) {
                hold.release();
                hold = null;
            }
            Pass held = pass;
            if (held != null) {
                pass = null;
                held.release();
            }
            long elapsed = System.nanoTime() - startNanos;
            long cost = runs.stream().mapToLong(ToolRun::costNanoUsd).sum();
            ExchangeRecord exchange = new ExchangeRecord(
                    requestId,
                    startMillis,
                    request.method().name(),
                    route,
                    status,
                    false,
                    principal == null ? caller : principal.name(),
                    clientAddress(),
                    request.getHeader("user-agent"),
                    modelAsked,
                    null,
                    null,
                    failure,
                    0,
                    null,
                    request.bytesRead(),
                    bytesOut,
                    elapsed,
                    elapsed,
                    null,
                    new Particulars(
                            principal == null ? null : principal.holder(),
                            cost == 0 ? Charge.NOTHING : new Charge(cost, null, Charge.Counted.NOTHING),
                            code,
                            notes.endUser(),
                            notes.tags(),
                            runs,
                            List.of(),
                            bodies(failure)));
            loop.records().write(exchange);
            loop.meters().record(exchange);
            loop.meters().exchangeClosed();
        }
    }
}
