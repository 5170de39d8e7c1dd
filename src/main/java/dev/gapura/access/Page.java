package dev.gapura.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list, the newest first. A page that was searched for may hold fewer than were asked for, even
/// none, and still have a next one. Immutable; any thread.
///
/// @param next id that the next page begins before, null where there is none
public record Page<T>(List<T> rows, @Nullable String next) {
    public Page {
        rows = List.copyOf(rows);
    }
}
