package dev.gapura.ledger;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Keeps strangers from filling the history, which would push everybody else's out of it: of requests without a key
/// that is known, so many in a second are written down, and a burst; the access log has them all. A generic cell rate
/// algorithm (ITU-T I.371): one number, no lock. Any thread.
final class Admission {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / 50;
    private static final long BURST_NANOS = 1_000 * INTERVAL_NANOS;

    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime() - BURST_NANOS);
    private final LongAdder refused = new LongAdder();

    /// Whether one more may be written down.
    boolean admits(long nowNanos) {
        while (true) {
            long next = nextNanos.get();
            if (next - nowNanos > 0) {
                refused.increment();
                return false;
            }
            long from = Math.max(nowNanos - BURST_NANOS - next, 0) + next;
            if (nextNanos.compareAndSet(next, from + INTERVAL_NANOS)) {
                return true;
            }
        }
    }

    /// How many were not admitted.
    long refused() {
        return refused.sum();
    }
}
