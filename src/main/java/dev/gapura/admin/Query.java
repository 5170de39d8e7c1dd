package dev.gapura.admin;

import dev.gapura.config.Nearest;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query of a request, checked against the parameters of its route: unknown names, names that come twice and values
/// of the wrong kind are refused. Immutable; any thread.
public final class Query {
    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /// @throws GatewayException 400 that names the parameter
    static Query of(MultiMap sent, Route route) {
        List<Parameter> parameters = route.query();
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, String> entry : sent) {
            if (route.others()
                    && parameters.stream().noneMatch(known -> known.name().equals(entry.getKey()))) {
                continue;
            }
            Parameter parameter = find(parameters, entry.getKey());
            if (values.put(parameter.name(), checked(parameter, entry.getValue())) != null) {
                throw refused(parameter.name(), "stands twice in the query; send it once.");
            }
        }
        for (Parameter parameter : parameters) {
            if (parameter.required() && !values.containsKey(parameter.name())) {
                throw refused(
                        parameter.name(),
                        "is required in the query and missing. It must be "
                                + parameter.shape().words() + ".");
            }
        }
        return new Query(values);
    }

    private static Parameter find(List<Parameter> parameters, String name) {
        List<String> names = parameters.stream().map(Parameter::name).toList();
        int index = names.indexOf(name);
        if (index >= 0) {
            return parameters.get(index);
        }
        List<String> near = Nearest.to(name, names, 1);
        throw new GatewayException(Failure.invalid(
                name.length() <= 64 && name.matches("\\w+") ? name : "query",
                "The query has a parameter that this route does not take. "
                        + (near.isEmpty()
                                ? names.isEmpty() ? "It takes none." : "It takes " + String.join(", ", names) + "."
                                : "Did you mean `" + near.getFirst() + "`?")));
    }

    private static String checked(Parameter parameter, String value) {
        switch (parameter.shape()) {
            case Shape.Whole whole -> {
                long number = number(parameter, whole, value);
                if (number < whole.min() || number > whole.max()) {
                    throw refused(parameter.name(), "must be " + whole.words() + ".");
                }
            }
            case Shape.Choice choice -> {
                if (!choice.open() && !choice.values().contains(value)) {
                    throw refused(parameter.name(), "must be " + choice.words() + ".");
                }
            }
            case Shape.Flag flag -> {
                if (!value.equals("true") && !value.equals("false")) {
                    throw refused(parameter.name(), "must be true or false.");
                }
            }
            case Shape.Text text -> {
                if (value.length() < text.min() || value.length() > text.max()) {
                    throw refused(parameter.name(), "must be " + text.words() + " and not empty.");
                }
            }
            case Shape.ListOf list -> {
                for (String item : value.split(",", -1)) {
                    if (list.item() instanceof Shape.Choice choice
                            && !choice.values().contains(item)) {
                        throw refused(parameter.name(), "must be a list, parted by commas, of " + choice.words() + ".");
                    }
                }
            }
            case Shape.Anything other -> throw unfit(parameter);
            case Shape.Number other -> throw unfit(parameter);
            case Shape.Members other -> throw unfit(parameter);
            case Shape.MapOf other -> throw unfit(parameter);
            case Shape.Tagged other -> throw unfit(parameter);
            case Shape.AnyOf other -> throw unfit(parameter);
            case Shape.Refused other -> throw unfit(parameter);
        }
        return value;
    }

    private static IllegalArgumentException unfit(Parameter parameter) {
        return new IllegalArgumentException("no shape for a query: " + parameter.name());
    }

    private static long number(Parameter parameter, Shape.Whole whole, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw refused(parameter.name(), "must be " + whole.words() + ".");
        }
    }

    static GatewayException refused(String name, String words) {
        return new GatewayException(Failure.invalid(name, "`" + name + "` " + words));
    }

    /// The value, null where it was not sent.
    public @Nullable String text(String name) {
        return values.get(name);
    }

    /// The value as a number, `fallback` where it was not sent.
    public long number(String name, long fallback) {
        String value = values.get(name);
        return value == null ? fallback : Long.parseLong(value);
    }

    /// Whether the value is `true`.
    public boolean flag(String name) {
        return "true".equals(values.get(name));
    }

    /// The parts between commas; empty where it was not sent.
    public List<String> list(String name) {
        String value = values.get(name);
        return value == null ? List.of() : List.of(value.split(",", -1));
    }
}
