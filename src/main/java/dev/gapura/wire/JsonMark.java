package dev.gapura.wire;

/// A place in a document that [JsonScanner#reset] can come back to. Stays good until the object or array that
/// holds the marked token ends.
public record JsonMark(
        JsonToken token, int start, int end, int position, int depth, int names, boolean escaped, boolean decimal) {}
