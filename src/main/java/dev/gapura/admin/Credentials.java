package dev.gapura.admin;

import dev.gapura.access.Authority;
import dev.gapura.access.KeyCheck;
import dev.gapura.access.Keys;
import dev.gapura.access.Principal;
import dev.gapura.access.Session;
import dev.gapura.access.Sessions;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.server.SessionCookie;
import dev.gapura.server.Surface;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Knows every form of credential that the admin API takes: the local token, a key of a person that names the route, or
/// a session, which must bring its token along with whatever changes something. A header wins over a cookie.
public final class Credentials implements Gate {
    private static final String BEARER = "bearer ";

    private final LocalToken local;

    /// @param local of this process
    public Credentials(LocalToken local) {
        this.local = local;
    }

    @Override
    public CompletableFuture<Caller> admit(Surface.Visit visit, Route route) {
        Keys keys = visit.snapshot().keys();
        String authorization = visit.request().getHeader("authorization");
        if (authorization == null) {
            String token = SessionCookie.read(visit);
            // A session that has ended is no obstacle to logging in.
            return token == null || route.rule().equals(Rule.OPEN)
                    ? CompletableFuture.completedFuture(Caller.NOBODY)
                    : keys.session(token).thenApply(found -> caller(found, visit.request()));
        }
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return CompletableFuture.failedFuture(
                    unknown("The Authorization header does not begin with `Bearer`. Send `Bearer YOUR_KEY`."));
        }
        String presented = authorization.substring(BEARER.length()).strip();
        if (local.is(presented)) {
            return CompletableFuture.completedFuture(Caller.of(Authority.COMMAND));
        }
        return keys.find(presented).thenCompose(check -> caller(keys, accepted(check), visit, route));
    }

    /// Where any key of a person administered, each of their programs would.
    private static CompletableFuture<Caller> caller(Keys keys, Principal principal, Surface.Visit visit, Route route) {
        if (!principal.mayCallFrom(visit.clientAddress())) {
            throw refused("address_not_allowed", "This key may not be used from " + visit.clientAddress() + ".");
        }
        return principal.mayCall(route.template())
                ? keys.authority(principal)
                        .thenApply(found -> found.map(Caller::of).orElse(Caller.WITHOUT_ROLE))
                : CompletableFuture.completedFuture(Caller.WITHOUT_ROLE);
    }

    private static Caller caller(Optional<Session> found, HttpServerRequest request) {
        Session session = found.orElseThrow(() -> unknown("This session has ended. Log in again."));
        if (SessionCookie.mayChange(request)
                && !Sessions.mayChange(session, request.getHeader(SessionCookie.CSRF_HEADER))) {
            throw refused(
                    "csrf_token_missing",
                    "What changes something must bring the session's token in `" + SessionCookie.CSRF_HEADER + "`.");
        }
        return Caller.of(session);
    }

    private static Principal accepted(KeyCheck check) {
        return switch (check) {
            case KeyCheck.Accepted(Principal principal) -> principal;
            case KeyCheck.Viewers(Principal principal) -> principal;
            case KeyCheck.Expired expired -> throw unknown("This key expired at " + expired.when() + ".");
            case KeyCheck.Revoked revoked -> throw unknown("This key was revoked at " + revoked.when() + ".");
            case KeyCheck.Disabled disabled -> throw unknown("The " + disabled.what() + " of this key is disabled.");
            case KeyCheck.Unknown unknown -> throw unknown("This key is not known here.");
        };
    }

    private static GatewayException unknown(String message) {
        return new GatewayException(Failure.of(FailureKind.UNAUTHENTICATED, message)
                .withCode("invalid_credential")
                .withRetryable(false));
    }

    private static GatewayException refused(String code, String message) {
        return new GatewayException(
                Failure.of(FailureKind.FORBIDDEN, message).withCode(code).withRetryable(false));
    }
}
