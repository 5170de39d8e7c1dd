package dev.gapura.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key of the database, without its secret. Immutable.
///
/// @param holder its id, and whom it belongs to
/// @param name for people
/// @param prefix what may be shown of its newest secret
/// @param createdBy who made it, as [Authority#actor]
/// @param expires null: never
/// @param revoked null: not yet
/// @param used when it was used last, to the minute; null: never
/// @param policy what it may do
public record ApiKey(
        Principal.Holder holder,
        String name,
        String prefix,
        Instant created,
        String createdBy,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant used,
        Policy policy) {

    /// What somebody wants a new key to be.
    ///
    /// @param organization null: that of whoever makes it, for commands the default one
    /// @param team null: of none
    /// @param person null: nobody's, or that of whoever makes it where they may make no other
    public record Draft(
            String name,
            @Nullable String organization,
            @Nullable String team,
            @Nullable String person,
            @Nullable Instant expires,
            Policy policy) {}

    /// A key with the secret that is shown this once.
    public record Created(ApiKey key, String secret) {
        /// Without the secret.
        @Override
        public String toString() {
            return "Created[" + key.holder.keyId() + "]";
        }
    }

    /// Its id.
    public String id() {
        return holder.keyId();
    }

    /// What of it can change, for the audit.
    ObjectNode json() {
        ObjectNode object = JsonTree.object().put("name", name).put("prefix", prefix);
        object.put("team", holder.team());
        object.put("person", holder.person());
        object.put("expires", expires == null ? null : expires.toString());
        object.put("revoked", revoked == null ? null : revoked.toString());
        object.set("policy", policy.json());
        return object;
    }
}
