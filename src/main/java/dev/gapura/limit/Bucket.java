package dev.gapura.limit;

import dev.gapura.config.Quota;

/// A count that is full at first and fills again evenly: `limit` in `periodMillis`. In whole numbers, so that nothing
/// is lost by rounding: the level is counted in parts, of which one makes a whole a `periodMillis`-th. Not for several
/// threads at once, and without a clock.
final class Bucket {
    /// The longest time that is counted at once; by then any bucket is full.
    private static final long LONGEST_MILLIS = 500_000_000L;
    /// The deepest debt: what is taken of it once more is still a whole number of 64 bits.
    private static final long LOWEST = Long.MIN_VALUE / 4;

    private final long limit;
    private final long periodMillis;
    private long level;
    private long atMillis;

    Bucket(long limit, long periodMillis, long nowMillis) {
        this.limit = limit;
        this.periodMillis = periodMillis;
        this.level = limit * periodMillis;
        this.atMillis = nowMillis;
    }

    /// Whether it still counts for this limit; one that was changed begins anew.
    boolean isOf(long otherLimit) {
        return limit == otherLimit;
    }

    /// Adds what has come back until now. A clock that goes back adds nothing.
    void fill(long nowMillis) {
        if (nowMillis > atMillis) {
            long passed = Math.min(nowMillis - atMillis, LONGEST_MILLIS);
            level = Math.min(limit * periodMillis, level + passed * limit);
            atMillis = nowMillis;
        }
    }

    boolean has(long amount) {
        return level >= amount * periodMillis;
    }

    /// Takes, be it more than there is: what was used is used. More than any limit may be is taken for that.
    void take(long amount) {
        level = Math.max(LOWEST, level - Math.min(amount, Quota.MOST) * periodMillis);
    }

    /// Gives back what was taken and not used.
    void give(long amount) {
        level = Math.min(limit * periodMillis, level + amount * periodMillis);
    }

    /// Whole ones that are left.
    long left() {
        return Math.max(0, Math.floorDiv(level, periodMillis));
    }

    /// Milliseconds until so much is there; of more than the limit never, and then until it is full.
    long millisUntil(long amount) {
        long missing = Math.min(amount, limit) * periodMillis - level;
        return missing <= 0 ? 0 : Math.ceilDiv(missing, limit);
    }

    boolean isFull() {
        return level >= limit * periodMillis;
    }

    /// Milliseconds until it is full.
    long millisUntilFull() {
        return millisUntil(limit);
    }
}
