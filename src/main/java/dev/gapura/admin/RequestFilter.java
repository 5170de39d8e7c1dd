package dev.gapura.admin;

import dev.gapura.access.RequestScope;
import dev.gapura.ledger.Filter;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of the query says which requests are wanted, within what the caller may see. Stateless; any thread.
final class RequestFilter {
    private static final Map<String, Filter.Field> EXACT = Map.of(
            "model", Filter.Field.MODEL,
            "model_asked", Filter.Field.MODEL_ASKED,
            "provider", Filter.Field.PROVIDER,
            "key", Filter.Field.KEY,
            "key_id", Filter.Field.KEY_ID,
            "person", Filter.Field.PERSON,
            "team", Filter.Field.TEAM,
            "end_user", Filter.Field.END_USER,
            "route", Filter.Field.ROUTE,
            "failure", Filter.Field.FAILURE);

    private static final Shape VALUE = Shape.text(1, 512);

    private static final List<Parameter> PARAMETERS = List.of(
            Parameter.of("from", Shape.wholeFrom(0), "Arrived at or after this, milliseconds since the Unix epoch."),
            Parameter.of("to", Shape.wholeFrom(0), "Arrived before this."),
            Parameter.of("status", Shape.text(3, 3), "Status, such as `200`, or a class of them, such as `5xx`."),
            Parameter.of("model", VALUE, "Model as the provider knows it."),
            Parameter.of("model_asked", VALUE, "`model` as the client wrote it."),
            Parameter.of("provider", VALUE, "Name of the provider."),
            Parameter.of("key", VALUE, "Name of the key."),
            Parameter.of("key_id", VALUE, "Id of the key."),
            Parameter.of("person", VALUE, "Id of whom the key belongs to."),
            Parameter.of("team", VALUE, "Id of the key's team."),
            Parameter.of("end_user", VALUE, "Whom the caller said it acted for."),
            Parameter.of("route", VALUE, "Template of the route."),
            Parameter.of("failure", VALUE, "Label of the failure."),
            Parameter.of("tool", VALUE, "Whole name of a server tool that ran for it."),
            Parameter.of("user_agent", VALUE, "Part of the user agent, capitals aside."),
            Parameter.of(
                    "text",
                    VALUE,
                    "Words that all must be found in names, models, codes, tags, and bodies where they are kept; `wor*`"
                            + " finds beginnings."),
            Parameter.of("least_cost_usd", Shape.text(1, 20), "Known to cost at least this, in US dollars."),
            Parameter.of("least_duration_ms", Shape.wholeFrom(0), "Took at least this long."));

    private RequestFilter() {}

    /// The parameters, and others.
    static Parameter[] with(Parameter... others) {
        List<Parameter> all = new ArrayList<>(PARAMETERS);
        all.addAll(List.of(others));
        return all.toArray(Parameter[]::new);
    }

    /// What the query asks for, within the scope of the caller.
    ///
    /// @throws dev.gapura.failure.GatewayException 400 that names the parameter
    static Filter of(Ask ask) {
        Query query = ask.query();
        List<Filter.Condition> conditions = new ArrayList<>(scope(ask).conditions());
        EXACT.forEach((name, field) -> {
            String value = query.text(name);
            if (value != null) {
                conditions.add(new Filter.Is(field, value));
            }
        });
        if (query.text("from") != null) {
            conditions.add(new Filter.From(query.number("from", 0)));
        }
        if (query.text("to") != null) {
            conditions.add(new Filter.Before(query.number("to", 0)));
        }
        status(query.text("status"), conditions);
        String agent = query.text("user_agent");
        if (agent != null) {
            conditions.add(new Filter.UserAgent(agent));
        }
        String words = query.text("text");
        if (words != null) {
            conditions.add(new Filter.Text(words));
        }
        String cost = query.text("least_cost_usd");
        if (cost != null) {
            conditions.add(new Filter.LeastCost(nanoUsd(cost)));
        }
        if (query.text("least_duration_ms") != null) {
            conditions.add(new Filter.LeastDuration(query.number("least_duration_ms", 0)));
        }
        String tool = query.text("tool");
        return tool == null ? new Filter(conditions) : new Filter(conditions).andTool(tool);
    }

    /// What the caller may see at all.
    static Filter scope(Ask ask) {
        return switch (ask.authority().requests()) {
            case RequestScope.Everything everything -> Filter.ALL;
            case RequestScope.Organization(String id) -> Filter.of(new Filter.Is(Filter.Field.ORGANIZATION, id));
            case RequestScope.Own(@Nullable String person, Set<String> teams) -> {
                List<Filter.Is> any = new ArrayList<>();
                if (person != null) {
                    any.add(new Filter.Is(Filter.Field.PERSON, person));
                }
                teams.forEach(team -> any.add(new Filter.Is(Filter.Field.TEAM, team)));
                // One condition can lead to its rows by an index.
                yield Filter.of(any.size() == 1 ? any.getFirst() : new Filter.AnyOf(any));
            }
        };
    }

    private static void status(@Nullable String text, List<Filter.Condition> conditions) {
        if (text == null) {
            return;
        }
        if (!text.matches("[1-5](\\d\\d|xx)")) {
            throw Query.refused("status", "must be a status such as 429, or a class such as 5xx.");
        }
        int least = Integer.parseInt(text.replace('x', '0'));
        conditions.add(new Filter.Status(least, text.endsWith("xx") ? least + 99 : least));
    }

    private static long nanoUsd(String text) {
        try {
            return new BigDecimal(text).movePointRight(9).longValueExact();
        } catch (ArithmeticException | NumberFormatException malformed) {
            throw Query.refused("least_cost_usd", "must be US dollars with at most nine decimals, such as 0.25.");
        }
    }
}
