package dev.gapura.access;

import java.time.Instant;

/// What a presented key is. Expected outcomes, so values.
public sealed interface KeyCheck {
    /// It may call.
    record Accepted(Principal principal) implements KeyCheck {}

    /// It could, until then.
    record Expired(Principal principal, Instant when) implements KeyCheck {}

    /// Somebody has ended it.
    record Revoked(Principal principal, Instant when) implements KeyCheck {}

    /// Whom it belongs to may not call.
    ///
    /// @param what `organization`, `team` or `person`
    record Disabled(Principal principal, String what) implements KeyCheck {}

    /// Its person is a viewer, who calls no models, and may read by it what viewers may.
    record Viewers(Principal principal) implements KeyCheck {}

    /// Nobody's, as far as this gateway knows now.
    record Unknown() implements KeyCheck {}
}
