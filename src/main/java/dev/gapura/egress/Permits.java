package dev.gapura.egress;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;

/// So many at once, so many waiting, in the order in which they came. Shared by all event loops; a turn is
/// told on the context of the one who waits for it.
final class Permits {
    private final int waitingMost;
    private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
    private int free;

    Permits(int atOnce, int waitingMost) {
        this.free = atOnce;
        this.waitingMost = waitingMost;
    }

    /// Completes `turn` when it is its turn.
    ///
    /// @return false when too many wait already, and nothing was done
    boolean acquire(Promise<Void> turn) {
        synchronized (this) {
            if (free == 0) {
                return waiting.size() < waitingMost && waiting.add(turn);
            }
            free--;
        }
        turn.complete();
        return true;
    }

    /// Gives up waiting; does nothing when the turn has come already, which is then to be
    /// [released](#release).
    synchronized void abandon(Promise<Void> turn) {
        waiting.remove(turn);
    }

    void release() {
        Promise<Void> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.complete();
    }

    /// How many could begin at once.
    synchronized int free() {
        return free;
    }
}
