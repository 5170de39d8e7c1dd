package dev.gapura.chat;

import org.jspecify.annotations.Nullable;

/// A breakpoint of prompt caching: what stands up to here is worth keeping.
///
/// @param ttl how long (`5m`, `1h`), null: the provider's default
public record CacheMark(@Nullable String ttl) {
    /// With the provider's default time.
    public static final CacheMark DEFAULT = new CacheMark(null);
}
