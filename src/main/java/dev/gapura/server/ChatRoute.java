package dev.gapura.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Principal;
import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.egress.MediaInliner;
import dev.gapura.exchange.ClientAnswer;
import dev.gapura.exchange.Decision;
import dev.gapura.exchange.Draft;
import dev.gapura.exchange.Explanation;
import dev.gapura.exchange.Gate;
import dev.gapura.exchange.Loop;
import dev.gapura.exchange.Pass;
import dev.gapura.exchange.Relay;
import dev.gapura.exchange.Wishes;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.idempotency.Entered;
import dev.gapura.idempotency.Hold;
import dev.gapura.idempotency.IdempotencyKey;
import dev.gapura.idempotency.KeptAnswer;
import dev.gapura.limit.Caller;
import dev.gapura.limit.Limited;
import dev.gapura.provider.Provider;
import dev.gapura.server.edge.BodyCollector;
import dev.gapura.telemetry.Capture;
import dev.gapura.telemetry.Notes;
import dev.gapura.wire.JsonTree;
import dev.gapura.wire.Splice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions` on one event loop: collects the body, decides, and starts the exchange.
final class ChatRoute {
    /// Names this process on calls to providers, so that a gateway that is its own provider notices.
    private static final String HOP = "x-gapura-hop";
    /// Marks of up to 16 gateways on the way.
    private static final Pattern HOPS = Pattern.compile("[0-9a-f]{32}(,[0-9a-f]{32}){0,15}");

    /// Longer bodies are read and translated off the event loop: at about 1 ms for 100 KB.
    private static final int LARGE_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final Loop loop;
    private final BodyCollector bodies;
    private final String instance;
    private final String userAgent;

    /// @param instance random name of this process
    /// @param version of the gateway, for `user-agent`
    ChatRoute(Vertx vertx, Loop loop, BodyCollector bodies, String instance, String version) {
        this.vertx = vertx;
        this.loop = loop;
        this.bodies = bodies;
        this.instance = instance;
        this.userAgent = "gapura/" + version;
    }

    void handle(HttpFront.Call call, Principal principal) {
        HttpServerRequest request = call.request;
        String hops = request.getHeader(HOP);
        if (hops != null && hops.contains(instance)) {
            throw new GatewayException(Failure.of(
                            FailureKind.LOOP,
                            "This request came from this gateway itself: a provider's base_url leads back to it.")
                    .withCode("gateway_loop")
                    .withRetryable(false));
        }
        Wishes wishes = Wishes.of(request.headers());
        String once = IdempotencyKey.read(request.headers().getAll(IdempotencyKey.HEADER));
        bodies.collect(request, new BodyCollector.Receiver() {
            @Override
            public void received(byte[] body) {
                call.notes = new Notes(principal.tags(), null, capture(call, principal, body));
                if (once == null) {
                    begin(call, principal, body, wishes);
                } else {
                    beginOnce(call, principal, body, once, wishes);
                }
            }

            @Override
            public void failed(Failure failure) {
                call.fail(failure, null);
            }
        });
    }

    private static @Nullable Capture capture(HttpFront.Call call, Principal principal, byte[] body) {
        Config.History history = call.snapshot.history();
        return Capture.of(
                Objects.requireNonNullElse(principal.bodies(), history.bodies()), history.bodyMaxBytes(), body);
    }

    /// `POST /v1/chat/completions:explain`: the same decision, told instead of carried out.
    void explain(HttpFront.Call call, Principal principal) {
        Wishes wishes = Wishes.of(call.request.headers()).withDetails();
        bodies.collect(call.request, new BodyCollector.Receiver() {
            @Override
            public void received(byte[] body) {
                draft(call, principal, body, wishes, draft -> {
                    Decision decision =
                            switch (draft) {
                                case Draft.Decided decided -> decided.decision();
                                case Draft.Fetching fetching ->
                                    fetching.then().apply(MediaInliner.pretend(fetching.request(), fetching.passes()));
                            };
                    Map<String, String> headers = headers(call.request, decision);
                    headers.remove(HOP);
                    loop.shared()
                            .gate()
                            .allowance(loop.shared().gate().limits(caller(call, principal), decision))
                            // Counting tokens takes milliseconds, which no stream on this loop should wait for.
                            .compose(left -> vertx.executeBlocking(() -> explained(decision, headers, left), false))
                            .onSuccess(explained -> call.reply(200, "application/json", explained))
                            .onFailure(refused -> refused(call, refused));
                });
            }

            @Override
            public void failed(Failure failure) {
                call.fail(failure, null);
            }
        });
    }

    private static byte[] explained(Decision decision, Map<String, String> headers, Gate.Allowance left) {
        ObjectNode document = Explanation.write(decision, headers);
        KeyPage.limits(document, left);
        return JsonTree.bytes(document);
    }

    /// Reads and routes a request and goes on with `then`, on this loop; a refusal is answered here. Long
    /// bodies are read elsewhere: a picture of many megabytes would hold up every stream of the loop.
    private void draft(
            HttpFront.Call call, Principal principal, byte[] body, Wishes wishes, Consumer<Draft.Ready> then) {
        work(call, body.length, () -> draft(call, principal, body, wishes), draft -> {
            switch (draft) {
                case Draft.Ready ready -> then.accept(ready);
                case Draft.Recalling recalling ->
                    Future.fromCompletionStage(recalling.turns(), vertx.getOrCreateContext())
                            .onComplete(found -> {
                                if (call.request.response().closed()) {
                                    call.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), call.modelAsked);
                                } else if (found.failed()) {
                                    refused(call, found.cause());
                                } else {
                                    work(
                                            call,
                                            body.length,
                                            () -> recalling.then().apply(found.result()),
                                            then);
                                }
                            });
            }
        });
    }

    /// Goes on with a decision, after what the provider cannot fetch itself was fetched.
    private void decide(HttpFront.Call call, Draft.Ready draft, Consumer<Decision> then) {
        switch (draft) {
            case Draft.Decided(Decision decision) -> then.accept(decision);
            case Draft.Fetching fetching ->
                loop.media()
                        .inline(fetching.request(), fetching.passes(), call.snapshot.egress())
                        .onComplete(fetched -> {
                            if (call.request.response().closed()) {
                                call.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), call.modelAsked);
                            } else if (fetched.failed()) {
                                refused(call, fetched.cause());
                            } else {
                                work(
                                        call,
                                        LARGE_BYTES + 1,
                                        () -> fetching.then().apply(fetched.result()),
                                        then);
                            }
                        });
        }
    }

    /// Computes something for a request of this many bytes, here or on a worker, and goes on with it here.
    private <T> void work(HttpFront.Call call, int bytes, Callable<T> work, Consumer<T> then) {
        if (bytes <= LARGE_BYTES) {
            try {
                then.accept(work.call());
            } catch (Exception refusal) {
                refused(call, refusal);
            }
            return;
        }
        vertx.executeBlocking(work, false).onComplete(done -> {
            if (call.request.response().closed()) {
                call.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), call.modelAsked);
            } else if (done.failed()) {
                refused(call, done.cause());
            } else {
                try {
                    then.accept(done.result());
                } catch (RuntimeException fault) {
                    refused(call, fault);
                }
            }
        });
    }

    private static void refused(HttpFront.Call call, Throwable why) {
        if (why instanceof GatewayException refusal) {
            call.fail(refusal.failure(), call.modelAsked);
        } else {
            call.fault(why instanceof RuntimeException fault ? fault : new IllegalStateException(why));
        }
    }

    private Draft draft(HttpFront.Call call, Principal principal, byte[] body, Wishes wishes) {
        HttpServerRequest request = call.request;
        boolean stream = Http.acceptsOnlyStream(request.getHeader("accept"));
        ChatCompletionRequest asked = KeyDefaults.added(
                RequestReader.read(body, body.length, stream),
                principal.defaults(),
                with -> RequestReader.read(with, with.length, stream));
        call.modelAsked = asked.model();
        call.notes = RequestNotes.of(asked, principal.tags(), call.notes.capture());
        return Decision.draft(
                asked, principal, call.snapshot.ground(), loop.dialects(), loop.shared(), wishes, call.requestId);
    }

    /// Begins a request that is to be carried out once, or answers it as it was answered before.
    private void beginOnce(HttpFront.Call call, Principal principal, byte[] body, String once, Wishes wishes) {
        HttpServerRequest request = call.request;
        List<String> terms = List.of(
                call.route, Boolean.toString(Http.acceptsOnlyStream(request.getHeader("accept"))), wishes.canonical());
        work(
                call,
                body.length,
                () -> IdempotencyKey.of(principal.holder().keyId(), once, terms, body),
                key -> Future.fromCompletionStage(loop.shared().idempotency().enter(key), vertx.getOrCreateContext())
                        .onComplete(entered -> {
                            switch (entered.result()) {
                                case null -> refused(call, entered.cause());
                                case Entered.Replayed(KeptAnswer answer, byte[] again) -> call.replay(answer, again);
                                case Entered.Refused(Failure failure) -> call.fail(failure, null);
                                case Entered.First(Hold hold) -> {
                                    call.hold = hold;
                                    if (request.response().closed()) {
                                        call.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), null);
                                    } else {
                                        begin(call, principal, body, wishes);
                                    }
                                }
                            }
                        }));
    }

    private void begin(HttpFront.Call call, Principal principal, byte[] body, Wishes wishes) {
        draft(
                call,
                principal,
                body,
                wishes,
                draft -> decide(call, draft, decision -> {
                    if (loop.shared().gate().knowsLimits()) {
                        limit(call, principal, body, wishes, decision);
                        return;
                    }
                    Consumer<Decision> limited = decided -> limit(call, principal, body, wishes, decided);
                    loop.shared()
                            .gate()
                            .untilKnown(principal.holder())
                            .onSuccess(known -> work(call, LARGE_BYTES + 1, () -> decision, limited))
                            .onFailure(away -> refused(call, away));
                }));
    }

    private void limit(HttpFront.Call call, Principal principal, byte[] body, Wishes wishes, Decision decision) {
        List<Limited> limits = loop.shared().gate().limits(caller(call, principal), decision);
        if (limits.isEmpty()) {
            start(call, decision, null);
        } else {
            admit(call, principal, limits, decision, tokens -> limited(call, body, tokens), wishes);
        }
    }

    private static Caller caller(HttpFront.Call call, Principal principal) {
        return Caller.of(principal.holder(), call.notes.endUser());
    }

    /// Asks the limits, and goes on where they let the request in.
    ///
    /// @param shortened makes the body of a request whose answer is limited to so many tokens
    private void admit(
            HttpFront.Call call,
            Principal principal,
            List<Limited> limits,
            Decision decision,
            LongFunction<byte[]> shortened,
            Wishes wishes) {
        loop.shared()
                .gate()
                .admit(limits, decision, call.arrival(), headers -> headers.forEach(call.request.response()::putHeader))
                .onComplete(admitted -> {
                    if (admitted.failed()) {
                        refused(call, admitted.cause());
                        return;
                    }
                    Pass pass = admitted.result();
                    call.pass = pass;
                    long longest = pass.longestAnswer();
                    if (call.request.response().closed()) {
                        call.fail(Failure.of(FailureKind.CLIENT_GONE, "The client left."), call.modelAsked);
                    } else if (longest == 0) {
                        start(call, decision, pass);
                    } else {
                        work(
                                call,
                                decision.terms().bytesIn(),
                                () -> shortened.apply(longest),
                                body -> draft(
                                        call,
                                        principal,
                                        body,
                                        wishes,
                                        draft -> decide(
                                                call, draft, again -> start(call, again.clamped(longest), pass))));
                    }
                });
    }

    /// The client's body with a limit of the answer, which it does not have, or has as `null`.
    private static byte[] limited(HttpFront.Call call, byte[] body, long tokens) {
        ChatCompletionRequest request =
                RequestReader.read(body, body.length, Http.acceptsOnlyStream(call.request.getHeader("accept")));
        ChatCompletionRequest.Member there = request.member(Decision.LIMIT);
        Splice splice = new Splice(body, body.length);
        if (there != null) {
            byte[] value = Long.toString(tokens).getBytes(StandardCharsets.US_ASCII);
            return splice.replace(there.valueStart(), there.valueEnd(), value).apply();
        }
        byte[] member = ("\"" + Decision.LIMIT + "\":" + tokens + ",").getBytes(StandardCharsets.US_ASCII);
        return splice.insert(request.members().getFirst().nameStart(), member).apply();
    }

    private void start(HttpFront.Call call, Decision decision, @Nullable Pass pass) {
        HttpServerRequest request = call.request;
        HttpServerResponse response = request.response();
        ClientAnswer client = new ClientAnswer(response, request.connection(), call.requestId);
        client.captured(call.notes.capture());
        Hold hold = call.hold;
        if (hold != null) {
            client.keptBy(hold, loop.gzip());
            call.hold = null;
        }
        call.pass = null;
        Relay relay = Relay.start(
                loop,
                call.arrival(),
                decision,
                pass,
                client,
                headers(request, decision),
                call.snapshot.heartbeat(),
                call.snapshot.writeTimeout());
        response.exceptionHandler(fault -> relay.clientGone());
        response.closeHandler(nothing -> relay.clientGone());
    }

    private Map<String, String> headers(HttpServerRequest request, Decision decision) {
        Provider provider = decision.terms().target().provider();
        Map<String, String> headers = new HashMap<>(provider.headers());
        headers.put("content-type", "application/json");
        headers.put("accept", decision.terms().stream() ? "text/event-stream" : "application/json");
        headers.putIfAbsent("user-agent", userAgent);
        String hops = request.getHeader(HOP);
        // What is not the mark of gateways does not go on to a provider.
        headers.put(HOP, hops == null || !HOPS.matcher(hops).matches() ? instance : hops + "," + instance);
        Secret credential = provider.credential();
        if (credential != null) {
            headers.put(provider.credentialHeader(), credential.reveal());
        }
        headers.putAll(decision.headers());
        return headers;
    }
}
