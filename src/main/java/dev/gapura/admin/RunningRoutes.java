package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Area;
import dev.gapura.access.Authority;
import dev.gapura.access.Permission;
import dev.gapura.access.Principal;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.server.OpenExchange;
import dev.gapura.wire.JsonTree;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
            Parameter.of("bytes_out", Shape.whole(), "Bytes of the answer so far."));

    private final Running running;

    /// @param running of this gateway
    public RunningRoutes(Running running) {
        this.running = running;
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
                });
        return document;
    }

    private static Area area(Principal.@Nullable Holder holder) {
        return holder == null ? Area.GATEWAY : Area.of(holder, null);
    }

    private CompletableFuture<Answer> stop(Ask ask) {
        String id = ask.path("id");
        return running.open().thenCompose(open -> {
            OpenExchange one = open.stream()
                    .filter(each -> each.requestId().equals(id))
                    .findFirst()
                    .orElseThrow(RunningRoutes::notFound);
            ask.authority().require(Permission.STOP_REQUESTS, area(one.holder()), "request");
            return running.stop(id).thenApply(stopped -> {
                if (!stopped) {
                    throw notFound();
                }
                return Answer.of(JsonTree.object().put("stopped", true));
            });
        });
    }

    private static GatewayException notFound() {
        return new GatewayException(
                Failure.of(FailureKind.NOT_FOUND, "No such request is under way at this gateway; it may be over.")
                        .withCode("request_not_found"));
    }
}
