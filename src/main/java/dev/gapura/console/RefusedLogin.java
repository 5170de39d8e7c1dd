package dev.gapura.console;

import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.server.Surface;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// What a browser sees when a login at the identity provider comes to nothing: a page that says why, and leads back.
/// Programs get the error of the API. Stands before the surface that has these routes and hands it every request. One
/// object serves all event loops; the page is made on a worker thread.
final class RefusedLogin implements Surface {
    private static final Set<String> PATHS = Set.of("/admin/api/oidc", "/admin/api/oidc/callback");

    private final Vertx vertx;
    private final Site.Shelf shelf;
    private final Supplier<Site.Facts> facts;
    private final Surface logins;

    /// @param logins does the work
    RefusedLogin(Vertx vertx, Site.Shelf shelf, Supplier<Site.Facts> facts, Surface logins) {
        this.vertx = vertx;
        this.shelf = shelf;
        this.facts = facts;
        this.logins = logins;
    }

    @Override
    public boolean takes(String path) {
        return PATHS.contains(path);
    }

    @Override
    public Port port() {
        return logins.port();
    }

    @Override
    public void handle(Visit visit) {
        String accept = Objects.requireNonNullElse(visit.request().getHeader("accept"), "");
        if (!accept.contains("text/html")) {
            logins.handle(visit);
            return;
        }
        visit.refusedBy(failure -> show(visit, failure));
        try {
            logins.handle(visit);
        } catch (GatewayException refusal) {
            visit.fail(refusal.failure());
        }
    }

    private void show(Visit visit, Failure failure) {
        String nonce = Shell.nonce();
        vertx.executeBlocking(
                        () -> Shell.write(page(failure, visit.requestId()), shelf.read(), nonce, facts.get())
                                .getBytes(StandardCharsets.UTF_8),
                        false)
                .onSuccess(html -> {
                    Shell.headers(nonce).forEach(visit.request().response().headers()::set);
                    visit.fail(failure, "text/html; charset=utf-8", html);
                })
                .onFailure(fault -> visit.fault(new IllegalStateException(fault)));
    }

    private static Shell.Page page(Failure failure, String requestId) {
        return new Shell.Page(
                "You were not logged in",
                "A login at the identity provider came to nothing.",
                "console",
                null,
                "<main id=\"main\" class=\"console\"><div class=\"login\"><h1>You were not logged in</h1><p>"
                        + Html.text(failure.message())
                        + "</p><p class=\"small muted\">Error <code>"
                        + Html.text(Objects.requireNonNullElse(
                                failure.code(), failure.kind().label()))
                        + "</code> · request <code>" + Html.text(requestId)
                        + "</code></p><a class=\"button primary\" href=\"/console\">Back to log in</a></div></main>");
    }
}
