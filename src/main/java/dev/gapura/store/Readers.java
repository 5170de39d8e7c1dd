package dev.gapura.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/// A few threads that read, each with a connection of its own. Platform threads: SQLite's calls hold the thread that
/// makes them, and a virtual one would hold its carrier with it.
final class Readers {
    /// Reads at the same time; more of them would only take the CPU away from traffic.
    private static final int THREADS = 4;
    /// Reads that may wait.
    private static final int MOST_WAITING = 256;

    private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

    private record Reading<T>(Work<T> work, CompletableFuture<T> result) {
        void run(Sql sql) throws SQLException {
            result.complete(work.run(sql));
        }
    }

    private final Half half;
    private final Engine engine;
    private final BlockingQueue<Reading<?>> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Readers(Half half, Engine engine) {
        this.half = half;
        this.engine = engine;
    }

    <T> CompletableFuture<T> read(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        startThreads();
        if (closed || !queue.offer(new Reading<>(work, result))) {
            return CompletableFuture.failedFuture(new StoreException(
                    StoreException.Reason.BUSY, "too much waits to be read from the " + half.label(), null));
        }
        return result;
    }

    /// Only when somebody reads: a gateway that is just started has better things to do.
    private void startThreads() {
        if (!threads.isEmpty()) {
            return;
        }
        synchronized (threads) {
            while (threads.size() < THREADS) {
                Thread thread = Thread.ofPlatform()
                        .name("store-" + half.label() + "-read-" + threads.size())
                        .daemon()
                        .unstarted(this::run);
                threads.add(thread);
                thread.start();
            }
        }
    }

    private void run() {
        Session session = new Session(engine.kind(), () -> engine.reading(half));
        while (!closed) {
            Reading<?> next;
            try {
                next = queue.take();
            } catch (InterruptedException ended) {
                break;
            }
            // Whoever gave up waiting has no use for it.
            if (!next.result().isDone()) {
                read(session, next);
            }
        }
        session.discard();
    }

    private void read(Session session, Reading<?> next) {
        boolean fresh = !session.isOpen();
        try {
            next.run(session.sql());
        } catch (SQLException failed) {
            Trouble trouble = engine.trouble(failed);
            if (trouble == Trouble.OUTAGE) {
                session.discard();
                if (!fresh) {
                    // The connection may have died long ago, while nobody used it.
                    read(session, next);
                    return;
                }
            }
            next.result().completeExceptionally(StoreException.of(trouble, failed));
        } catch (RuntimeException fault) {
            next.result().completeExceptionally(fault);
        }
    }

    void close() {
        closed = true;
        synchronized (threads) {
            threads.forEach(Thread::interrupt);
        }
        for (Reading<?> waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.result()
                    .completeExceptionally(new StoreException(
                            StoreException.Reason.UNAVAILABLE, "the " + half.label() + " is closed", null));
        }
        awaitEnd();
    }

    /// So that nothing holds the files any more; whoever waits for a server that does not answer is not
    /// waited for.
    private void awaitEnd() {
        long endNanos = System.nanoTime() + CLOSE_LIMIT.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, endNanos - System.nanoTime())))) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
