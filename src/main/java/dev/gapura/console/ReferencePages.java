package dev.gapura.console;

import dev.gapura.admin.ChatForm;
import dev.gapura.admin.PublicRoutes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The reference pages: one for each route of the API that has a name, the first of them at `/`. Pure.
final class ReferencePages implements Site.Pages {
    private static final String ROOT = "/reference/";

    private static final Map<String, PublicRoutes.Route> ROUTES = routes();

    @Override
    public @Nullable String template(String path) {
        return ROUTES.containsKey(path) ? path : null;
    }

    /// Pages by their path, in the order of the menu.
    static Map<String, PublicRoutes.Route> routes() {
        Map<String, PublicRoutes.Route> routes = new LinkedHashMap<>();
        for (PublicRoutes.Route route : PublicRoutes.ALL) {
            if (route.name() != null) {
                routes.put(routes.isEmpty() ? "/" : ROOT + route.name(), route);
            }
        }
        return routes;
    }

    @Override
    public Shell.Page page(String path) {
        PublicRoutes.Route route = ROUTES.get(path);
        if (route == null) {
            throw new IllegalArgumentException(path);
        }
        boolean chat = path.equals("/");
        StringBuilder html = new StringBuilder(1 << 17);
        html.append("<main id=\"main\" class=\"reference\">");
        menu(html, path);
        new ReferenceDocument(html).write(route, chat);
        html.append("<aside class=\"panel\" aria-label=\"Try it\">");
        if (chat) {
            html.append("<gp-try-it id=\"try-it\"></gp-try-it>");
        } else if (route.chat()) {
            html.append("<gp-try-it id=\"try-it\" only=\"explain\"></gp-try-it>");
        } else {
            html.append("<gp-try-get id=\"try-it\" path=\"")
                    .append(Html.text(route.path()))
                    .append("\"></gp-try-get>");
        }
        html.append("<noscript><p class=\"note\">Trying it out here needs JavaScript.</p></noscript></aside>");
        if (chat) {
            html.append("<script type=\"application/json\" id=\"chat-form\">")
                    .append(Html.inScript(ChatForm.json()))
                    .append("</script>");
        }
        html.append("</main>");
        return new Shell.Page(
                route.title() + " · Gapura",
                Html.plain(route.summary()),
                "reference",
                chat ? "reference/chat.js" : route.chat() ? "reference/explain.js" : "reference/get.js",
                html.toString());
    }

    private static void menu(StringBuilder html, String current) {
        html.append("<nav class=\"side\" aria-label=\"Reference\"><div class=\"group\">Chat</div>");
        ROUTES.forEach((path, route) -> {
            if (route.name() != null && route.name().equals("list-models")) {
                html.append("<div class=\"group\">Models and keys</div>");
            }
            html.append("<a href=\"").append(path).append('"');
            if (path.equals(current)) {
                html.append(" aria-current=\"page\"");
            }
            html.append('>').append(Html.text(route.title())).append("</a>");
        });
        html.append("<div class=\"group\">For programs</div><a href=\"/openapi.json\">OpenAPI document</a></nav>");
    }
}
