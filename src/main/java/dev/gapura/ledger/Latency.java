package dev.gapura.ledger;

/// Durations counted in buckets, which add up over any number of rows where percentiles would not. Pure.
public final class Latency {
    /// Upper bounds in milliseconds, inclusive; a last bucket takes what is longer. From a cached embedding to the
    /// longest reasoning answer. The columns `d0`… and `f0`… of the table `rollup` are these: changing them needs a
    /// migration.
    private static final long[] BOUNDS_MILLIS = {
        10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000
    };

    /// Number of buckets.
    public static final int BUCKETS = BOUNDS_MILLIS.length + 1;

    private Latency() {}

    /// Bucket of a duration.
    static int bucket(long millis) {
        for (int index = 0; index < BOUNDS_MILLIS.length; index++) {
            if (millis <= BOUNDS_MILLIS[index]) {
                return index;
            }
        }
        return BOUNDS_MILLIS.length;
    }

    /// The duration that a part of all stays within, as far as buckets tell: between the bounds of its bucket it is
    /// interpolated.
    ///
    /// @param counts one for each bucket
    /// @param part such as 0.95
    /// @return milliseconds; -1 where nothing was counted
    public static long quantileMillis(long[] counts, double part) {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        if (all == 0) {
            return -1;
        }
        double wanted = part * all;
        double seen = 0;
        for (int index = 0; index < counts.length; index++) {
            if (counts[index] > 0 && seen + counts[index] >= wanted) {
                if (index == BOUNDS_MILLIS.length) {
                    break;
                }
                long lower = index == 0 ? 0 : BOUNDS_MILLIS[index - 1];
                double share = (wanted - seen) / counts[index];
                return Math.round(lower + share * (BOUNDS_MILLIS[index] - lower));
            }
            seen += counts[index];
        }
        return BOUNDS_MILLIS[BOUNDS_MILLIS.length - 1];
    }
}
