package dev.gapura.limit;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Counts in the memory of this process. One lock, held for less than a microsecond a count: all counts of a request
/// have to change at once, and requests of all event loops draw on the same.
public final class LocalRates implements Rates {
    /// Counts that are kept before those that say nothing are looked for.
    private static final int FIRST_SWEEP = 10_000;

    private final LongSupplier clock;
    private final Map<String, Bucket> buckets = new HashMap<>();
    private final Map<String, Long> running = new HashMap<>();
    private int sweepAt = FIRST_SWEEP;
    private long parts = 1;

    /// Counts by the monotonic clock.
    public LocalRates() {
        this(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    /// @param clock milliseconds since any time
    LocalRates(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public Future<Answer> take(List<Counter> counters, long tokens) {
        return Future.succeededFuture(draw(counters, tokens));
    }

    /// Has limits divided: what this process may use of them while others use the rest.
    ///
    /// @param replicas how many share them
    synchronized void divideBy(long replicas) {
        parts = Math.max(1, replicas);
    }

    synchronized Answer draw(List<Counter> counters, long tokens) {
        long now = clock.getAsLong();
        Counter scarce = null;
        long longest = -1;
        for (Counter counter : counters) {
            long wait = missing(counter, tokens, now);
            if (wait > longest) {
                longest = wait;
                scarce = counter;
            }
        }
        if (scarce != null) {
            return new Answer.Refused(scarce, longest, Standing.of(left(counters, now)));
        }
        for (Counter counter : counters) {
            if (counter.measure() == Measure.CONCURRENT) {
                running.merge(counter.key(), 1L, Long::sum);
            } else {
                bucket(counter, now).take(amount(counter, tokens));
            }
        }
        sweep(now);
        return new Answer.Admitted(new Grant(counters, tokens, true), Standing.of(left(counters, now)));
    }

    /// Milliseconds until a count has enough; -1 where it has.
    private long missing(Counter counter, long tokens, long now) {
        if (counter.measure() == Measure.CONCURRENT) {
            return running.getOrDefault(counter.key(), 0L) < limit(counter) ? -1 : 0;
        }
        Bucket bucket = bucket(counter, now);
        long amount = amount(counter, tokens);
        return bucket.has(amount) ? -1 : bucket.millisUntil(amount);
    }

    private long amount(Counter counter, long tokens) {
        return Math.min(counter.amount(tokens), limit(counter));
    }

    private long limit(Counter counter) {
        return Math.max(1, counter.limit() / parts);
    }

    private Bucket bucket(Counter counter, long now) {
        String key = counter.key();
        Bucket bucket = buckets.get(key);
        long limit = limit(counter);
        if (bucket == null || !bucket.isOf(limit)) {
            bucket = new Bucket(limit, counter.measure().periodMillis(), now);
            buckets.put(key, bucket);
        }
        bucket.fill(now);
        return bucket;
    }

    @Override
    public synchronized void end(Grant grant, long tokens) {
        long now = clock.getAsLong();
        for (Counter counter : grant.counters()) {
            if (counter.measure() == Measure.CONCURRENT) {
                running.computeIfPresent(counter.key(), (key, count) -> count <= 1 ? null : (Long) (count - 1));
            } else if (counter.measure().ofTokens()) {
                long surplus = amount(counter, grant.tokens()) - tokens;
                Bucket bucket = bucket(counter, now);
                if (surplus > 0) {
                    bucket.give(surplus);
                } else {
                    bucket.take(-surplus);
                }
            }
        }
    }

    @Override
    public synchronized Future<List<Standing.Left>> look(List<Counter> counters) {
        return Future.succeededFuture(left(counters, clock.getAsLong()));
    }

    private List<Standing.Left> left(List<Counter> counters, long now) {
        List<Standing.Left> all = new ArrayList<>(counters.size());
        for (Counter counter : counters) {
            if (counter.measure() == Measure.CONCURRENT) {
                long used = running.getOrDefault(counter.key(), 0L);
                all.add(new Standing.Left(counter, Math.max(0, limit(counter) - used), 0));
            } else {
                Bucket bucket = bucket(counter, now);
                all.add(new Standing.Left(counter, bucket.left(), bucket.millisUntilFull()));
            }
        }
        return all;
    }

    /// Lets go of counts that are full, which say nothing: end users come and go.
    private void sweep(long now) {
        if (buckets.size() > sweepAt) {
            buckets.values().removeIf(bucket -> {
                bucket.fill(now);
                return bucket.isFull();
            });
            sweepAt = Math.max(FIRST_SWEEP, 2 * buckets.size());
        }
    }

    /// Counts that are kept.
    synchronized int kept() {
        return buckets.size();
    }
}
