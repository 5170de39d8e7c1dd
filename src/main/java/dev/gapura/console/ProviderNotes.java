package dev.gapura.console;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.provider.Providers;
import dev.gapura.server.SupportedParameters;
import java.util.ArrayList;
import java.util.List;

/// Writes which fields of a request do not reach which provider, from the rules that requests are written by.
/// Stateless.
final class ProviderNotes {
    private ProviderNotes() {}

    /// A table with a row for each provider that is known by name.
    static void write(StringBuilder html) {
        List<String> all = ParameterTable.chat().stream().map(Parameter::name).toList();
        html.append("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Providers\"><table><thead><tr>"
                + "<th scope=\"col\">Provider</th><th scope=\"col\">Does not take</th></tr></thead><tbody>");
        Providers.knownRules().forEach((name, rules) -> {
            List<String> lacks = new ArrayList<>(all);
            lacks.removeAll(SupportedParameters.of(rules));
            html.append("<tr><td><code>").append(Html.text(name)).append("</code></td><td>");
            if (lacks.isEmpty()) {
                html.append("takes all");
            } else {
                html.append("<details><summary>")
                        .append(lacks.size())
                        .append(" of ")
                        .append(all.size())
                        .append("</summary><span class=\"mono small\">")
                        .append(Html.text(String.join(", ", lacks)))
                        .append("</span></details>");
            }
            html.append("</td></tr>");
        });
        html.append("</tbody></table></div>");
    }
}
