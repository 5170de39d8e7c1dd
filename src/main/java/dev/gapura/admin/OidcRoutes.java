package dev.gapura.admin;

import dev.gapura.access.OidcLogin;
import dev.gapura.access.Session;
import dev.gapura.access.Sessions;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.server.SessionCookie;
import dev.gapura.server.Surface;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Login at an identity provider: the way there, and the way back.
public final class OidcRoutes {
    private static final String PATH = "/oidc";
    private static final String CALLBACK = Route.ROOT + PATH + "/callback";
    /// Where a browser is that was logged in.
    private static final String LANDING = "/console";
    private static final Duration PENDING = Duration.ofMinutes(10);
    private static final Shape VALUE = Shape.text(0, 4096);

    private final Sessions sessions;
    private final Supplier<Optional<OidcLogin>> login;

    /// @param login as the configuration is now; empty where it names no provider
    public OidcRoutes(Sessions sessions, Supplier<Optional<OidcLogin>> login) {
        this.sessions = sessions;
        this.login = login;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                        PATH,
                        Rule.OPEN,
                        "Sends a browser to the identity provider to log in.",
                        Shape.members(),
                        this::begin),
                Route.get(
                                PATH + "/callback",
                                Rule.OPEN,
                                "Takes a browser that comes back from the identity provider, and logs it in.",
                                Shape.members(),
                                this::finish)
                        .asking(parameters())
                        .passingOver());
    }

    /// What is read. Providers send more, each its own, which a client has to pass over: RFC 6749, section 4.1.2.
    private static Parameter[] parameters() {
        return Stream.of("code", "state", "error")
                .map(name -> Parameter.of(name, VALUE, "As OpenID Connect says."))
                .toArray(Parameter[]::new);
    }

    private OidcLogin login() {
        return login.get()
                .orElseThrow(() -> new GatewayException(
                        Failure.of(FailureKind.NOT_FOUND, "This gateway knows no identity provider (auth.oidc).")
                                .withCode("oidc_not_configured")));
    }

    private CompletableFuture<Answer> begin(Ask ask) {
        OidcLogin oidc = login();
        return oidc.begin(oidc.callback(derived(ask.visit())))
                .thenApply(begun -> new Answer.Json(
                        302,
                        new byte[0],
                        Map.of(
                                "location",
                                begun.location().toString(),
                                "set-cookie",
                                SessionCookie.pending(ask.visit(), begun.pending(), PENDING))));
    }

    private CompletableFuture<Answer> finish(Ask ask) {
        HttpServerRequest request = ask.visit().request();
        OidcLogin oidc = login();
        String code = ask.query().text("code");
        String state = ask.query().text("state");
        if (code == null || state == null) {
            throw new GatewayException(Failure.of(
                            FailureKind.UNAUTHENTICATED, unfinished(ask.query().text("error")))
                    .withCode("login_failed"));
        }
        Session.Client client = new Session.Client(
                ask.visit().clientAddress(), request.getHeader("user-agent"), SessionCookie.read(ask.visit()));
        String pending = SessionCookie.pending(ask.visit());
        return sessions.begin(oidc, oidc.callback(derived(ask.visit())), code, state, pending, client)
                .thenApply(begun -> {
                    Duration life = Duration.between(
                            begun.session().created(), begun.session().expires());
                    return new Answer.Json(
                            302,
                            new byte[0],
                            Map.of(
                                    "location",
                                    LANDING,
                                    "set-cookie",
                                    SessionCookie.set(ask.visit(), begun.token(), life)));
                });
    }

    /// Why the provider sent somebody back without a code. Whoever makes a link can write the rest of what stands
    /// there, so it is not repeated.
    private static String unfinished(@Nullable String error) {
        return switch (error) {
            case null -> "The identity provider did not log you in. Begin again.";
            case "access_denied" ->
                "The identity provider did not let you in, or you did not agree to it (access_denied). Begin again, or"
                        + " ask whoever administers it.";
            case "server_error", "temporarily_unavailable" ->
                "The identity provider cannot log anybody in now (" + error + "). Try again later.";
            case "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type" ->
                "The identity provider does not know this gateway as it is set up (" + error
                        + "). Ask whoever administers it to look at the client in auth.oidc.";
            default -> "The identity provider did not log you in. Begin again.";
        };
    }

    private static String derived(Surface.Visit visit) {
        return (SessionCookie.secure(visit) ? "https://" : "http://")
                + visit.request().authority()
                + CALLBACK;
    }
}
