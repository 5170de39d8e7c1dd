package dev.gapura.idempotency;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes how requests ended, again and again while the database is away, within bounds. Any thread.
final class AnswerWriter {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

    /// Memory that answers may hold which cannot be written.
    private static final long MOST_WAITING_BYTES = 64L * 1024 * 1024;
    /// Of a row without its answer.
    private static final long ROW_BYTES = 512;

    private final IdempotencyTable table;
    private final Sealed sealed;
    private final Consumer<Flight> written;
    private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Ending> failed = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();

    /// How a request ended.
    ///
    /// @param bytes of memory, about
    private record Ending(Flight flight, long bytes, Supplier<CompletableFuture<Integer>> statement) {}

    /// @param written is told when this process need not remember a request any more
    AnswerWriter(IdempotencyTable table, Sealed sealed, Consumer<Flight> written) {
        this.table = table;
        this.sealed = sealed;
        this.written = written;
    }

    void write(Flight flight, Idempotency.Kept kept, CompletableFuture<KeptAnswer> said) {
        track(said.thenCompose(answer -> {
            String id = flight.key.id();
            String text = kept == Idempotency.Kept.NOT ? null : sealed.seal(id, answer);
            return write(new Ending(
                    flight,
                    ROW_BYTES + (text == null ? 0 : text.length()),
                    () -> kept == Idempotency.Kept.NOT
                            ? table.release(id, flight.attempt)
                            : table.answer(id, flight.attempt, text, kept == Idempotency.Kept.UNTIL_TRIED_AGAIN)));
        }));
    }

    /// Forgets a request that called nobody.
    ///
    /// @return when that was done or has failed for now
    CompletableFuture<@Nullable Void> release(Flight flight) {
        return track(write(new Ending(flight, ROW_BYTES, () -> table.release(flight.key.id(), flight.attempt))));
    }

    void writeAgain() {
        for (int left = failed.size(); left > 0; left--) {
            Ending ending = failed.poll();
            if (ending != null) {
                waitingBytes.addAndGet(-ending.bytes());
                track(write(ending));
            }
        }
    }

    private CompletableFuture<@Nullable Void> write(Ending ending) {
        return ending.statement().get().handle((rows, away) -> {
            if (away == null) {
                written.accept(ending.flight());
            } else if (waitingBytes.addAndGet(ending.bytes()) > MOST_WAITING_BYTES) {
                waitingBytes.addAndGet(-ending.bytes());
                LOG.warn("an answer is not kept for its Idempotency-Key, since the database is away for too long");
                written.accept(ending.flight());
            } else {
                failed.add(ending);
            }
            return null;
        });
    }

    private CompletableFuture<@Nullable Void> track(CompletableFuture<@Nullable Void> work) {
        running.add(work);
        work.whenComplete((done, fault) -> {
            running.remove(work);
            if (fault != null) {
                LOG.error("keeping an answer for its Idempotency-Key met a fault of the gateway", fault);
            }
        });
        return work;
    }

    void close(Duration limit) {
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(fault -> null)
                .join();
    }
}
