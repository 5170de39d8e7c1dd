package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// What a route answers. Immutable.
public sealed interface Answer {
    /// A JSON document, written already: whoever makes it does so on the thread where it has the data, so
    /// that no event loop does.
    ///
    /// @param status HTTP status
    /// @param body JSON text
    /// @param headers further headers, such as cookies
    record Json(int status, byte[] body, Map<String, String> headers) implements Answer {}

    /// A body that is written piece by piece.
    ///
    /// @param type its media type
    /// @param headers further headers
    /// @param source writes it
    record Streamed(String type, Map<String, String> headers, Source source) implements Answer {}

    /// Writes a body. Begun on the event loop.
    @FunctionalInterface
    interface Source {
        /// @return completes when the body is complete; a failure cuts it off
        CompletableFuture<Void> write(Outlet outlet);
    }

    /// 200 with this document.
    static Answer of(JsonNode document) {
        return new Json(200, JsonTree.bytes(document), Map.of());
    }

    /// 201 with this document: something was made.
    static Answer created(JsonNode document) {
        return new Json(201, JsonTree.bytes(document), Map.of());
    }

    /// 200 with this document, at once.
    static CompletableFuture<Answer> now(JsonNode document) {
        return CompletableFuture.completedFuture(of(document));
    }
}
