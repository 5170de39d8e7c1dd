package dev.gapura.limit;

import dev.gapura.access.Principal;
import org.jspecify.annotations.Nullable;

/// Whose limits apply to a request. Immutable; any thread.
///
/// @param keyId id of the key
/// @param person id, null where the key is nobody's
/// @param team id, null where the key is of none
/// @param organization id, null where the key is of none
/// @param endUser whom the caller says it acts for, null where it does not say
public record Caller(
        String keyId,
        @Nullable String person,
        @Nullable String team,
        @Nullable String organization,
        @Nullable String endUser) {

    /// Whoever holds a key, or a session.
    ///
    /// @param endUser whom the caller says it acts for, null where it does not say
    public static Caller of(Principal.Holder holder, @Nullable String endUser) {
        return new Caller(holder.keyId(), holder.person(), holder.team(), holder.organization(), endUser);
    }
}
