package dev.gapura.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of exchanges, the newest first.
///
/// @param entries may be fewer than were asked for, even none, although there are more: a page looks at so many
///     candidates and no further, so that it takes no longer than others
/// @param next what the next page is asked for with; null after the last one
public record Page(List<Entry> entries, @Nullable String next) {
    public Page {
        entries = List.copyOf(entries);
    }
}
