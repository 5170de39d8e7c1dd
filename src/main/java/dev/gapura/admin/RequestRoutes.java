package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.access.RequestScope;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.ledger.Page;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.telemetry.Bodies;
import dev.gapura.telemetry.Body;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The history of requests.
public final class RequestRoutes {
    private static final int USUAL_LIMIT = 50;

    private static final Shape.Members PAGE = Shape.members(
            Parameter.of("data", Shape.listOf(EntryJson.SHAPE), "Requests, the newest first."),
            Parameter.of(
                    "next",
                    Shape.text(),
                    "`cursor` of the next page; null after the last one. A page may hold fewer than were asked for, even"
                            + " none, and still have a next one."));

    private static final Shape.Members BODY = Shape.members(
            Parameter.of("text", Shape.text(), "Its beginning, as far as it is kept."),
            Parameter.of("bytes", Shape.whole(), "Its whole length."));

    private final Ledger ledger;

    /// @param ledger is asked
    public RequestRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/requests", Permission.READ_REQUESTS, "Lists requests, the newest first.", PAGE, this::list)
                        .asking(RequestFilter.with(
                                Parameter.of("cursor", Shape.text(1, 64), "`next` of the page before."),
                                Parameter.of("limit", Shape.whole(1, Ledger.MOST_ENTRIES), "Requests a page.")
                                        .withDefault(Integer.toString(USUAL_LIMIT)))),
                Route.get(
                                "/requests/export",
                                Permission.READ_REQUESTS,
                                "Gives every request that the filters leave, the newest first, as a file.",
                                Shape.listOf(EntryJson.SHAPE),
                                this::export)
                        .asking(RequestFilter.with(
                                Parameter.of("format", Shape.only("csv", "json"), "Form of the file.")
                                        .withDefault("\"csv\""))),
                Route.get(
                                "/requests/tail",
                                Permission.READ_REQUESTS,
                                "Tells of requests as they end at this gateway, as server-sent events.",
                                Shape.text(),
                                this::tail)
                        .asking(RequestFilter.with())
                        .answering("text/event-stream"),
                Route.get(
                        "/requests/{id}",
                        Permission.READ_REQUESTS,
                        "Tells everything that is kept of one request.",
                        Shape.members(
                                Parameter.of("request", EntryJson.SHAPE, "The request."),
                                Parameter.of("request_body", BODY, "What the client sent; null where it is not kept."),
                                Parameter.of("answer_body", BODY, "What the client got; null where it is not kept."),
                                Parameter.of(
                                        "upstream_request_body",
                                        BODY,
                                        "What the provider was sent in the last attempt; null where it is not kept."),
                                Parameter.of(
                                        "upstream_answer_body",
                                        BODY,
                                        "What the provider answered to that, where the client got it in other words or"
                                                + " it was an error; else null.")),
                        this::one));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Filter filter = RequestFilter.of(ask);
        String cursor = ask.query().text("cursor");
        int limit = (int) ask.query().number("limit", USUAL_LIMIT);
        try {
            return ledger.page(filter, cursor, limit).thenApply(page -> Answer.of(write(page)));
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(Failure.invalid(
                    "cursor", "`cursor` is none that this gateway gave out; leave it out for the first page."));
        }
    }

    private static ObjectNode write(Page page) {
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        page.entries().forEach(entry -> data.add(EntryJson.write(entry)));
        document.put("next", page.next());
        return document;
    }

    private CompletableFuture<Answer> export(Ask ask) {
        Filter filter = RequestFilter.of(ask);
        boolean json = "json".equals(ask.query().text("format"));
        String name = json ? "requests.json" : "requests.csv";
        return CompletableFuture.completedFuture(new Answer.Streamed(
                json ? "application/json" : "text/csv; charset=utf-8",
                Map.of("content-disposition", "attachment; filename=\"" + name + "\""),
                outlet -> new Export(ledger, filter, json ? Export.JSON : Export.CSV, outlet).run()));
    }

    private CompletableFuture<Answer> tail(Ask ask) {
        Filter filter = RequestFilter.of(ask);
        RequestScope scope = ask.authority().requests();
        Supplier<CompletableFuture<Boolean>> allowed = () -> ask.again()
                .get()
                .thenApply(caller -> caller.required().requests().equals(scope));
        return CompletableFuture.completedFuture(new Answer.Streamed(
                "text/event-stream",
                Map.of(),
                outlet -> new Tail(ledger, filter, EntryJson::write, allowed, outlet).run()));
    }

    private CompletableFuture<Answer> one(Ask ask) {
        return ledger.one(ask.path("id")).thenCompose(found -> {
            Entry entry = found.filter(RequestFilter.scope(ask)::holds).orElseThrow(RequestRoutes::unknown);
            CompletableFuture<Optional<Bodies>> bodies = entry.hasBodies()
                    ? ledger.bodies(entry.requestId())
                    : CompletableFuture.completedFuture(Optional.empty());
            return bodies.thenApply(kept -> Answer.of(write(entry, kept)));
        });
    }

    private static ObjectNode write(Entry entry, Optional<Bodies> kept) {
        ObjectNode document = JsonTree.object();
        document.set("request", EntryJson.write(entry));
        Bodies bodies = kept.orElse(null);
        document.set("request_body", body(bodies == null ? null : bodies.request()));
        document.set("answer_body", body(bodies == null ? null : bodies.answer()));
        document.set("upstream_request_body", body(bodies == null ? null : bodies.sent()));
        document.set("upstream_answer_body", body(bodies == null ? null : bodies.came()));
        return document;
    }

    private static @Nullable ObjectNode body(@Nullable Body kept) {
        if (kept == null) {
            return null;
        }
        return JsonTree.object()
                .put("text", new String(kept.beginning(), StandardCharsets.UTF_8))
                .put("bytes", kept.bytes());
    }

    private static GatewayException unknown() {
        return new GatewayException(Failure.of(
                        FailureKind.NOT_FOUND,
                        "No request of this id is kept, or it is none of yours. A request is listed a moment after it is"
                                + " over.")
                .withCode("unknown_request"));
    }
}
