package dev.gapura.server;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// Reads the few request headers the gateway acts on. Pure but for the request it is handed; any event loop.
final class Http {
    private static final String BEARER = "bearer ";

    private Http() {}

    /// The key a client presents: `authorization: Bearer …`, or `x-api-key`, or `api-key` as Azure's
    /// clients send it. One place for every form, so that no form meets another check.
    static @Nullable String presentedKey(HttpServerRequest request) {
        String authorization = request.getHeader("authorization");
        if (authorization != null) {
            return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? authorization.substring(BEARER.length()).strip()
                    : null;
        }
        String key = request.getHeader("x-api-key");
        return key != null ? key.strip() : request.getHeader("api-key");
    }

    /// Whether any header presents a key, be it a wrong one.
    static boolean presentsKey(HttpServerRequest request) {
        return request.headers().contains("authorization")
                || request.headers().contains("x-api-key")
                || request.headers().contains("api-key");
    }

    /// Whether `accept` names nothing but `text/event-stream`.
    static boolean acceptsOnlyStream(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return false;
        }
        for (String part : accept.split(",", -1)) {
            int semicolon = part.indexOf(';');
            String type = (semicolon < 0 ? part : part.substring(0, semicolon)).strip();
            if (!type.equalsIgnoreCase("text/event-stream")) {
                return false;
            }
        }
        return true;
    }
}
