package dev.gapura.console;

import dev.gapura.admin.PublicRoutes;
import dev.gapura.failure.FailureKind;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.ParameterTable;
import dev.gapura.parameter.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Writes the document of one operation: what it does, what it takes, what it answers, how it fails. All of it
/// comes from the routes, the parameter table and the failures. One object writes one page; not thread safe.
final class ReferenceDocument {
    /// What most requests set, in the order in which people think of it. Every other field follows in the
    /// order of the table.
    private static final List<String> COMMON = List.of(
            "model",
            "messages",
            "stream",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "tools",
            "tool_choice",
            "response_format",
            "reasoning_effort",
            "stop");

    private final StringBuilder html;
    private final ParameterList list;

    ReferenceDocument(StringBuilder html) {
        this.html = html;
        this.list = new ParameterList(html);
    }

    /// @param body whether the fields of the body are told here, rather than on the page of the same request
    void write(PublicRoutes.Route route, boolean body) {
        html.append("<article class=\"doc\"><header class=\"doc-head\"><h1>")
                .append(Html.text(route.title()))
                .append("</h1><p class=\"endpoint\"><span class=\"badge ")
                .append(route.method().equals("GET") ? "good" : "info")
                .append("\">")
                .append(route.method())
                .append("</span> <code>")
                .append(Html.text(route.path()))
                .append("</code> <a class=\"jump\" href=\"#try-it\">Try it</a></p><p>")
                .append(Html.prose(route.summary()))
                .append("</p><p class=\"muted\">")
                .append(Html.prose(route.description()))
                .append("</p></header>");
        if (body) {
            section(
                    "recent-requests",
                    "Recent Requests",
                    () -> html.append(
                            "<gp-recent><div class=\"empty\"><p><a href=\"/console\">Log in</a> to see full request"
                                    + " history</p></div></gp-recent>"));
            section("body", "Body parameters", this::body);
        } else if (route.chat()) {
            section(
                    "body",
                    "Body parameters",
                    () -> html.append("<p>The same as of <a href=\"/#body\">Create chat completion</a>.</p>"));
        }
        section("headers", "Headers", () -> list.write(route.headers(), "header.", body));
        section("responses", "Responses", () -> responses(route));
        section("errors", "Errors", this::errors);
        if (body) {
            section("what-models-take", "What models take", this::takers);
        }
        html.append("</article>");
    }

    private void takers() {
        html.append("<p>Fields that do not reach a provider are handled as"
                + " <a href=\"#header.x-gapura-unsupported\"><code>x-gapura-unsupported</code></a> says; all others go on as"
                + " they are, converted, clamped or under another name. Some models take less than their provider:"
                + " <code>supported_parameters</code> of <a href=\"/reference/list-models\">its entry in the list of"
                + " models</a> tells.</p>");
        ProviderNotes.write(html);
        html.append("<h3>Models</h3><gp-models></gp-models>");
    }

    private void section(String id, String title, Runnable content) {
        html.append("<section aria-labelledby=\"")
                .append(id)
                .append("\"><h2 id=\"")
                .append(id)
                .append("\">")
                .append(title)
                .append("</h2>");
        content.run();
        html.append("</section>");
    }

    private void body() {
        List<Parameter> common = COMMON.stream().map(ParameterTable::chatField).toList();
        list.write(common, "", true);
        Predicate<Parameter> rest = field -> !common.contains(field);
        group("More parameters", rest.and(field -> !field.extension() && !field.deprecated()), true);
        group("Deprecated parameters", rest.and(Parameter::deprecated), false);
        group("Extensions of single providers", rest.and(Parameter::extension), false);
    }

    private void group(String title, Predicate<Parameter> which, boolean open) {
        List<Parameter> fields = ParameterTable.chat().stream().filter(which).toList();
        html.append("<details class=\"param-group\"")
                .append(open ? " open" : "")
                .append("><summary><h3>");
        html.append(title)
                .append("</h3> <span class=\"muted\">")
                .append(fields.size())
                .append("</span></summary>");
        list.write(fields, "", true);
        html.append("</details>");
    }

    private void responses(PublicRoutes.Route route) {
        for (PublicRoutes.Body answer : route.answers()) {
            html.append("<h3><span class=\"badge good\">200</span> <code>")
                    .append(Html.text(answer.type()))
                    .append("</code></h3>");
            Shape.Members shape = answer.shape();
            if (shape != null) {
                html.append("<details class=\"param-group\"><summary>")
                        .append(answer.type().equals("text/event-stream") ? "Data of an event" : "Members")
                        .append("</summary>");
                list.write(shape.members(), answer.schema() + ".", false);
                html.append("</details>");
            }
            if (!answer.example().isEmpty()) {
                html.append("<pre tabindex=\"0\" aria-label=\"Example\"><code>")
                        .append(Html.text(answer.example().stripTrailing()))
                        .append("</code></pre>");
            }
        }
        html.append("<h3>Response headers</h3>");
        list.write(route.answerHeaders(), "response.", false);
    }

    private void errors() {
        html.append("<p>Every failure has the form <code>{\"error\": {\"message\", \"type\", \"code\", \"param\","
                + " \"source\", \"provider\", \"request_id\"}}</code>; <code>source</code> says whose fault it is:"
                + " <code>client</code>, <code>gateway</code> or <code>provider</code>.</p><div class=\"table\""
                + " tabindex=\"0\" role=\"region\" aria-label=\"Table of errors\"><table><thead><tr>"
                + "<th scope=\"col\">Status</th><th scope=\"col\">Type</th>"
                + "<th scope=\"col\">Source</th><th scope=\"col\">When</th></tr></thead><tbody>");
        List<FailureKind> kinds = new ArrayList<>(Arrays.asList(FailureKind.values()));
        kinds.removeIf(kind -> kind == FailureKind.CLIENT_GONE || kind == FailureKind.INTERRUPTED);
        kinds.sort(Comparator.comparingInt(FailureKind::status));
        for (FailureKind kind : kinds) {
            html.append("<tr><td><span class=\"badge ")
                    .append(kind.status() < 500 ? "warn" : "bad")
                    .append("\">")
                    .append(kind.status())
                    .append("</span></td><td><code>")
                    .append(kind.type())
                    .append("</code></td><td>")
                    .append(kind.source().text())
                    .append("</td><td>")
                    .append(Html.prose(FailureWords.of(kind)))
                    .append("</td></tr>");
        }
        html.append("</tbody></table></div>");
    }
}
