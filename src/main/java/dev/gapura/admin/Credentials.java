package dev.gapura.admin;

import dev.gapura.access.KeyCheck;
import dev.gapura.access.Authority;
import dev.gapura.access.Principal;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.server.Surface;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Knows every form of credential that the admin API takes.
public final class Credentials implements Gate {
    private static final String BEARER = "bearer ";

    private final LocalToken local;
    private final Function<Principal, CompletableFuture<Optional<Authority>>> authorities;

    /// @param local of this process
    /// @param authorities what the person of a key may do; empty where the key is nobody's
    public Credentials(LocalToken local, Function<Principal, CompletableFuture<Optional<Authority>>> authorities) {
        this.local = local;
        this.authorities = authorities;
    }

    @Override
    public CompletableFuture<Caller> admit(Surface.Visit visit) {
        String authorization = visit.request().getHeader("authorization");
        if (authorization == null) {
            return CompletableFuture.completedFuture(Caller.NOBODY);
        }
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return CompletableFuture.failedFuture(
                    unknown("The Authorization header does not begin with `Bearer`. Send `Bearer YOUR_KEY`."));
        }
        String presented = authorization.substring(BEARER.length()).strip();
        if (local.is(presented)) {
            return CompletableFuture.completedFuture(Caller.of(Authority.COMMAND));
        }
        return visit.snapshot().keys().find(presented).thenCompose(this::caller);
    }

    private CompletableFuture<Caller> caller(KeyCheck check) {
        return switch (check) {
            case KeyCheck.Accepted(Principal principal) ->
                authorities
                        .apply(principal)
                        .thenApply(found -> found.map(Caller::of).orElse(Caller.WITHOUT_ROLE));
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
}
