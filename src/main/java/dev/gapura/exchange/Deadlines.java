package dev.gapura.exchange;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clock of one event loop: looks at every open exchange a few times a second, so that deadlines, those of its
/// tools too, and heartbeats cost nothing per request and nothing per chunk. Deadlines fire at most [#TICK_MILLIS]
/// late. Used on its event loop only.
public final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /// How late a deadline may fire. At 10,000 open streams a tick takes about a tenth of a millisecond.
    static final long TICK_MILLIS = 50;

    /// Something that has deadlines.
    public interface Watched {
        /// Called every tick until it returns false.
        ///
        /// @param now `System.nanoTime()` of this tick
        /// @return whether to go on watching
        boolean tick(long now);
    }

    private final Vertx vertx;
    private final List<Watched> watched = new ArrayList<>();
    private long timer = -1;

    public Deadlines(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Watches until its `tick` says no.
    public void watch(Watched exchange) {
        watched.add(exchange);
        if (timer < 0) {
            timer = vertx.setPeriodic(TICK_MILLIS, this::tick);
        }
    }

    /// Shows everything that is being watched, also what ended since the last tick.
    public void forEach(Consumer<Watched> action) {
        List.copyOf(watched).forEach(action);
    }

    /// One that throws is watched no more; the others must not lose their deadlines with it.
    private static boolean ticked(Watched one, long now) {
        try {
            return one.tick(now);
        } catch (RuntimeException fault) {
            LOG.error("a deadline met a fault of the gateway", fault);
            return false;
        }
    }

    private void tick(Long id) {
        long now = System.nanoTime();
        int kept = 0;
        // An exchange may start another one while it is ticked: the size is asked each time.
        for (int index = 0; index < watched.size(); index++) {
            Watched one = watched.get(index);
            if (ticked(one, now)) {
                watched.set(kept++, one);
            }
        }
        watched.subList(kept, watched.size()).clear();
        if (kept == 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
