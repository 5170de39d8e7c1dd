package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Page;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes pages of lists that were read with one more than was asked for, which shows whether there is a next page.
/// Pure.
final class Pages {
    private Pages() {}

    /// @param found at most one more than `limit`
    /// @param cursor of an item
    static <T> ObjectNode write(List<T> found, int limit, Function<T, String> cursor, Function<T, ObjectNode> json) {
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        found.stream().limit(limit).map(json).forEach(data::add);
        document.put("next", found.size() > limit ? cursor.apply(found.get(limit - 1)) : null);
        return document;
    }

    /// A page that knows itself whether there is a next one.
    static <T> ObjectNode write(Page<T> page, Function<T, ObjectNode> json) {
        ObjectNode document = JsonTree.object();
        ArrayNode data = document.putArray("data");
        page.rows().stream().map(json).forEach(data::add);
        document.put("next", page.next());
        return document;
    }

    static @Nullable Long millis(@Nullable Instant moment) {
        return moment == null ? null : moment.toEpochMilli();
    }
}
