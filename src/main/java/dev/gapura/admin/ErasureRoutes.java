package dev.gapura.admin;

import dev.gapura.access.People;
import dev.gapura.access.Permission;
import dev.gapura.access.RequestScope;
import dev.gapura.budget.Purses;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Forgetting whom the history is about.
public final class ErasureRoutes {
    private static final Shape.Members DONE =
            Shape.members(Parameter.of("requests", Shape.whole(), "Requests of which nothing personal is left."));

    private final People people;
    private final Ledger ledger;
    private final Purses purses;

    /// @param people tells whose requests may be forgotten, and writes that they are
    /// @param ledger forgets
    /// @param purses forget end users
    public ErasureRoutes(People people, Ledger ledger, Purses purses) {
        this.people = people;
        this.ledger = ledger;
        this.purses = purses;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.post(
                        "/people/{id}:erase-history",
                        Permission.CHANGE_PEOPLE,
                        "Forgets what a person's requests were about: bodies, addresses, user agents, tags, end users.",
                        Shape.members(),
                        DONE,
                        this::person),
                Route.post(
                        "/end-users/{id}:erase",
                        Permission.CHANGE_PEOPLE,
                        "Forgets an end user: who it was, and what was said, in every request that names it.",
                        Shape.members(),
                        DONE,
                        this::endUser));
    }

    private CompletableFuture<Answer> person(Ask ask) {
        String id = ask.path("id");
        return people.historyErased(ask.authority(), id).thenCompose(person -> erase(ask, Filter.Field.PERSON, id));
    }

    private CompletableFuture<Answer> endUser(Ask ask) {
        return people.endUserErased(ask.authority())
                .thenCompose(audited -> purses.forgetEndUser(ask.authority(), ask.path("id")))
                .thenCompose(forgotten -> erase(ask, Filter.Field.END_USER, ask.path("id")));
    }

    private CompletableFuture<Answer> erase(Ask ask, Filter.Field field, String value) {
        List<Filter.Is> only =
                switch (ask.authority().requests()) {
                    case RequestScope.Everything everything -> List.of();
                    case RequestScope.Organization(String organization) ->
                        List.of(new Filter.Is(Filter.Field.ORGANIZATION, organization));
                    case RequestScope.Own own -> throw new IllegalStateException("people are changed by admins");
                };
        return ledger.erase(field, value, only)
                .thenApply(count -> Answer.of(JsonTree.object().put("requests", count)));
    }
}
