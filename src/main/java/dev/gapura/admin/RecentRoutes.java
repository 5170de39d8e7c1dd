package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Session;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Recent requests for the open page: when, with what status, from which user agent, and nothing else; of the keys and
/// the session of whoever is logged in, whatever more their role would show them elsewhere.
public final class RecentRoutes {
    private static final int USUAL_LIMIT = 20;
    private static final int MOST = 100;

    private static final Shape.Members REQUEST = Shape.members(
            Parameter.of("time", Shape.whole(), "Arrival, milliseconds since the Unix epoch."),
            Parameter.of("status", Shape.whole(), "Status sent; 499 where the client left before one was."),
            Parameter.of("user_agent", Shape.text(), "As the client sent it; null where it sent none."));

    private final Ledger ledger;

    /// @param ledger is asked
    public RecentRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/recent",
                                Rule.LOGGED_IN,
                                "Lists the newest requests of whoever is logged in, without what was said.",
                                Shape.members(Parameter.of("data", Shape.listOf(REQUEST), "The newest first.")),
                                this::list)
                        .asking(Parameter.of("limit", Shape.whole(1, MOST), "How many at most.")
                                .withDefault(Integer.toString(USUAL_LIMIT))),
                Route.get(
                                "/recent/tail",
                                Rule.LOGGED_IN,
                                "Tells of the same as they end at this gateway, as server-sent events.",
                                Shape.text(),
                                this::tail)
                        .answering("text/event-stream"));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        int limit = (int) ask.query().number("limit", USUAL_LIMIT);
        return ledger.page(own(ask.caller()), null, limit).thenApply(page -> {
            ObjectNode document = JsonTree.object();
            ArrayNode data = document.putArray("data");
            page.entries().forEach(entry -> data.add(write(entry)));
            return Answer.of(document);
        });
    }

    private CompletableFuture<Answer> tail(Ask ask) {
        Filter filter = own(ask.caller());
        Supplier<CompletableFuture<Boolean>> allowed =
                () -> ask.again().get().thenApply(caller -> own(caller).equals(filter));
        return CompletableFuture.completedFuture(new Answer.Streamed(
                "text/event-stream",
                Map.of(),
                outlet -> new Tail(ledger, filter, RecentRoutes::write, allowed, outlet).run()));
    }

    private static Filter own(Caller caller) {
        Session session = caller.requiredSession();
        return Filter.of(new Filter.Is(Filter.Field.PERSON, session.person().id()));
    }

    private static ObjectNode write(Entry entry) {
        return JsonTree.object()
                .put("time", entry.timeMillis())
                .put("status", entry.status())
                .put("user_agent", entry.userAgent());
    }
}
