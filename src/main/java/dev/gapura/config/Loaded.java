package dev.gapura.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A configuration that may be used, and what should be told about it.
///
/// @param config the configuration, complete
/// @param warnings in the order of the file; log them once
/// @param source the file that was read; null: none
public record Loaded(
        Config config, List<Warning> warnings, @Nullable Path source) {
    public Loaded {
        warnings = List.copyOf(warnings);
    }
}
