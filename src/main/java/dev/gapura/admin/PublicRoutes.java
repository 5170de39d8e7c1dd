package dev.gapura.admin;

import java.util.List;

/// The routes outside of the admin API, for `/openapi.json`. A test holds the list to what the server answers.
final class PublicRoutes {
    private static final List<String> JSON = List.of("application/json");

    /// @param key whether a virtual key is needed
    /// @param chat whether it takes a chat completions request
    /// @param types media types of the answer
    record Route(String method, String path, String summary, boolean key, boolean chat, List<String> types) {}

    /// All of them.
    static final List<Route> ALL = List.of(
            new Route(
                    "POST",
                    "/v1/chat/completions",
                    "Has a model answer a conversation; with `stream: true` as server-sent events.",
                    true,
                    true,
                    List.of("application/json", "text/event-stream")),
            new Route(
                    "POST",
                    "/v1/chat/completions:explain",
                    "Tells what would be done with such a request, and calls nobody.",
                    true,
                    true,
                    JSON),
            new Route("GET", "/v1/models", "Lists the models that the key may call.", true, false, JSON),
            new Route("GET", "/v1/models/{id}", "Tells of one model.", true, false, JSON),
            new Route(
                    "GET",
                    "/v1/model/info",
                    "Lists the models with limits, prices and supported parameters.",
                    true,
                    false,
                    JSON),
            new Route("GET", "/v1/key", "Tells what the key may do and has left of its limits.", true, false, JSON),
            new Route("GET", "/healthz", "Tells that the process lives.", false, false, JSON),
            new Route("GET", "/readyz", "Tells whether requests should be sent here.", false, false, JSON),
            new Route("GET", "/metrics", "Gives the metrics for Prometheus.", false, false, List.of("text/plain")),
            new Route("GET", "/openapi.json", "Gives this document.", false, false, JSON));

    private PublicRoutes() {}
}
