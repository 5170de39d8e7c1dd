package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.access.Authority;
import dev.gapura.server.Surface;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request to a route, checked. Immutable but for the visit.
///
/// @param caller who asks, and may
/// @param path values of the template's names, decoded
/// @param query values of the query, checked against the route's parameters
/// @param body the body as the route's shape allows it; an empty object where the route takes none
/// @param sent the request itself; null where a command asks and no gateway runs
/// @param again asks anew who calls, for answers that last: fails as the request would be refused now; any thread
public record Ask(
        Caller caller,
        Map<String, String> path,
        Query query,
        JsonNode body,
        Surface.@Nullable Visit sent,
        Supplier<CompletableFuture<Caller>> again) {
    /// What the caller may do, for routes that are not open to anybody.
    public Authority authority() {
        return caller.required();
    }

    /// The request itself, for headers and the snapshot: for routes that only a running gateway has.
    public Surface.Visit visit() {
        if (sent == null) {
            throw new IllegalStateException("no gateway runs");
        }
        return sent;
    }

    /// The value of a name in the path.
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no {" + name + "}");
        }
        return value;
    }
}
