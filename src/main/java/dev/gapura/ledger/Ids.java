package dev.gapura.ledger;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Makes identifiers of exchanges: 42 bits of their arrival in milliseconds since the Unix epoch (until 2109) above 21
/// bits of a count that begins anywhere. So their order is the order of time, and one number is the whole key of a
/// page. Two
/// gateways may make the same one, once in two million times that a millisecond brings each of them a request: then
/// the writer takes another. Any thread.
final class Ids {
    static final int COUNT_BITS = 21;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final AtomicLong count = new AtomicLong(ThreadLocalRandom.current().nextLong(COUNT_MASK));

    long next(long timeMillis) {
        return first(timeMillis) | (count.incrementAndGet() & COUNT_MASK);
    }

    /// The lowest identifier of a moment.
    static long first(long timeMillis) {
        return Math.clamp(timeMillis, 0, Long.MAX_VALUE >> COUNT_BITS) << COUNT_BITS;
    }

    static long timeMillis(long id) {
        return id >> COUNT_BITS;
    }
}
