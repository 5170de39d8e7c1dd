package dev.gapura.wire;

/// A range of an array.
///
/// @param from offset of its first byte
/// @param to offset after its last byte
record Piece(byte[] bytes, int from, int to) {}
