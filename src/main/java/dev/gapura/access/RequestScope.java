package dev.gapura.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which exchanges of the history somebody sees; goes into every query of theirs.
public sealed interface RequestScope {
    /// All.
    record Everything() implements RequestScope {}

    /// Those of keys of an organization.
    record Organization(String id) implements RequestScope {}

    /// Those of a person's keys, and of keys of teams. Nothing where there is neither.
    record Own(@Nullable String person, Set<String> teams) implements RequestScope {
        public Own {
            teams = Set.copyOf(teams);
        }
    }
}
