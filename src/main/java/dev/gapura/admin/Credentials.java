package dev.gapura.admin;

import dev.gapura.access.KeyCheck;
import dev.gapura.access.Principal;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.server.Surface;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Knows every form of credential that the admin API takes.
public final class Credentials implements Gate {
    private static final String BEARER = "bearer ";

    private final LocalToken local;

    /// @param local of this process
    public Credentials(LocalToken local) {
        this.local = local;
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
            return CompletableFuture.completedFuture(new Caller("local", EnumSet.allOf(Permission.class), List.of()));
        }
        return visit.snapshot().keys().find(presented).thenApply(Credentials::caller);
    }

    private static Caller caller(KeyCheck check) {
        return switch (check) {
            case KeyCheck.Accepted(Principal principal) -> new Caller(principal.name(), Set.of(), List.of());
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
