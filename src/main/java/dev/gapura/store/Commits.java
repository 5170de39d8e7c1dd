package dev.gapura.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Work that somebody waits for, on its way to one database. As much as waits goes into one transaction, so that many
/// share what forcing it to disk costs; where one of them fails, all are undone and each is tried alone. Anybody adds,
/// the writer's thread does the rest.
final class Commits {
    /// Work that may wait.
    static final int MOST_WAITING = 10_000;
    /// Work in one transaction.
    private static final int MOST_TOGETHER = 256;
    /// Attempts of one that loses against those of other gateways.
    private static final int MOST_ATTEMPTS = 5;

    private record Task<T>(Work<T> work, CompletableFuture<T> result) {
        /// What the caller gets once the transaction is committed.
        Runnable run(Sql sql) throws SQLException {
            T value = work.run(sql);
            return () -> result.complete(value);
        }
    }

    private final Half half;
    private final Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    Commits(Half half) {
        this.half = half;
    }

    /// Adds work; where too much waits, its future has failed.
    <T> CompletableFuture<T> add(Work<T> work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(new StoreException(
                    StoreException.Reason.BUSY, "too much waits to be written to the " + half.label(), null));
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        tasks.add(new Task<>(work, result));
        return result;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /// Fails everything that waits.
    void fail(StoreException why) {
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            waiting.decrementAndGet();
            task.result().completeExceptionally(why);
        }
    }

    /// Does what waits, up to the measure of one transaction.
    ///
    /// @throws SQLException when the database is away; those that were under way have failed
    void commit(Session session, Engine engine) throws SQLException {
        List<Task<?>> together = new ArrayList<>();
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            waiting.decrementAndGet();
            together.add(task);
            if (together.size() == MOST_TOGETHER) {
                break;
            }
        }
        if (together.isEmpty()) {
            return;
        }
        try {
            if (!commitTogether(session, engine, together)) {
                for (Task<?> task : together) {
                    commitAlone(session, engine, task);
                }
            }
        } catch (SQLException lost) {
            StoreException told = StoreException.of(Trouble.OUTAGE, lost);
            together.forEach(task -> task.result().completeExceptionally(told));
            throw lost;
        }
    }

    /// @return false when one of them failed and all were undone
    private static boolean commitTogether(Session session, Engine engine, List<Task<?>> together) throws SQLException {
        try {
            Sql sql = session.begin();
            List<Runnable> results = new ArrayList<>(together.size());
            for (Task<?> task : together) {
                // Whoever gave up waiting has no use for it, be it while those before it were done.
                if (!task.result().isDone()) {
                    results.add(task.run(sql));
                }
            }
            session.commit();
            results.forEach(Runnable::run);
            return true;
        } catch (SQLException failed) {
            session.rollBack();
            if (engine.trouble(failed) == Trouble.OUTAGE) {
                throw failed;
            }
            return false;
        } catch (RuntimeException fault) {
            session.rollBack();
            return false;
        }
    }

    private static void commitAlone(Session session, Engine engine, Task<?> task) throws SQLException {
        for (int attempt = 1; !task.result().isDone(); attempt++) {
            try {
                Runnable result = task.run(session.begin());
                session.commit();
                result.run();
            } catch (SQLException failed) {
                session.rollBack();
                Trouble trouble = engine.trouble(failed);
                if (trouble == Trouble.OUTAGE) {
                    throw failed;
                }
                if (trouble != Trouble.AGAIN || attempt == MOST_ATTEMPTS) {
                    task.result().completeExceptionally(StoreException.of(trouble, failed));
                }
            } catch (RuntimeException fault) {
                session.rollBack();
                task.result().completeExceptionally(fault);
            }
        }
    }
}
