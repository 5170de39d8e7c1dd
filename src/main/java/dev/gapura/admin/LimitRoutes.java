package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Permission;
import dev.gapura.config.Quota;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.limit.QuotaJson;
import dev.gapura.limit.QuotaStore;
import dev.gapura.limit.Scope;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Limits and budgets of the database.
public final class LimitRoutes {
    /// Id of everyone in a path, where there has to be one.
    private static final String ALL = "all";

    private static final List<Parameter> MEASURES = List.of(
            count("requests_per_minute", "Requests a minute."),
            count("requests_per_day", "Requests a day."),
            count("tokens_per_minute", "Tokens of prompts and answers a minute."),
            count("tokens_per_day", "Tokens of prompts and answers a day."),
            count("concurrent", "Requests at a time."),
            Parameter.of("usd_per_day", Shape.number(), "US dollars a day."),
            Parameter.of("usd_per_month", Shape.number(), "US dollars a month."),
            Parameter.of("usd_total", Shape.number(), "US dollars in all."));

    private static final Shape.Members QUOTA = Shape.members(MEASURES.toArray(Parameter[]::new));

    private static final Shape.Members LIMIT = Shape.members(
            Parameter.of(
                    "scope",
                    Shape.only("key", "person", "team", "organization", "model", "end_user", "everyone"),
                    "Whose kind of limit it is."),
            Parameter.of(
                    "id",
                    Shape.text(),
                    "Id of the key, person, team or organization, pattern of models, `*` for each person or end user,"
                            + " or `all`."),
            Parameter.of("limits", QUOTA, "What is limited; the rest is not."));

    private final QuotaStore quotas;

    /// @param quotas the process's
    public LimitRoutes(QuotaStore quotas) {
        this.quotas = quotas;
    }

    private static Parameter count(String name, String what) {
        return Parameter.of(name, Shape.whole(1, Quota.MOST), what);
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        "/limits",
                        Permission.READ_LIMITS,
                        "Lists limits and budgets that were set here; those of the configuration file stand there.",
                        Shape.members(Parameter.of("data", Shape.listOf(LIMIT), "By scope and id.")),
                        this::list),
                Route.get(
                        "/limits/{scope}/{id}",
                        Permission.READ_LIMITS,
                        "Tells what limits one scope.",
                        LIMIT,
                        this::get),
                Route.put(
                        "/limits/{scope}/{id}",
                        Permission.CHANGE_LIMITS,
                        "Sets all limits of one scope; those that are left out end.",
                        QUOTA,
                        LIMIT,
                        ask -> set(ask, QuotaJson.read(ask.body()))),
                Route.delete(
                        "/limits/{scope}/{id}",
                        Permission.CHANGE_LIMITS,
                        "Ends all limits of one scope.",
                        LIMIT,
                        ask -> set(ask, Quota.NONE)));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        return quotas.list(ask.caller().required()).thenApply(all -> {
            ObjectNode out = JsonTree.object();
            ArrayNode data = out.putArray("data");
            all.forEach((scope, quota) -> data.add(write(scope, quota)));
            return Answer.of(out);
        });
    }

    private CompletableFuture<Answer> get(Ask ask) {
        Scope scope = scope(ask);
        return quotas.get(ask.caller().required(), scope).thenApply(quota -> Answer.of(write(scope, quota)));
    }

    private CompletableFuture<Answer> set(Ask ask, Quota quota) {
        Scope scope = scope(ask);
        return quotas.set(ask.caller().required(), scope, quota).thenApply(set -> Answer.of(write(scope, set)));
    }

    private static Scope scope(Ask ask) {
        return scope(ask.path("scope"), ask.path("id"));
    }

    /// A scope as paths and queries name it.
    ///
    /// @throws GatewayException where there is no such kind
    static Scope scope(String text, String id) {
        Scope.Kind kind;
        try {
            kind = Scope.Kind.of(text);
        } catch (IllegalArgumentException none) {
            throw new GatewayException(Failure.of(
                            FailureKind.NOT_FOUND,
                            "There are limits of key, person, team, organization, model, end_user and everyone.")
                    .withCode("scope_not_found")
                    .withRetryable(false));
        }
        return new Scope(kind, kind == Scope.Kind.EVERYONE && id.equals(ALL) ? "" : id);
    }

    /// The id of a scope as answers name it.
    static String id(Scope scope) {
        return scope.kind() == Scope.Kind.EVERYONE ? ALL : scope.id();
    }

    private static ObjectNode write(Scope scope, Quota quota) {
        ObjectNode out = JsonTree.object();
        out.put("scope", scope.kind().text());
        out.put("id", id(scope));
        out.set("limits", QuotaJson.of(quota));
        return out;
    }
}
