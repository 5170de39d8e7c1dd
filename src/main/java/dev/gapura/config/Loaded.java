package dev.gapura.config;

import java.util.List;

/// A configuration that may be used, and what should be told about it.
///
/// @param config the configuration, complete
/// @param warnings in the order of the file; log them once
public record Loaded(Config config, List<Warning> warnings) {
    public Loaded {
        warnings = List.copyOf(warnings);
    }
}
