package dev.gapura.config;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces `${NAME}` and `${NAME:-default}` in a value. As in a shell, the default also stands in for a variable
/// that
/// is set and empty. `$${` writes a literal `${`. Pure; any thread.
final class Interpolation {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Interpolation() {}

    private static final Pattern REFERENCE = Pattern.compile("(?<!\\$)\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?}");

    /// What variables put into a text; defaults that stand in it are not among it.
    static List<String> inserted(String text, Map<String, String> environment) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(reference -> environment.getOrDefault(reference.group(1), ""))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /// The text with every reference replaced; null when one could not be, after every fault went to `faults`.
    ///
    /// @param secret whether a default written into the file would be a mistake, which nobody is led to then
    static @Nullable String resolve(
            String text, Map<String, String> environment, boolean secret, Consumer<String> faults) {
        int open = text.indexOf("${");
        if (open < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        boolean complete = true;
        int at = 0;
        while (open >= 0) {
            if (open > at && text.charAt(open - 1) == '$') {
                out.append(text, at, open - 1).append("${");
                at = open + 2;
            } else {
                int close = text.indexOf('}', open);
                if (close < 0) {
                    faults.accept("'${' is never closed; write '${NAME}', or '$${' for the characters themselves");
                    return null;
                }
                out.append(text, at, open);
                String value = value(text.substring(open + 2, close), environment, secret, faults);
                complete &= value != null;
                out.append(value);
                at = close + 1;
            }
            open = text.indexOf("${", at);
        }
        return complete ? out.append(text, at, text.length()).toString() : null;
    }

    private static @Nullable String value(
            String reference, Map<String, String> environment, boolean secret, Consumer<String> faults) {
        int dash = reference.indexOf(":-");
        String name = dash < 0 ? reference : reference.substring(0, dash);
        if (!NAME.matcher(name).matches()) {
            faults.accept(
                    "'${" + name + "}' is not a reference; write '${NAME}'" + (secret ? "" : " or '${NAME:-default}'"));
            return null;
        }
        String value = environment.get(name);
        if (dash >= 0) {
            return value == null || value.isEmpty() ? reference.substring(dash + 2) : value;
        }
        if (value == null) {
            faults.accept("the environment variable " + name + " is not set; set it"
                    + (secret ? "" : ", or write '${" + name + ":-default}' to go without"));
        }
        return value;
    }
}
