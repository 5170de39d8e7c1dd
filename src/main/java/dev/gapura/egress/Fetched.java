package dev.gapura.egress;

import org.jspecify.annotations.Nullable;

/// What was fetched. The bytes are shared with the cache and never changed; any thread.
///
/// @param type media type in lower case without parameters: what the bytes begin like, otherwise what the
///     server said; null where neither tells
public record Fetched(byte[] bytes, @Nullable String type) {}
