package dev.gapura.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A team of an organization. Immutable.
///
/// @param disabled since when its keys may not call, null where that is not so
public record Team(
        String id,
        String organization,
        String name,
        Instant created,
        @Nullable Instant disabled) {
    ObjectNode json() {
        return JsonTree.object().put("name", name).put("disabled", disabled == null ? null : disabled.toString());
    }

    /// Somebody in a team.
    ///
    /// @param admin whether the person sees what the team does, and makes and ends its keys
    public record Member(Person person, boolean admin) {}
}
