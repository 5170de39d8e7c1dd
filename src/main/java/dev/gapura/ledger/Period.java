package dev.gapura.ledger;

import java.time.Duration;

/// Stretches of time, in UTC, that usage is summed over.
public enum Period {
    MINUTE(Duration.ofMinutes(1), Duration.ofDays(2)),
    HOUR(Duration.ofHours(1), Duration.ofDays(90)),
    DAY(Duration.ofDays(1), Duration.ofDays(3_653));

    private final long millis;
    private final long keepMillis;

    Period(Duration length, Duration keep) {
        millis = length.toMillis();
        keepMillis = keep.toMillis();
    }

    /// Its length, and its name in the table.
    public long millis() {
        return millis;
    }

    /// How long its sums are kept: minutes for two days, hours for three months, days for ten years.
    public long keepMillis() {
        return keepMillis;
    }

    /// Begin of the one that a moment lies in, milliseconds since the Unix epoch.
    public long start(long timeMillis) {
        return Math.floorDiv(timeMillis, millis) * millis;
    }
}
