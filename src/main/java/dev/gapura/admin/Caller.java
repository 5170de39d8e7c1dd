package dev.gapura.admin;

import dev.gapura.access.Authority;
import dev.gapura.access.Permission;
import dev.gapura.access.Session;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import org.jspecify.annotations.Nullable;

/// Who calls the admin API. Immutable; any thread.
///
/// @param authority what they may do; null: nothing that is not open to anybody
/// @param session of whoever is logged in, null where another credential came
/// @param known whether a credential was presented and is right
public record Caller(
        @Nullable Authority authority, @Nullable Session session, boolean known) {
    /// Whoever presents no credential.
    public static final Caller NOBODY = new Caller(null, null, false);

    /// A key that belongs to nobody who has a role, or does not name the route.
    public static final Caller WITHOUT_ROLE = new Caller(null, null, true);

    /// Whoever has that authority.
    public static Caller of(Authority authority) {
        return new Caller(authority, null, true);
    }

    /// Whoever is logged in.
    public static Caller of(Session session) {
        return new Caller(session.authority(), session, true);
    }

    /// Goes on when the rule lets them.
    ///
    /// @throws GatewayException 401 or 403
    void pass(Rule rule) {
        switch (rule) {
            case Rule.Open open -> {}
            case Rule.LoggedIn loggedIn -> requiredSession();
            case Rule.May(Permission permission) -> required().require(permission);
        }
    }

    /// The session they came with.
    ///
    /// @throws GatewayException 401 for nobody, 403 for any other credential
    Session requiredSession() {
        if (session != null) {
            return session;
        }
        if (known) {
            throw new GatewayException(
                    Failure.of(FailureKind.FORBIDDEN, "This is for whoever is logged in, with the session and no key.")
                            .withCode("session_needed")
                            .withRetryable(false));
        }
        throw new GatewayException(Failure.of(FailureKind.UNAUTHENTICATED, "Log in to see what is yours.")
                .withCode("missing_credential")
                .withRetryable(false));
    }

    /// What they may do.
    ///
    /// @throws GatewayException 401 for nobody, 403 for a key without a role
    Authority required() {
        if (authority != null) {
            return authority;
        }
        if (known) {
            throw new GatewayException(Failure.of(
                            FailureKind.FORBIDDEN,
                            "This key may not do this: it belongs to nobody who has a role here, or its `routes` do"
                                    + " not name the route. Use another key, or log in.")
                    .withCode("permission_denied")
                    .withRetryable(false));
        }
        throw new GatewayException(
                Failure.of(FailureKind.UNAUTHENTICATED, "Log in, or send a key as `Authorization: Bearer YOUR_KEY`.")
                        .withCode("missing_credential")
                        .withRetryable(false));
    }
}
