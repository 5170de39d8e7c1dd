package dev.gapura.server;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// What a caller is told whose path leads nowhere: that this version does not serve a route of the public contract
/// yet, or what is probably wrong with the base URL. Nothing of the path is repeated. Pure; any thread.
public final class UnknownRoute {
    private static final String CHAT = "Chat completions are at POST /v1/chat/completions.";

    private UnknownRoute() {}

    /// The 404 for a path that no route takes.
    public static Failure of(String path) {
        return Failure.of(FailureKind.NOT_FOUND, message(path)).withCode("unknown_route");
    }

    private static String message(String path) {
        String later = later(path);
        if (later != null) {
            return "This version does not serve " + later + " yet. " + CHAT;
        }
        if (path.startsWith("/v1/v1/")) {
            return "There is nothing at this path: /v1 stands in it twice. The base URL ends in /v1 already.";
        }
        if (path.startsWith("//")) {
            return "There is nothing at this path: it begins with two slashes. The base URL should end without one.";
        }
        if (path.equals("/chat/completions") || path.equals("/models") || path.startsWith("/models/")) {
            return "There is nothing at this path: it lacks /v1. The base URL should end in /v1.";
        }
        if (path.equals("/v1/completions")) {
            return "Completions without messages are not served. " + CHAT;
        }
        return "There is nothing at this path. " + CHAT;
    }

    /// What stands at a path of the public contract in a later version; null for any other path.
    private static @Nullable String later(String path) {
        return switch (path) {
            case "/v1/embeddings", "/v1/images/generations" -> path;
            default ->
                under(path, "/v1/responses")
                        ? "the Responses API (/v1/responses)"
                        : under(path, "/v1/messages")
                                ? "the Anthropic Messages API (/v1/messages)"
                                : under(path, "/v1/audio") ? "/v1/audio" : null;
        };
    }

    private static boolean under(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }
}
