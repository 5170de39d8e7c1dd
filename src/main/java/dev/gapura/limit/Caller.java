package dev.gapura.limit;

import org.jspecify.annotations.Nullable;

/// Whose limits apply to a request. Immutable; any thread.
///
/// @param keyId id of the key
/// @param team id, null where the key is of none
/// @param organization id, null where the key is of none
/// @param endUser whom the caller says it acts for, null where it does not say
public record Caller(
        String keyId,
        @Nullable String team,
        @Nullable String organization,
        @Nullable String endUser) {}
