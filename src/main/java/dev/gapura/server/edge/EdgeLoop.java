package dev.gapura.server.edge;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The deadlines of all connections of one event loop: one timer that visits every connection a few times a
/// second, instead of timers per request. A request costs a field write; deadlines fire up to one tick late.
/// Also owns the array into which heads are copied to be checked. Event loop only.
final class EdgeLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeLoop.class);

    /// Something with deadlines. `position` belongs to the loop.
    abstract static class Watched {
        int position = -1;

        /// Called on every tick with the loop's clock.
        abstract void tick(long nowNanos);
    }

    private static final Duration LONGEST_TICK = Duration.ofMillis(250);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(10);

    private final EventExecutor executor;
    private final long tickNanos;
    private final List<Watched> watched = new ArrayList<>();
    private final byte[] scratch;
    private long now = System.nanoTime();
    private @Nullable ScheduledFuture<?> timer;

    /// @param shortest the shortest deadline this loop is used for: ticks come eight times as often
    EdgeLoop(EventExecutor executor, Duration shortest, int scratchBytes) {
        this.executor = executor;
        long wanted = shortest.dividedBy(8).toNanos();
        this.tickNanos = Math.clamp(wanted, SHORTEST_TICK.toNanos(), LONGEST_TICK.toNanos());
        this.scratch = new byte[scratchBytes];
    }

    /// The time of the last tick, in the units of `System.nanoTime`.
    long now() {
        return now;
    }

    /// The time that is `delay` from now, never earlier: one tick is added because [#now] may be that old.
    long after(Duration delay) {
        return now + tickNanos + delay.toNanos();
    }

    byte[] scratch() {
        return scratch;
    }

    void add(Watched entry) {
        if (timer == null) {
            now = System.nanoTime();
            timer = executor.scheduleAtFixedRate(this::tick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
        }
        entry.position = watched.size();
        watched.add(entry);
    }

    void remove(Watched entry) {
        int position = entry.position;
        if (position < 0) {
            return;
        }
        entry.position = -1;
        Watched last = watched.removeLast();
        if (last != entry) {
            watched.set(position, last);
            last.position = position;
        }
    }

    /// One that throws is watched no more; a schedule that ends by an exception would never tick again.
    private void tick(Watched entry) {
        try {
            entry.tick(now);
        } catch (RuntimeException fault) {
            LOG.error("a deadline met a fault of the gateway", fault);
            remove(entry);
        }
    }

    private void tick() {
        now = System.nanoTime();
        if (watched.isEmpty() && timer != null) {
            // Not when the last one leaves: under light load that would be a timer per request again.
            timer.cancel(false);
            timer = null;
        }
        // Backwards, because a tick may remove its entry, which moves the last one into its place.
        for (int i = watched.size() - 1; i >= 0; i--) {
            if (i < watched.size()) {
                tick(watched.get(i));
            }
        }
    }
}
