package dev.gapura.access;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A login that lasts. Immutable; as of a moment.
///
/// @param id tells sessions of a person apart, and is of no use to log in with
/// @param person who is logged in
/// @param authority what they may do
/// @param csrf must come with everything that changes something, in `x-csrf-token`
/// @param method how they logged in: `password`, `code` or `oidc`
/// @param expires when it ends, whatever happens; earlier where nothing does
/// @param key newest key of the person that may call now, null for none
public record Session(
        String id,
        Person person,
        Authority authority,
        String csrf,
        String method,
        Instant created,
        Instant expires,
        @Nullable Principal key) {

    /// Whose request to `/v1` it is, when it comes with a session: that of the newest key, so that its
    /// policy and its limits hold. Without a key only owners and admins call, who may make themselves any
    /// key.
    ///
    /// @throws GatewayException 403 for others without a key, and for viewers
    public Principal principal() {
        if (person.role() == Role.VIEWER) {
            throw refused("role_not_allowed", "The role viewer calls no models.");
        }
        if (key != null) {
            return key;
        }
        if (person.role() == Role.MEMBER) {
            throw refused(
                    "key_required",
                    "A session calls by the newest key of its person, and you have none that works. Make a key, then"
                            + " try again.");
        }
        return new Principal(
                new Principal.Holder("person:" + person.id(), person.organization(), null, person.id()),
                "console",
                "",
                Policy.ANYTHING);
    }

    private static GatewayException refused(String code, String message) {
        return new GatewayException(
                Failure.of(FailureKind.FORBIDDEN, message).withCode(code).withRetryable(false));
    }

    /// A session that has just begun.
    ///
    /// @param token what the cookie holds
    public record Begun(Session session, String token) {
        /// Without the token.
        @Override
        public String toString() {
            return "Begun[" + session.id + "]";
        }
    }

    /// Where a session was begun, for whoever looks through theirs.
    ///
    /// @param id as [Session#id]
    /// @param seen when it was used last, to the minute
    /// @param client address it was begun from
    public record Listed(
            String id,
            String method,
            Instant created,
            Instant seen,
            Instant expires,
            String client,
            @Nullable String userAgent) {}

    /// Who logs in, from where.
    ///
    /// @param address numeric, after trusted proxies
    /// @param former token of the session that the browser has already, null for none: it ends
    public record Client(
            String address,
            @Nullable String userAgent,
            @Nullable String former) {}
}
