package dev.gapura.limit;

import dev.gapura.config.Quota;

/// A quota that applies to a request.
///
/// @param scope whose it is
public record Limited(Scope scope, Quota quota) {}
