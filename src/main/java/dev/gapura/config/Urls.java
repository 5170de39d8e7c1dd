package dev.gapura.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/// Checks of the addresses a configuration may name. Each answers null when the text will do, otherwise the rest of a
/// sentence that begins with the member's name; the text itself is never repeated, it may hold a password.
final class Urls {
    private Urls() {}

    /// What is put before a dialect's path: scheme, host, perhaps port and path.
    static @Nullable String baseUrlFault(String text) {
        URI uri = parse(text);
        if (uri == null || uri.getHost() == null) {
            return "must be an address such as https://api.example/v1";
        }
        if (!isHttp(uri)) {
            return "must begin with https:// or http://";
        }
        if (uri.getRawUserInfo() != null) {
            return "must not hold a user or a password; credentials go into api_key or headers";
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return "must not hold '?' or '#'; it is what stands before the dialect's own path";
        }
        return portFault(uri);
    }

    /// An HTTP proxy, user and password allowed.
    static @Nullable String proxyFault(String text) {
        URI uri = parse(text);
        if (uri == null || uri.getHost() == null || !"http".equalsIgnoreCase(uri.getScheme())) {
            return "must be an HTTP proxy such as http://proxy.example:3128";
        }
        String path = uri.getRawPath();
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || !(path.isEmpty() || path.equals("/"))) {
            return "must end after host and port";
        }
        return portFault(uri);
    }

    /// What a browser sends as `Origin`.
    static @Nullable String originFault(String text) {
        URI uri = parse(text);
        if (uri == null
                || uri.getHost() == null
                || uri.getScheme() == null
                || uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || !uri.getRawPath().isEmpty()) {
            return "must be an origin: scheme, host and perhaps a port, nothing behind (https://app.example)";
        }
        return portFault(uri);
    }

    private static @Nullable String portFault(URI uri) {
        return uri.getPort() == 0 || uri.getPort() > 65_535 ? "has a port outside 1..65535" : null;
    }

    private static boolean isHttp(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
    }

    private static @Nullable URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            return null;
        }
    }
}
