package dev.gapura.budget;

import dev.gapura.ledger.Entry;
import dev.gapura.store.Database;
import dev.gapura.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where money is reserved and settled. What is asked for while a transaction is under way goes into the next one
/// together, so that many requests share what forcing it to disk costs.
///
/// A reservation is on disk before its future completes. A settlement waits until the ledger has written its exchange,
/// so that a process that dies in between leaves either a reservation without an exchange, which is charged at what was
/// reserved, or one with, which is charged at what the exchange cost; and it is tried until it is done. Any thread.
///
/// Longer than 400 lines because what waits, flies, fails and is tried again is one state: who reads how an operation
/// ends needs where it may have come from in sight.
public final class Till {
    private static final Logger LOG = LoggerFactory.getLogger(Till.class);

    /// Operations in one transaction.
    private static final int MOST_TOGETHER = 256;
    /// From the begin of one transaction to the next: what forcing one to disk costs is shared by all that is asked for
    /// in between. Where none began lately, nobody waits.
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /// Settlements are tried again after this when the database is away.
    private static final long RETRY_MILLIS = 200;
    /// A reservation that is not on disk by then is refused.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /// A settlement whose exchange the ledger has not written by then does not wait for it.
    private static final Duration LEDGER_PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final Seeds seeds;
    private final LongSupplier nanos;
    private volatile SpendListener listener = SpendListener.NONE;
    private final Instance instance = new Instance();
    private final Queue<Operation> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean flying = new AtomicBoolean();
    /// Begin of the last transaction; whoever flies writes it.
    private volatile long begunNanos = System.nanoTime() - PACE_NANOS;
    /// What may have a row in the database that this process made.
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Map<String, Ended> ended = new ConcurrentHashMap<>();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    /// Somebody waits for an answer, the longest waiting first.
    private record Waiting(CompletableFuture<Reserved> result, long sinceNanos) {}

    /// @param purses what it draws on
    /// @param nanoUsd what is reserved for it, as far as that is known; 0 before it is
    private record Open(List<Purse> purses, long nanoUsd) {
        Open with(long change) {
            return new Open(purses, nanoUsd + change);
        }
    }

    /// An exchange that is over and waits for the ledger.
    private record Ended(long nanoUsd, long sinceNanos) {}

    /// @param database of the configuration
    /// @param seeds what purses had spent before they had a row
    public Till(Database database, Seeds seeds) {
        this(database, seeds, System::nanoTime);
    }

    Till(Database database, Seeds seeds, LongSupplier nanos) {
        this.database = database;
        this.seeds = seeds;
        this.nanos = nanos;
    }

    /// Has somebody told of all that is spent from now on.
    public void listen(SpendListener to) {
        listener = to;
    }

    Instance instance() {
        return instance;
    }

    /// Reserves for an exchange before its first call.
    ///
    /// @param reservation with the amount that is wanted
    /// @param least what would do, where the budgets buy no more
    /// @return fails with a [StoreException], or with a [TimeoutException] when the database does not take it in
    ///     time; then nothing is reserved
    public CompletableFuture<Reserved> reserve(OpenReservation reservation, List<Claim> claims, long least) {
        open.put(reservation.id(), new Open(reservation.purses(), 0));
        CompletableFuture<Reserved> result = patient();
        add(new Operation.Reserve(reservation, claims, least, result));
        return result;
    }

    /// Changes what is reserved for an exchange before a further call of it.
    ///
    /// @param change more, or less where an earlier call cost less than was reserved for it
    public CompletableFuture<Reserved> extend(String id, List<Claim> claims, long change) {
        CompletableFuture<Reserved> result = patient();
        add(new Operation.Extend(id, claims, change, result));
        return result;
    }

    /// The exchange is over. Settled as soon as the ledger has written it. Once for each exchange.
    ///
    /// @param nanoUsd what it cost
    public void settle(String id, long nanoUsd) {
        ended.put(id, new Ended(nanoUsd, nanos.getAsLong()));
    }

    /// Whether exchanges of this gateway are over and not settled yet, which takes a fraction of a second.
    public boolean settles() {
        return !ended.isEmpty();
    }

    /// The reservation came to nothing: no call was made.
    public void release(String id) {
        settleNow(id, 0);
    }

    /// The ledger has written these exchanges. On the thread that writes.
    public void written(List<Entry> entries) {
        if (!ended.isEmpty()) {
            for (Entry entry : entries) {
                Ended over = ended.remove(entry.requestId());
                if (over != null) {
                    settleNow(entry.requestId(), over.nanoUsd());
                }
            }
        }
    }

    /// Settles exchanges that have waited long enough for the ledger.
    void settleLate(boolean all) {
        long now = nanos.getAsLong();
        ended.forEach((id, over) -> {
            if ((all || now - over.sinceNanos() > LEDGER_PATIENCE.toNanos()) && ended.remove(id, over)) {
                settleNow(id, over.nanoUsd());
            }
        });
    }

    /// What was settled and what is reserved of some budgets, as far as is known, in their order.
    public CompletableFuture<List<Spent>> spent(List<Claim> claims) {
        return database.read(sql ->
                        SpendTable.read(sql, claims.stream().map(Claim::purse).toList()))
                .thenCompose(rows -> {
                    List<CompletableFuture<Spent>> all = new ArrayList<>();
                    for (Claim claim : claims) {
                        SpendTable.Sums sums = rows.get(claim.purse());
                        all.add(
                                sums == null
                                        ? seeds.spent(claim.purse()).thenApply(before -> new Spent(claim, before, 0))
                                        : CompletableFuture.completedFuture(
                                                new Spent(claim, sums.settled, sums.reserved)));
                    }
                    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                            .thenApply(done ->
                                    all.stream().map(CompletableFuture::join).toList());
                });
    }

    /// Exchanges that hold a reservation of this gateway, or wait to be settled.
    public int held() {
        return open.size();
    }

    /// What is reserved by this gateway now, in nanodollars.
    public long heldNanoUsd() {
        return open.values().stream().mapToLong(Open::nanoUsd).sum();
    }

    /// Whether this process may have a reservation of that name, or has one to end.
    boolean isOpen(String id) {
        return open.containsKey(id);
    }

    private void settleNow(String id, long nanoUsd) {
        Open reservation = open.get(id);
        if (reservation != null) {
            add(new Operation.Settle(id, reservation.purses(), nanoUsd, new CompletableFuture<>()));
        }
    }

    /// Settles a reservation of this instance that is not open in this process.
    CompletableFuture<Boolean> settle(String id, List<Purse> purses, long nanoUsd) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        add(new Operation.Settle(id, purses, nanoUsd, result));
        return result;
    }

    private CompletableFuture<Reserved> patient() {
        CompletableFuture<Reserved> result = new CompletableFuture<>();
        // Those before it have had their answers, as a rule.
        for (Waiting first = waiting.peek(); first != null && first.result().isDone(); first = waiting.peek()) {
            waiting.remove(first);
        }
        waiting.add(new Waiting(result, nanos.getAsLong()));
        return result;
    }

    /// Refuses what has waited too long for the database. A clock of its own for each reservation would wake a thread
    /// twice a request.
    void giveUpLate() {
        long now = nanos.getAsLong();
        for (Waiting first = waiting.peek();
                first != null && (first.result().isDone() || now - first.sinceNanos() > PATIENCE.toNanos());
                first = waiting.peek()) {
            waiting.remove(first);
            first.result().completeExceptionally(new TimeoutException("the database did not answer in time"));
        }
    }

    private void add(Operation operation) {
        queue.add(operation);
        fly();
    }

    private void fly() {
        if (queue.isEmpty() || !flying.compareAndSet(false, true)) {
            return;
        }
        long wait = begunNanos + PACE_NANOS - System.nanoTime();
        if (wait > 0) {
            CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS, Runnable::run)
                    .execute(this::take);
        } else {
            take();
        }
    }

    /// Takes what waits, in its turn.
    private void take() {
        List<Operation> together = new ArrayList<>();
        for (Operation next = queue.poll(); next != null; next = queue.poll()) {
            if (!next.isGivenUp()) {
                together.add(next);
            } else if (next instanceof Operation.Reserve) {
                open.remove(next.id());
            }
            if (together.size() == MOST_TOGETHER) {
                break;
            }
        }
        if (together.isEmpty()) {
            flying.set(false);
            fly();
        } else {
            begunNanos = System.nanoTime();
            Deque<List<Operation>> batches = new ArrayDeque<>();
            batches.add(together);
            run(batches, Map.of());
        }
    }

    /// Runs batches one after another, and lands.
    private void run(Deque<List<Operation>> batches, Map<Purse, Long> known) {
        List<Operation> batch = batches.poll();
        if (batch == null) {
            flying.set(false);
            fly();
            return;
        }
        Batch transaction = new Batch(instance, batch, known);
        CompletableFuture<Batch.Outcome> commit = database.commit(transaction::run);
        // Otherwise the answer may have got lost, and not the transaction.
        boolean refused = commit.isCompletedExceptionally();
        commit.whenComplete((outcome, failed) -> {
            switch (outcome) {
                case null -> failed(batch, batches, failed, !refused);
                case Batch.Outcome.Done(List<Object> results, Map<Purse, Long> settled) -> {
                    settled.forEach((purse, nanoUsd) -> listener.spent(purse, nanoUsd, false));
                    if (transaction.beats()) {
                        instance.beaten();
                    }
                    done(batch, results);
                    run(batches, Map.of());
                }
                case Batch.Outcome.Unseeded(Set<Purse> purses) -> {
                    batches.addFirst(batch);
                    seed(purses, batches, batch, known);
                }
            }
        });
    }

    private void seed(
            Set<Purse> purses, Deque<List<Operation>> batches, List<Operation> batch, Map<Purse, Long> known) {
        Map<Purse, CompletableFuture<Long>> asked = new HashMap<>();
        purses.forEach(purse -> asked.put(purse, seeds.spent(purse)));
        CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((all, failed) -> {
                    if (failed != null) {
                        batches.remove(batch);
                        failed(batch, batches, failed, false);
                    } else {
                        Map<Purse, Long> more = new HashMap<>(known);
                        asked.forEach((purse, sum) -> more.put(purse, sum.join()));
                        run(batches, more);
                    }
                });
    }

    private void done(List<Operation> batch, List<Object> results) {
        for (int index = 0; index < batch.size(); index++) {
            Object result = results.get(index);
            switch (batch.get(index)) {
                case Operation.Reserve reserve -> {
                    boolean granted = result instanceof Reserved.Granted;
                    if (result instanceof Reserved.Granted(long nanoUsd)) {
                        open.computeIfPresent(reserve.id(), (id, reservation) -> reservation.with(nanoUsd));
                    } else {
                        open.remove(reserve.id());
                    }
                    if (result instanceof Reserved.Exhausted exhausted) {
                        listener.spent(exhausted.claim().purse(), exhausted.spentNanoUsd(), true);
                    }
                    if (!reserve.result().complete((Reserved) result) && granted) {
                        // Nobody waits any more.
                        release(reserve.id());
                    }
                }
                case Operation.Extend extend -> {
                    if (result instanceof Reserved.Granted(long nanoUsd)) {
                        open.computeIfPresent(extend.id(), (id, reservation) -> reservation.with(nanoUsd));
                    }
                    extend.result().complete((Reserved) result);
                }
                case Operation.Settle settle -> {
                    open.remove(settle.id());
                    settle.result().complete((Boolean) result);
                }
            }
        }
    }

    /// @param inDoubt whether it may have been done nevertheless
    private void failed(
            List<Operation> batch, Deque<List<Operation>> batches, @Nullable Throwable failed, boolean inDoubt) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        boolean away = cause instanceof StoreException known
                && (known.reason() == StoreException.Reason.UNAVAILABLE
                        || known.reason() == StoreException.Reason.BUSY);
        if (!away && batch.size() > 1) {
            // One that the database does not take must not cost the others.
            batch.reversed().forEach(operation -> batches.addFirst(List.of(operation)));
            run(batches, Map.of());
            return;
        }
        if (!away) {
            LOG.warn("money could not be {}", batch.getFirst().getClass().getSimpleName(), cause);
        }
        List<Operation> again = new ArrayList<>();
        Throwable told = cause == null ? new IllegalStateException("nothing was done") : cause;
        for (Operation operation : batch) {
            switch (operation) {
                case Operation.Reserve reserve -> {
                    reserve.result().completeExceptionally(told);
                    if (inDoubt) {
                        // No call is made for it.
                        again.add(new Operation.Settle(reserve.id(), reserve.purses(), 0, new CompletableFuture<>()));
                    } else {
                        open.remove(reserve.id());
                    }
                }
                case Operation.Extend extend -> extend.result().completeExceptionally(told);
                case Operation.Settle settle -> again.add(settle);
            }
        }
        queue.addAll(again);
        CompletableFuture.delayedExecutor(again.isEmpty() ? 0 : RETRY_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> run(batches, Map.of()));
    }

    /// Settles what is left and takes this gateway out of the database; after the last exchange is over and
    /// before the store is closed. Blocks.
    public void close(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        // The ledger writes within a moment.
        while (!ended.isEmpty() && System.nanoTime() - end + limit.toNanos() / 2 < 0 && pause()) {
            settleLate(false);
        }
        settleLate(true);
        while (!open.isEmpty() && System.nanoTime() - end < 0 && pause()) {
            fly();
        }
        if (!open.isEmpty()) {
            LOG.warn("{} reservations could not be settled before the stop; the next start settles them", open.size());
        }
        try {
            database.commit(sql -> {
                        instance.leave(sql);
                        return true;
                    })
                    .get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException away) {
            LOG.debug("this gateway's row stays until its term ends", away);
        }
    }

    private static boolean pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        return !Thread.currentThread().isInterrupted();
    }
}
