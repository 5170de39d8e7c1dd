package dev.gapura.server;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The cookie that holds a session. Over TLS, which a trusted proxy may end, its name keeps it to this very host and to
/// TLS; on plain HTTP no browser would take that name. No script reads it, and no other site sends it along with
/// what changes something. Any event loop.
public final class SessionCookie {
    /// Header that must come with whatever changes something: the page reads its value from the session,
    /// and no other page can.
    public static final String CSRF_HEADER = "x-csrf-token";

    private static final String NAME = "gapura_session";
    private static final String SECURE_NAME = "__Host-" + NAME;

    private SessionCookie() {}

    /// Whether the client came by TLS: to this gateway, or to a trusted proxy that says so.
    public static boolean secure(Surface.Visit visit) {
        HttpServerRequest request = visit.request();
        return request.isSSL()
                || visit.snapshot()
                        .clientAddress()
                        .byTls(
                                request.remoteAddress().hostAddress(),
                                request.headers().getAll("x-forwarded-proto"));
    }

    private static String name(Surface.Visit visit) {
        return secure(visit) ? SECURE_NAME : NAME;
    }

    /// What the cookie of a request holds, null where there is none.
    public static @Nullable String read(Surface.Visit visit) {
        if (visit.request().getHeader("cookie") == null) {
            return null;
        }
        Cookie cookie = visit.request().getCookie(name(visit));
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }

    /// Value of `set-cookie` that has a browser keep a session.
    public static String set(Surface.Visit visit, String token, Duration life) {
        return Cookie.cookie(name(visit), token)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(secure(visit))
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds())
                .encode();
    }

    /// Value of `set-cookie` that has a browser forget it.
    public static String clear(Surface.Visit visit) {
        return set(visit, "", Duration.ZERO);
    }

    /// Value of `set-cookie` that has a browser keep what it needs to finish a login elsewhere.
    public static String pending(Surface.Visit visit, String value, Duration life) {
        return Cookie.cookie(pendingName(visit), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(secure(visit))
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds())
                .encode();
    }

    /// What a browser has kept to finish a login, null where it has nothing.
    public static @Nullable String pending(Surface.Visit visit) {
        HttpServerRequest request = visit.request();
        Cookie cookie = request.getHeader("cookie") == null ? null : request.getCookie(pendingName(visit));
        return cookie == null ? null : cookie.getValue();
    }

    private static String pendingName(Surface.Visit visit) {
        return secure(visit) ? "__Host-gapura_login" : "gapura_login";
    }

    /// Whether a request may change something, so that it must bring the token in [#CSRF_HEADER].
    public static boolean mayChange(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }
}
