package dev.gapura.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody who may log in. Immutable.
///
/// @param email in lower case; what the person logs in with
/// @param name for people
/// @param hasPassword whether the person can log in with one
/// @param issuer identity provider that the person was seen at, null for none
/// @param disabled since when the person may neither log in nor call, null where that is not so
public record Person(
        String id,
        String organization,
        String email,
        String name,
        Role role,
        boolean hasPassword,
        @Nullable String issuer,
        Instant created,
        @Nullable Instant disabled) {

    Area area() {
        return new Area(organization, null, id, role);
    }

    /// What of it can change, for the audit, which must not hold who it is.
    ObjectNode json() {
        return JsonTree.object()
                .put("role", role.text())
                .put("password", hasPassword)
                .put("disabled", disabled == null ? null : disabled.toString());
    }
}
