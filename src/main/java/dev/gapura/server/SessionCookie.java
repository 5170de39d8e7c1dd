package dev.gapura.server;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The cookie that holds a session. Over TLS its name keeps it to this very host and to TLS; on plain HTTP, as behind a
/// proxy that ends TLS, no browser would take that name. No script reads it, and no other site sends it along with
/// what changes something. Any event loop.
public final class SessionCookie {
    /// Header that must come with whatever changes something: the page reads its value from the session,
    /// and no other page can.
    public static final String CSRF_HEADER = "x-csrf-token";

    private static final String NAME = "gapura_session";
    private static final String SECURE_NAME = "__Host-" + NAME;

    private SessionCookie() {}

    private static String name(HttpServerRequest request) {
        return request.isSSL() ? SECURE_NAME : NAME;
    }

    /// What the cookie of a request holds, null where there is none.
    public static @Nullable String read(HttpServerRequest request) {
        if (request.getHeader("cookie") == null) {
            return null;
        }
        Cookie cookie = request.getCookie(name(request));
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }

    /// Value of `set-cookie` that has a browser keep a session.
    public static String set(HttpServerRequest request, String token, Duration life) {
        return Cookie.cookie(name(request), token)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(request.isSSL())
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds())
                .encode();
    }

    /// Value of `set-cookie` that has a browser forget it.
    public static String clear(HttpServerRequest request) {
        return set(request, "", Duration.ZERO);
    }

    /// Value of `set-cookie` that has a browser keep what it needs to finish a login elsewhere.
    public static String pending(HttpServerRequest request, String value, Duration life) {
        return Cookie.cookie(pendingName(request), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(request.isSSL())
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(life.toSeconds())
                .encode();
    }

    /// What a browser has kept to finish a login, null where it has nothing.
    public static @Nullable String pending(HttpServerRequest request) {
        Cookie cookie = request.getHeader("cookie") == null ? null : request.getCookie(pendingName(request));
        return cookie == null ? null : cookie.getValue();
    }

    private static String pendingName(HttpServerRequest request) {
        return request.isSSL() ? "__Host-gapura_login" : "gapura_login";
    }

    /// Whether a request may change something, so that it must bring the token in [#CSRF_HEADER].
    public static boolean mayChange(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }
}
