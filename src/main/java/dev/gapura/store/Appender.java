package dev.gapura.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// A queue in front of the writer of one database, for rows that nobody waits for. It is bounded in bytes: while the
/// database is away rows wait until the queue is full, then further rows are dropped and counted. Rows leave it when
/// they are committed.
public final class Appender<T> {
    /// One transaction: long enough to pay for itself, short enough that a durable commit behind it does not wait.
    static final int MOST_ROWS = 500;

    private static final long MOST_BATCH_BYTES = 4L * 1024 * 1024;

    private record Item<T>(T value, long bytes) {}

    private final BatchWriter<T> writer;
    private final long limitBytes;
    private final Runnable wake;
    private final Queue<Item<T>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong queuedRows = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder written = new LongAdder();
    private volatile boolean closed;

    // Only the writer's.
    private final List<T> batch = new ArrayList<>();
    private long batchBytes;

    Appender(BatchWriter<T> writer, long limitBytes, Runnable wake) {
        this.writer = writer;
        this.limitBytes = limitBytes;
        this.wake = wake;
    }

    /// Hands a row over. Any thread; never blocks, never throws.
    ///
    /// @param bytes memory that the row holds, about
    /// @return false when it was dropped
    public boolean add(T value, long bytes) {
        if (closed || queuedBytes.addAndGet(bytes) > limitBytes) {
            if (!closed) {
                queuedBytes.addAndGet(-bytes);
            }
            dropped.increment();
            return false;
        }
        queue.add(new Item<>(value, bytes));
        queuedRows.incrementAndGet();
        wake.run();
        return true;
    }

    /// Bytes of rows that are not committed yet. Any thread.
    public long queuedBytes() {
        return queuedBytes.get();
    }

    /// Rows that are not committed yet. Any thread.
    public long queuedRows() {
        return queuedRows.get();
    }

    /// Rows lost so far: the queue was full, or the database did not take the row. Any thread.
    public long dropped() {
        return dropped.sum();
    }

    /// Rows committed so far. Any thread.
    public long written() {
        return written.sum();
    }

    boolean isEmpty() {
        return batch.isEmpty() && queue.isEmpty();
    }

    /// Takes no more rows.
    void close() {
        closed = true;
    }

    /// The rows of the next transaction, those of a failed one first; empty when there are none.
    List<T> batch() {
        while (batch.size() < MOST_ROWS && batchBytes < MOST_BATCH_BYTES) {
            Item<T> item = queue.poll();
            if (item == null) {
                break;
            }
            batch.add(item.value());
            batchBytes += item.bytes();
        }
        return batch;
    }

    BatchWriter<T> writer() {
        return writer;
    }

    /// The batch is committed, but for some rows that the database does not take.
    void finished(List<T> refused) {
        batch.removeAll(refused);
        dropped.add(refused.size());
        written.add(batch.size());
        queuedRows.addAndGet(-batch.size() - refused.size());
        queuedBytes.addAndGet(-batchBytes);
        batchBytes = 0;
        List<T> committed = List.copyOf(batch);
        batch.clear();
        writer.written(committed);
    }
}
