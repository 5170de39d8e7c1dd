package dev.gapura.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An organization. Immutable.
///
/// @param disabled since when nobody of it may log in or call, null where that is not so
public record Organization(
        String id, String name, Instant created, @Nullable Instant disabled) {
    ObjectNode json() {
        return JsonTree.object().put("name", name).put("disabled", disabled == null ? null : disabled.toString());
    }
}
