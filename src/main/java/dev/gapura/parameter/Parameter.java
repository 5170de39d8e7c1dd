package dev.gapura.parameter;

/// One row of the parameter table: a request field with its type, limits, default and what becomes of it where a target
/// lacks it.
public record Parameter(String name) {}
