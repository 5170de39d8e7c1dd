package dev.gapura.telemetry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request says of itself for the record, and nothing is decided by. Immutable, but for the capture.
///
/// @param tags strings of `metadata`
/// @param endUser who the caller acts for: `safety_identifier`, or `user`
/// @param capture takes the bodies, null where they are not kept
public record Notes(
        Map<String, String> tags,
        @Nullable String endUser,
        @Nullable Capture capture) {
    /// A request that says nothing.
    public static final Notes NONE = new Notes(Map.of(), null, null);

    public Notes {
        tags = Map.copyOf(tags);
    }
}
