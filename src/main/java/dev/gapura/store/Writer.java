package dev.gapura.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes to a database. It takes commits first, as many as wait in one transaction, and then a
/// batch of each [Appender]. Whoever hands work over never waits for it.
///
/// When the database is away, commits fail at once, rows stay in their queues, and once a second the connection is
/// tried anew. A platform thread, since SQLite's calls hold their carrier.
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /// How long rows gather before they are written: a transaction costs as much as some thirty rows.
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOST_RACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /// A database that takes longer for one transaction is not counted as up.
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    /// While closing, what is written is written soon.
    private static final long LAST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int PROBE_SECONDS = 2;

    private final Half half;
    private final Engine engine;
    private final Session session;
    private final Thread thread;
    private final Commits commits;
    private final List<Appender<?>> appenders = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
    private final LongConsumer batchNanos;
    private volatile boolean connected;
    private volatile boolean opened;
    /// Begin of the transaction that is under way, zero where none is.
    private volatile long busySinceNanos;
    private volatile boolean closing;
    private volatile long closeByNanos;

    // Only the thread's.
    private long downSinceNanos;
    private final OnceAMinute faults = new OnceAMinute();
    private final OnceAMinute drops = new OnceAMinute();
    private long reportedDropped;

    /// @param batchNanos is told how long each transaction of rows took
    Writer(Half half, Engine engine, LongConsumer batchNanos) {
        this.half = half;
        this.engine = engine;
        this.batchNanos = batchNanos;
        commits = new Commits(half);
        session = new Session(engine.kind(), () -> {
            Migrations.bringUp(half, engine);
            return engine.writing(half);
        });
        thread = Thread.ofPlatform().name("store-" + half.label()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Completed when the database was opened for the first time, or could not be.
    CompletableFuture<Void> firstTry() {
        return firstTry;
    }

    /// Whether the database was open once.
    boolean opened() {
        return opened;
    }

    /// Whether there is a connection, be it one that does not answer now.
    boolean connected() {
        return connected;
    }

    /// What a caller gets while the database is away.
    <T> CompletableFuture<T> away() {
        return CompletableFuture.failedFuture(away(null));
    }

    /// Whether the database answers.
    boolean up() {
        long since = busySinceNanos;
        return connected && (since == 0 || System.nanoTime() - since < SLOW_NANOS);
    }

    <T> CompletableFuture<T> commit(Work<T> work) {
        if (closing || !up() && firstTry.isDone()) {
            return away();
        }
        CompletableFuture<T> result = commits.add(work);
        asleep.set(false);
        LockSupport.unpark(thread);
        return result;
    }

    <T> Appender<T> appender(BatchWriter<T> writer, long limitBytes) {
        Appender<T> appender = new Appender<>(writer, limitBytes, this::wake);
        appenders.add(appender);
        return appender;
    }

    List<Appender<?>> appenders() {
        return appenders;
    }

    /// Writes what waits, and ends. What the database does not take in time is lost, and told.
    void close(Duration limit) {
        appenders.forEach(Appender::close);
        closeByNanos = System.nanoTime() + limit.toNanos();
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(limit.plusMillis(200))) {
                LOG.warn("the {} did not close in time", half.label());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        long lost = appenders.stream().mapToLong(Appender::queuedRows).sum();
        if (lost > 0) {
            LOG.warn("{} rows of the {} were not written before the stop", lost, half.label());
        }
    }

    /// A loop wakes the thread only where it sleeps, since a wake-up costs it a system call.
    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closing || (!idle() && System.nanoTime() - closeByNanos < 0)) {
            try {
                work();
                back();
            } catch (SQLException failed) {
                failed(failed);
            } catch (StoreException failed) {
                away(failed, failed);
            }
            firstTry.complete(null);
        }
        commits.fail(away((Throwable) null));
        session.discard();
        connected = false;
    }

    private boolean idle() {
        return commits.isEmpty() && appenders.stream().allMatch(Appender::isEmpty);
    }

    private void work() throws SQLException {
        if (!session.isOpen()) {
            session.sql();
            return;
        }
        if (idle()) {
            sleep();
            if (idle() && engine.remote() && !closing && !probe()) {
                throw new SQLException("the database does not answer", "08006");
            }
        }
        if (commits.isEmpty()) {
            gather();
        }
        commitAll();
        for (Appender<?> appender : appenders) {
            write(appender);
        }
        complainOfDropped();
    }

    private void commitAll() throws SQLException {
        while (!commits.isEmpty()) {
            busySinceNanos = System.nanoTime();
            try {
                commits.commit(session, engine);
            } finally {
                busySinceNanos = 0;
            }
        }
    }

    private boolean probe() throws SQLException {
        busySinceNanos = System.nanoTime();
        try {
            return session.answers(PROBE_SECONDS);
        } finally {
            busySinceNanos = 0;
        }
    }

    private void sleep() {
        asleep.set(true);
        long wakeUpNanos = System.nanoTime() + RETRY_NANOS;
        while (asleep.get() && idle() && !closing) {
            if (!engine.remote()) {
                LockSupport.park(this);
            } else if (wakeUpNanos - System.nanoTime() > 0) {
                LockSupport.parkNanos(this, wakeUpNanos - System.nanoTime());
            } else {
                break;
            }
        }
        asleep.set(false);
    }

    private void gather() {
        long end = System.nanoTime() + GATHER_NANOS;
        asleep.set(true);
        while (commits.isEmpty() && !closing && end - System.nanoTime() > 0) {
            // A row that arrives wakes this up once; the rest of the time is slept through.
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
        asleep.set(false);
    }

    /// Writes until the queue is empty or somebody waits for a commit.
    private <T> void write(Appender<T> appender) throws SQLException {
        while (!appender.batch().isEmpty() && commits.isEmpty()) {
            List<T> batch = appender.batch();
            long begin = System.nanoTime();
            busySinceNanos = begin;
            try {
                appender.writer().write(session.begin(), batch);
                session.commit();
                appender.finished(List.of());
            } catch (SQLException failed) {
                session.rollBack();
                switch (engine.trouble(failed)) {
                    case OUTAGE -> throw failed;
                    case AGAIN -> LockSupport.parkNanos(this, LOST_RACE_NANOS);
                    case CONFLICT, FAULT -> writeSingly(appender, batch);
                }
            } catch (RuntimeException fault) {
                session.rollBack();
                writeSingly(appender, batch);
            } finally {
                busySinceNanos = 0;
                batchNanos.accept(System.nanoTime() - begin);
            }
        }
    }

    /// One row that the database does not take must not cost the others.
    private <T> void writeSingly(Appender<T> appender, List<T> batch) throws SQLException {
        List<T> refused = new ArrayList<>();
        for (T item : batch) {
            try {
                appender.writer().write(session.begin(), List.of(item));
                session.commit();
            } catch (SQLException failed) {
                session.rollBack();
                if (engine.trouble(failed) == Trouble.OUTAGE || engine.trouble(failed) == Trouble.AGAIN) {
                    throw failed;
                }
                refused.add(item);
                complain("a row of the {} was refused: {}", failed);
            } catch (RuntimeException fault) {
                session.rollBack();
                refused.add(item);
                complain("a row of the {} could not be written: {}", fault);
            }
        }
        appender.finished(refused);
    }

    private void back() {
        if (!connected) {
            connected = true;
            opened = true;
            if (downSinceNanos != 0) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - downSinceNanos);
                LOG.info("the {} is back after {} s", half.label(), seconds);
                downSinceNanos = 0;
                faults.forget();
            }
        }
    }

    private void failed(SQLException failed) {
        away(
                new StoreException(StoreException.Reason.UNAVAILABLE, String.valueOf(failed.getMessage()), failed),
                failed);
    }

    private void away(StoreException told, Exception cause) {
        session.discard();
        connected = false;
        if (downSinceNanos == 0) {
            downSinceNanos = System.nanoTime();
        }
        firstTry.completeExceptionally(told);
        commits.fail(away((Throwable) cause));
        complain("the {} cannot be used, which is tried again every second: {}", cause);
        complainOfDropped();
        LockSupport.parkNanos(this, closing ? LAST_RETRY_NANOS : RETRY_NANOS);
    }

    private StoreException away(@Nullable Throwable cause) {
        return new StoreException(
                StoreException.Reason.UNAVAILABLE, "the " + half.label() + " cannot be used now", cause);
    }

    private void complainOfDropped() {
        long dropped = appenders.stream().mapToLong(Appender::dropped).sum();
        if (dropped != reportedDropped && drops.now()) {
            LOG.warn(
                    "{} rows of the {} were dropped: its queue is full, or it refused them",
                    dropped - reportedDropped,
                    half.label());
            reportedDropped = dropped;
        }
    }

    private void complain(String message, Exception cause) {
        if (faults.now()) {
            LOG.warn(message, half.label(), cause.toString());
        } else {
            LOG.debug(message, half.label(), cause.toString());
        }
    }
}
