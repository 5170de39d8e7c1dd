package dev.gapura.store;

import java.util.concurrent.TimeUnit;

/// Keeps a log line from being written for every row. Used by one thread.
final class OnceAMinute {
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long lastNanos = System.nanoTime() - PAUSE_NANOS;

    /// Whether the line may be written; then it may not for a minute.
    boolean now() {
        long now = System.nanoTime();
        if (now - lastNanos < PAUSE_NANOS) {
            return false;
        }
        lastNanos = now;
        return true;
    }

    /// The next line may be written at once.
    void forget() {
        lastNanos = System.nanoTime() - PAUSE_NANOS;
    }
}
