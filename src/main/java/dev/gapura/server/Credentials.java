package dev.gapura.server;

import dev.gapura.access.KeyCheck;
import dev.gapura.access.Principal;
import dev.gapura.access.Session;
import dev.gapura.access.Sessions;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// What a client is told about the key it presents. Any event loop.
final class Credentials {
    private Credentials() {}

    /// The key in the headers.
    ///
    /// @throws GatewayException 401 where there is none
    static String presented(HttpServerRequest request) {
        String presented = Http.presentedKey(request);
        if (presented == null || presented.isEmpty()) {
            String wrong = request.headers().contains("authorization")
                    ? "The Authorization header does not begin with `Bearer` or holds no key."
                    : "No API key was sent.";
            throw unauthenticated(
                    wrong + " Send your key as `Authorization: Bearer YOUR_KEY`.",
                    "missing_api_key",
                    request.response());
        }
        return presented;
    }

    /// Whose key it is.
    ///
    /// @throws GatewayException 401 where it may not call, 403 where its person is a viewer
    static Principal accepted(KeyCheck check, HttpServerResponse response) {
        return switch (check) {
            case KeyCheck.Accepted(Principal principal) -> principal;
            case KeyCheck.Expired expired ->
                throw unauthenticated(
                        "This API key expired at " + expired.when() + ". Ask for a new one.", "key_expired", response);
            case KeyCheck.Revoked revoked ->
                throw unauthenticated(
                        "This API key was revoked at " + revoked.when() + ". Ask for a new one.",
                        "key_revoked",
                        response);
            case KeyCheck.Disabled(Principal principal, String what) ->
                throw unauthenticated(
                        "The " + what + " that this API key belongs to is disabled. Ask an administrator.",
                        "key_disabled",
                        response);
            case KeyCheck.Viewers viewers ->
                throw refused("role", "The person of this API key has the role viewer, which calls no models.");
            case KeyCheck.Unknown unknown ->
                throw unauthenticated(
                        "This API key is not known here. The first key is printed when the gateway starts for the"
                                + " first time; owners and administrators make others. Those of its configuration"
                                + " stand under `auth.keys`.",
                        "invalid_api_key",
                        response);
        };
    }

    /// The session of a request to `/v1` that comes with one instead of a key.
    ///
    /// @throws GatewayException 401 where it has ended, 403 where its token is missing
    static Session logged(Optional<Session> found, HttpServerRequest request) {
        Session session = found.orElseThrow(
                () -> unauthenticated("This session has ended. Log in again.", "session_ended", request.response()));
        if (SessionCookie.mayChange(request)
                && !Sessions.mayChange(session, request.getHeader(SessionCookie.CSRF_HEADER))) {
            throw new GatewayException(Failure.of(
                            FailureKind.FORBIDDEN,
                            "A request with a session must bring the session's token in `" + SessionCookie.CSRF_HEADER
                                    + "`.")
                    .withCode("csrf_token_missing")
                    .withRetryable(false));
        }
        return session;
    }

    /// A key that is known and may not do this.
    ///
    /// @param what `route`, `address` or `role`
    static GatewayException refused(String what, String message) {
        return new GatewayException(Failure.of(FailureKind.FORBIDDEN, message)
                .withCode(what + "_not_allowed")
                .withRetryable(false));
    }

    private static GatewayException unauthenticated(String message, String code, HttpServerResponse response) {
        response.putHeader("www-authenticate", "Bearer");
        return new GatewayException(
                Failure.of(FailureKind.UNAUTHENTICATED, message).withCode(code).withRetryable(false));
    }
}
