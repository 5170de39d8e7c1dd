package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Area;
import dev.gapura.access.Audit;
import dev.gapura.access.Authority;
import dev.gapura.access.Permission;
import dev.gapura.access.Principal;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.server.OpenExchange;
import dev.gapura.telemetry.Capture;
import dev.gapura.wire.JsonTree;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Requests that are under way at this gateway.
public final class RunningRoutes {
    /// Where they are found.
    public interface Running {
        /// Every exchange that is open now.
        CompletableFuture<List<OpenExchange>> open();

        /// Ends one: its client is told, its upstream call is reset.
        ///
        /// @return false where it is over
        CompletableFuture<Boolean> stop(String requestId);

        /// Shows somebody the answer of one while it passes.
        ///
        /// @param watcher is called on the event loop of the exchange
        /// @return false where it is over, or not to be watched
        CompletableFuture<Boolean> watch(String requestId, Capture.Watcher watcher);

        /// Ends what [#watch] began.
        void unwatch(String requestId, Capture.Watcher watcher);
    }

    private static final Shape.Members EXCHANGE = Shape.members(
            Parameter.of("id", Shape.text(), "Value of `x-request-id`."),
            Parameter.of("time", Shape.whole(), "Arrival, milliseconds since the Unix epoch."),
            Parameter.of("route", Shape.text(), "Template of the route."),
            Parameter.of("key", Shape.text(), "Name of the key."),
            Parameter.of("key_id", Shape.text(), "Id of the key."),
            Parameter.of("client", Shape.text(), "Address of the client."),
            Parameter.of("user_agent", Shape.text(), "`user-agent` as sent."),
            Parameter.of("model_asked", Shape.text(), "`model` as the client wrote it."),
            Parameter.of("provider", Shape.text(), "Provider that is called."),
            Parameter.of("model", Shape.text(), "Model that is called."),
            Parameter.of("streamed", new Shape.Flag(), "Whether the answer is an event stream."),
            Parameter.of(
                    "first_byte_ms",
                    Shape.whole(),
                    "From arrival to the first byte of the answer; null while there is none."),
            Parameter.of("bytes_out", Shape.whole(), "Bytes of the answer so far."),
            Parameter.of(
                    "watchable",
                    new Shape.Flag(),
                    "Whether its answer can be watched: a stream whose bodies are kept."));

    private final Running running;
    private final Audit audit;

    /// @param running of this gateway
    /// @param audit is told of whoever watches
    public RunningRoutes(Running running, Audit audit) {
        this.running = running;
        this.audit = audit;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/running",
                        Permission.READ_REQUESTS,
                        "Lists requests that are under way at this gateway, the oldest first.",
                        Shape.members(Parameter.of("data", Shape.listOf(EXCHANGE), "Requests.")),
                        ask -> running.open().thenApply(open -> Answer.of(list(ask.authority(), open)))),
                Route.get(
                                "/running/{id}/tail",
                                Permission.READ_REQUESTS,
                                "Shows the text of a stream that is under way as it passes, as server-sent events.",
                                Shape.text(),
                                this::tail)
                        .answering("text/event-stream"),
                Route.delete(
                        "/running/{id}",
                        Permission.STOP_REQUESTS,
                        "Stops a request: its client is told so, its call to the provider is reset.",
                        Shape.members(Parameter.of("stopped", new Shape.Flag(), "True.")),
                        this::stop));
    }

    private static ObjectNode list(Authority who, List<OpenExchange> open) {
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        open.stream()
                .filter(one -> who.may(Permission.READ_REQUESTS, area(one.holder())))
                .sorted(Comparator.comparingLong(OpenExchange::startMillis))
                .forEach(one -> {
                    ObjectNode json = data.addObject();
                    Principal.Holder holder = one.holder();
                    json.put("id", one.requestId());
                    json.put("time", one.startMillis());
                    json.put("route", one.route());
                    json.put("key", one.keyName());
                    json.put("key_id", holder == null ? null : holder.keyId());
                    json.put("client", one.clientAddress());
                    json.put("user_agent", one.userAgent());
                    json.put("model_asked", one.modelAsked());
                    json.put("provider", one.provider());
                    json.put("model", one.model());
                    json.put("streamed", one.streamed());
                    json.put("first_byte_ms", one.firstByteMillis());
                    json.put("bytes_out", one.bytesOut());
                    json.put("watchable", one.watchable());
                });
        return document;
    }

    private static Area area(Principal.@Nullable Holder holder) {
        return holder == null ? Area.GATEWAY : Area.of(holder, null);
    }

    /// What somebody may not know of is told apart from nothing by no word.
    private static OpenExchange one(Authority who, List<OpenExchange> open, String id) {
        return open.stream()
                .filter(each -> each.requestId().equals(id) && who.may(Permission.READ_REQUESTS, area(each.holder())))
                .findFirst()
                .orElseThrow(RunningRoutes::notFound);
    }

    private CompletableFuture<Answer> tail(Ask ask) {
        String id = ask.path("id");
        return running.open().thenCompose(open -> {
            OpenExchange one = one(ask.authority(), open, id);
            Area area = area(one.holder());
            if (!one.streamed()) {
                throw new GatewayException(Failure.of(
                                FailureKind.CONFLICT,
                                "This request is answered as one JSON document; only streams can be watched.")
                        .withCode("not_a_stream"));
            }
            if (!one.watchable()) {
                throw new GatewayException(Failure.of(
                                FailureKind.FORBIDDEN,
                                "The bodies of this request are not kept, so nobody may watch it. With `bodies: all` in"
                                        + " the policy of its key, or in `storage.history`, later ones can be.")
                        .withCode("bodies_not_kept"));
            }
            Supplier<CompletableFuture<Boolean>> allowed = () ->
                    ask.again().get().thenApply(caller -> caller.required().may(Permission.READ_REQUESTS, area));
            Principal.Holder holder = one.holder();
            return audit.watches(ask.authority(), id, holder == null ? null : holder.organization())
                    .thenApply(written -> new Answer.Streamed(
                            "text/event-stream", Map.of(), outlet -> new StreamTail(outlet).run(running, id, allowed)));
        });
    }

    private CompletableFuture<Answer> stop(Ask ask) {
        String id = ask.path("id");
        return running.open().thenCompose(open -> {
            OpenExchange one = one(ask.authority(), open, id);
            ask.authority().require(Permission.STOP_REQUESTS, area(one.holder()), "request");
            return running.stop(id).thenApply(stopped -> {
                if (!stopped) {
                    throw notFound();
                }
                return Answer.of(JsonTree.object().put("stopped", true));
            });
        });
    }

    static GatewayException notFound() {
        return new GatewayException(
                Failure.of(FailureKind.NOT_FOUND, "No such request is under way at this gateway; it may be over.")
                        .withCode("request_not_found"));
    }
}
