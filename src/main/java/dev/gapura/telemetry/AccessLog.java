package dev.gapura.telemetry;

import dev.gapura.config.Config;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One JSON line per exchange, on standard output or in a file.
///
/// [#write] is called on event loops: it puts the record into a queue and returns. Turning records into text,
/// and all writing, is the business of one thread of this class, which takes what has gathered for
/// [#BATCH_NANOS] and writes it in one call. A loop wakes that thread only where it sleeps for lack of work,
/// since a wake-up costs the loop a system call. When the disk or the reader of standard output cannot keep
/// up, the queue fills to its bound in bytes and further lines are dropped, counted, and reported by a line
/// of their own as soon as writing works again; callers are never held up.
public final class AccessLog implements ExchangeSink, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessLog.class);

    /// Records waiting, as memory they hold; about 10,000 lines.
    static final long QUEUE_BYTES = 8L * 1024 * 1024;

    /// How long lines gather before they are written: short enough for `tail -f`, long enough that a busy
    /// gateway makes some twenty writes a second.
    static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// A batch is written in pieces of about this size, so that the buffer stays small.
    private static final int PIECE_BYTES = 64 * 1024;

    private static final long CLOSE_MILLIS = 2000;
    private static final long COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// Memory of a record without its own texts, of the queue's node, and of the provider's and route's
    /// shared texts.
    private static final int RECORD_BYTES = 400;

    private final @Nullable LineSink sink;
    private final long queueBytes;
    private final Queue<ExchangeRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final @Nullable Thread writer;
    private volatile boolean closed;
    private volatile boolean reopen;

    // Only the writer's.
    private final AccessLine lines = new AccessLine();
    private @Nullable OutputStream out;
    private boolean lineMayBeOpen;
    private long linesInPiece;
    private long reportedDropped;
    private long lastComplaintNanos = System.nanoTime() - COMPLAINT_NANOS;

    /// Opens the log that the configuration names.
    ///
    /// @throws UncheckedIOException when the file cannot be opened for appending
    public AccessLog(Config.AccessLog settings) {
        this(sink(settings), QUEUE_BYTES);
    }

    AccessLog(@Nullable LineSink sink, long queueBytes) {
        this.sink = sink;
        this.queueBytes = queueBytes;
        if (sink == null) {
            writer = null;
            return;
        }
        try {
            out = sink.open();
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "The access log cannot be opened: " + failure + ". Check server.access_log.", failure);
        }
        writer = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
        writer.start();
    }

    private static @Nullable LineSink sink(Config.AccessLog settings) {
        return switch (settings.kind()) {
            case STDOUT -> LineSink.standardOutput();
            case OFF -> null;
            case FILE -> {
                Path file = Objects.requireNonNull(settings.file(), "an access log of kind FILE names its file");
                yield LineSink.file(file);
            }
        };
    }

    /// Hands a line over. Any thread; never blocks, never throws.
    @Override
    public void write(ExchangeRecord exchange) {
        if (writer == null) {
            return;
        }
        long cost = cost(exchange);
        long queued = queuedBytes.addAndGet(cost);
        if (queued > queueBytes || closed) {
            queuedBytes.addAndGet(-cost);
            dropped.incrementAndGet();
            return;
        }
        queue.add(exchange);
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }

    /// Opens the file anew before the next line, for whoever has moved it away (`logrotate`). Any thread.
    public void reopen() {
        reopen = true;
        wake();
    }

    /// Lines lost so far because the queue was full or writing failed. Any thread.
    public long dropped() {
        return dropped.get();
    }

    /// Writes what is queued, within two seconds, and stops. Later lines are dropped.
    @Override
    public void close() {
        closed = true;
        if (writer == null) {
            return;
        }
        wake();
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        int left = queue.size();
        if (left > 0) {
            LOGGER.warn("{} access lines were not written before the stop", left);
        }
    }

    private void wake() {
        asleep.set(false);
        LockSupport.unpark(writer);
    }

    private void run() {
        while (!closed) {
            writeAll();
            asleep.set(true);
            while (asleep.get() && queue.isEmpty() && !closed && !reopen) {
                LockSupport.park(this);
            }
            asleep.set(false);
            gather();
        }
        writeAll();
        closeQuietly();
    }

    private void gather() {
        long end = System.nanoTime() + BATCH_NANOS;
        long left = BATCH_NANOS;
        while (left > 0 && !closed && !reopen) {
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
    }

    private void writeAll() {
        if (reopen) {
            reopen = false;
            closeQuietly();
        }
        reportDropped();
        for (ExchangeRecord next = queue.poll(); next != null; next = queue.poll()) {
            queuedBytes.addAndGet(-cost(next));
            lines.add(next);
            linesInPiece++;
            if (lines.size() >= PIECE_BYTES) {
                writePiece();
            }
        }
        writePiece();
    }

    private void reportDropped() {
        long now = dropped.get();
        if (now != reportedDropped) {
            lines.addDropped(System.currentTimeMillis(), now - reportedDropped);
            complain("{} access lines were dropped: writing could not keep up or failed", now - reportedDropped);
            reportedDropped = now;
        }
    }

    private void writePiece() {
        if (lines.size() == 0) {
            return;
        }
        try {
            OutputStream current = out;
            if (current == null) {
                current = Objects.requireNonNull(sink).open();
                out = current;
            }
            if (lineMayBeOpen) {
                current.write('\n');
                lineMayBeOpen = false;
            }
            lines.writeTo(current);
        } catch (IOException failure) {
            // What part of the piece arrived is unknown; the next one starts on a line of its own, in a file opened
            // anew.
            dropped.addAndGet(linesInPiece);
            lineMayBeOpen = true;
            closeQuietly();
            complain("The access log cannot be written: {}", failure.toString());
        }
        lines.clear();
        linesInPiece = 0;
    }

    private void complain(String message, Object detail) {
        long now = System.nanoTime();
        if (now - lastComplaintNanos >= COMPLAINT_NANOS) {
            lastComplaintNanos = now;
            LOGGER.warn(message, detail);
        }
    }

    private void closeQuietly() {
        OutputStream current = out;
        out = null;
        if (current == null) {
            return;
        }
        try {
            current.close();
        } catch (IOException failure) {
            complain("The access log cannot be closed: {}", failure.toString());
        }
    }

    private static long cost(ExchangeRecord exchange) {
        return RECORD_BYTES
                + length(exchange.requestId())
                + length(exchange.clientAddress())
                + length(exchange.userAgent())
                + length(exchange.modelAsked())
                + length(exchange.upstreamModel())
                + length(exchange.verdicts());
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : 2L * text.length();
    }
}
