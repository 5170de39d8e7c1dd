package dev.gapura.pricing;

import org.jspecify.annotations.Nullable;

/// Where an entry of the catalogue comes from. Immutable; any thread.
///
/// @param name of the list, with its version and the place in it
/// @param date when the list was published or read, such as `2026-11`; null where it has none
public record Source(String name, @Nullable String date) {}
