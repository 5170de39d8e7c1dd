package dev.gapura.server.edge;

import dev.gapura.config.Config;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cross-origin access to `/v1` for the browser origins that the configuration names ([Fetch
/// standard](https://fetch.spec.whatwg.org/#http-cors-protocol)). Without any, no header is ever added.
/// `Access-Control-Allow-Credentials` is never sent: keys travel in headers, and cookies must not open `/v1`
/// to another origin. Immutable; any thread.
public final class Cors {
    private static final String EXPOSED = "x-request-id, x-gapura-provider, x-gapura-model, x-gapura-params,"
            + " x-gapura-attempts, x-gapura-cost-usd, x-gapura-replayed,"
            + " x-ratelimit-limit-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, x-ratelimit-reset-requests,"
            + " x-ratelimit-reset-tokens, retry-after, retry-after-ms, x-should-retry";

    /// Two hours, the most Chromium keeps a preflight.
    private static final String MAX_AGE_SECONDS = "7200";

    private static final int MAX_REQUESTED_HEADERS = 2048;

    private final Set<String> origins;
    private final boolean any;

    public Cors(Config.Cors config) {
        this.origins = new HashSet<>(config.origins());
        this.any = origins.contains("*");
    }

    /// Whether the request is a browser's question if it may send another; answer it with
    /// [#answerPreflight], before any key is asked for. Never true when no origin is configured.
    public boolean isPreflight(HttpServerRequest request) {
        return !origins.isEmpty()
                && request.method() == HttpMethod.OPTIONS
                && request.headers().contains("origin")
                && request.headers().contains("access-control-request-method");
    }

    /// Ends the exchange with 204; without permission headers when the origin is not allowed.
    public void answerPreflight(HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(204);
        MultiMap headers = response.headers();
        headers.set("vary", "origin, access-control-request-method, access-control-request-headers");
        String allowed = allowed(request.getHeader("origin"));
        if (allowed != null) {
            headers.set("access-control-allow-origin", allowed);
            headers.set("access-control-allow-methods", "GET, POST, DELETE, OPTIONS");
            headers.set("access-control-max-age", MAX_AGE_SECONDS);
            String wanted = request.getHeader("access-control-request-headers");
            if (wanted != null && isNameList(wanted)) {
                // Echoed, because `*` would leave out Authorization.
                headers.set("access-control-allow-headers", wanted);
            }
        }
        response.end();
    }

    /// Adds what the answer to `request` needs to be read by the page that asked. Failures need it too.
    public void addTo(HttpServerRequest request, MultiMap responseHeaders) {
        if (origins.isEmpty()) {
            return;
        }
        if (!any) {
            responseHeaders.add("vary", "origin");
        }
        String allowed = allowed(request.getHeader("origin"));
        if (allowed != null) {
            responseHeaders.set("access-control-allow-origin", allowed);
            responseHeaders.set("access-control-expose-headers", EXPOSED);
        }
    }

    private @Nullable String allowed(@Nullable String origin) {
        if (origin == null) {
            return null;
        }
        return any ? "*" : origins.contains(origin) ? origin : null;
    }

    private static boolean isNameList(String names) {
        if (names.length() > MAX_REQUESTED_HEADERS) {
            return false;
        }
        for (byte b : names.getBytes(StandardCharsets.UTF_8)) {
            if (!HttpBytes.isToken(b) && b != ',' && b != ' ') {
                return false;
            }
        }
        return true;
    }
}
