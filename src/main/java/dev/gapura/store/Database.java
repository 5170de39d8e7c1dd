package dev.gapura.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/// One of the two databases. Everything that is asked of it is done on its own threads: event loops may call every
/// method but [#now], whose caller waits.
///
/// Whoever continues a future of it on the thread that completes it must not block there.
public final class Database {
    private final Half half;
    private final Engine engine;
    private final Writer writer;
    private final Readers readers;

    Database(Half half, Engine engine, LongConsumer batchNanos) {
        this.half = half;
        this.engine = engine;
        writer = new Writer(half, engine, batchNanos);
        readers = new Readers(half, engine);
    }

    /// Which of the two it is.
    public Half half() {
        return half;
    }

    /// Which database it is in.
    public Kind kind() {
        return engine.kind();
    }

    /// Where it is, for logs; without credentials.
    public String place() {
        return engine.place(half);
    }

    /// Whether the last that was asked of it, within seconds, was answered.
    public boolean up() {
        return writer.up();
    }

    /// Reads. Fails with a [StoreException] when the database is away, slow or asked too much; whoever cannot wait
    /// for that sets a limit of their own with [CompletableFuture#orTimeout].
    public <T> CompletableFuture<T> read(Work<T> work) {
        if (writer.opened()) {
            return engine.remote() && !writer.connected() ? writer.away() : readers.read(work);
        }
        return writer.firstTry()
                .handle((nothing, failed) -> failed)
                .thenCompose(failed -> writer.opened() ? readers.read(work) : writer.away());
    }

    /// Writes, in one transaction with whoever else writes now. When the future completes it is committed: on disk
    /// in [Half#CONFIGURATION], safe from the end of the process in [Half#HISTORY]. Where it fails with
    /// [StoreException.Reason#UNAVAILABLE] it may still have been written, when the answer got lost.
    public <T> CompletableFuture<T> commit(Work<T> work) {
        return writer.commit(work);
    }

    /// A queue for rows that nobody waits for. Made once for each kind of row, before there is traffic.
    ///
    /// @param limitBytes memory that waiting rows may hold; further ones are dropped
    public <T> Appender<T> appender(BatchWriter<T> batchWriter, long limitBytes) {
        return writer.appender(batchWriter, limitBytes);
    }

    /// Waits for a result, for callers that may block: commands, virtual threads, tests.
    ///
    /// @throws StoreException when the work did not succeed
    public static <T> T now(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException known) {
                throw known;
            }
            throw failed;
        }
    }

    Writer writer() {
        return writer;
    }

    void close(Duration limit) {
        writer.close(limit);
        readers.close();
    }
}
