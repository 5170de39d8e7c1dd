package dev.gapura.server;

import dev.gapura.access.Principal;
import dev.gapura.config.Secret;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.exchange.ClientAnswer;
import dev.gapura.exchange.Decision;
import dev.gapura.exchange.Details;
import dev.gapura.exchange.Explanation;
import dev.gapura.exchange.Loop;
import dev.gapura.exchange.Relay;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Provider;
import dev.gapura.server.edge.BodyCollector;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions` on one event loop: collects the body, decides, and starts the exchange.
final class ChatRoute {
    /// Names this process on calls to providers, so that a gateway that is its own provider notices.
    private static final String HOP = "x-gapura-hop";
    /// Marks of up to 16 gateways on the way.
    private static final Pattern HOPS = Pattern.compile("[0-9a-f]{32}(,[0-9a-f]{32}){0,15}");

    private final Loop loop;
    private final BodyCollector bodies;
    private final String instance;
    private final String userAgent;

    /// @param instance random name of this process
    /// @param version of the gateway, for `user-agent`
    ChatRoute(Loop loop, BodyCollector bodies, String instance, String version) {
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
        bodies.collect(request, new BodyCollector.Receiver() {
            @Override
            public void received(byte[] body) {
                begin(call, principal, body);
            }

            @Override
            public void failed(Failure failure) {
                call.fail(failure, null);
            }
        });
    }

    /// `POST /v1/chat/completions:explain`: the same decision, told instead of carried out.
    void explain(HttpFront.Call call, Principal principal, Vertx vertx) {
        bodies.collect(call.request, new BodyCollector.Receiver() {
            @Override
            public void received(byte[] body) {
                Decision decision = decided(call, principal, body, true);
                if (decision != null) {
                    Map<String, String> headers = headers(call.request, decision);
                    headers.remove(HOP);
                    // Counting tokens takes milliseconds, which no stream on this loop should wait for.
                    vertx.executeBlocking(() -> Explanation.write(decision, headers), false)
                            .onSuccess(explained -> call.reply(200, "application/json", explained))
                            .onFailure(fault -> call.fault(new IllegalStateException(fault)));
                }
            }

            @Override
            public void failed(Failure failure) {
                call.fail(failure, null);
            }
        });
    }

    /// What is to be done, or null where the request was refused and answered.
    private @Nullable Decision decided(HttpFront.Call call, Principal principal, byte[] body, boolean details) {
        HttpServerRequest request = call.request;
        String modelAsked = null;
        try {
            ChatCompletionRequest asked =
                    RequestReader.read(body, body.length, Http.acceptsOnlyStream(request.getHeader("accept")));
            modelAsked = asked.model();
            return Decision.decide(
                    asked,
                    principal,
                    call.snapshot.routes(),
                    loop.dialects(),
                    loop.vault(),
                    request.getHeader("x-gapura-unsupported"),
                    details,
                    call.requestId);
        } catch (GatewayException refusal) {
            call.fail(refusal.failure(), modelAsked);
            return null;
        } catch (RuntimeException fault) {
            call.fault(fault);
            return null;
        }
    }

    private void begin(HttpFront.Call call, Principal principal, byte[] body) {
        HttpServerRequest request = call.request;
        Decision decision = decided(call, principal, body, "true".equalsIgnoreCase(request.getHeader(Details.HEADER)));
        if (decision == null) {
            return;
        }
        String modelAsked = decision.terms().modelAsked();
        HttpServerResponse response = request.response();
        ClientAnswer client = new ClientAnswer(response, request.connection(), call.requestId);
        Relay relay;
        try {
            relay = Relay.start(
                    loop,
                    call.arrival(),
                    decision,
                    client,
                    headers(request, decision),
                    call.snapshot.heartbeat(),
                    call.snapshot.writeTimeout());
        } catch (GatewayException refusal) {
            call.fail(refusal.failure(), modelAsked);
            return;
        } catch (RuntimeException fault) {
            call.fault(fault);
            return;
        }
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
