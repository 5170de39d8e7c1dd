package dev.gapura.budget;

import dev.gapura.ledger.Ledger;
import dev.gapura.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after reservations that nobody else ends, a few times a second while there are any:
///
/// - those of a gateway that died are taken over. Where the ledger has their exchange, they are settled at what it
///   cost. Where it has not, the exchange is written as interrupted, with what was reserved as its estimated cost, and
///   then settled so. A call that never left cannot be told from one whose answer was lost: it is charged too.
/// - exchanges that the ledger does not write in time are settled without it.
/// - reservations that the database does not take in time are refused.
///
/// One thread of its own, which hands over and never waits.
public final class Keeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private static final Duration ROUND = Duration.ofMillis(250);
    /// How often others are looked at.
    private static final Duration WATCH = Duration.ofSeconds(5);
    /// Sums of days and months that began so long ago are forgotten; the ledger has them.
    private static final Duration KEEP = Duration.ofDays(70);
    /// An interrupted exchange that the ledger has not written by then is handed to it again.
    private static final Duration HANDED = Duration.ofSeconds(30);

    private final Database database;
    private final Till till;
    private final Ledger ledger;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("budget").daemon().factory());
    private final Map<String, OpenReservation> interrupted = new ConcurrentHashMap<>();
    /// When those of them that the ledger lacks were handed to it.
    private final Map<String, Long> handed = new ConcurrentHashMap<>();
    private final AtomicLong settled = new AtomicLong();
    private long watchedNanos = System.nanoTime() - WATCH.toNanos();
    private boolean watching;
    private boolean asking;
    /// Whether reservations may have been taken over without an answer that says so.
    private volatile boolean doubtful;

    public Keeper(Database database, Till till, Ledger ledger) {
        this.database = database;
        this.till = till;
        this.ledger = ledger;
    }

    /// Begins; once.
    public void start() {
        thread.scheduleWithFixedDelay(this::round, 0, ROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Reservations of dead gateways that were settled here.
    public long settled() {
        return settled.get();
    }

    private void round() {
        try {
            till.giveUpLate();
            till.settleLate(false);
            beat();
            if (!watching && database.up() && System.nanoTime() - watchedNanos >= WATCH.toNanos()) {
                watching = true;
                takeOver()
                        .whenComplete((taken, failed) -> onThread(() -> {
                            watching = false;
                            watchedNanos = System.nanoTime();
                            taken(taken, failed);
                        }));
            }
            if (!asking && !interrupted.isEmpty()) {
                asking = true;
                settleInterrupted().whenComplete((done, failed) -> onThread(() -> asking = false));
            }
        } catch (RuntimeException fault) {
            LOG.error("looking after reservations met a fault of the gateway", fault);
        }
    }

    private void onThread(Runnable action) {
        try {
            thread.execute(action);
        } catch (java.util.concurrent.RejectedExecutionException stopped) {
            LOG.debug("stopped meanwhile", stopped);
        }
    }

    /// While there is traffic the reservations themselves say that this gateway lives.
    private void beat() {
        if (till.held() + interrupted.size() > 0 && till.instance().due() && database.up()) {
            till.instance().beaten();
            database.commit(sql -> {
                        till.instance().beat(sql);
                        return true;
                    })
                    .exceptionally(away -> {
                        LOG.debug("could not say that this gateway lives", away);
                        return false;
                    });
        }
    }

    /// Reservations that are to be settled here from now on.
    private CompletableFuture<List<OpenReservation>> takeOver() {
        return database.read(sql -> sql.number("SELECT count(*) FROM reservation"))
                .thenCompose(count -> count == 0
                        ? CompletableFuture.completedFuture(List.<OpenReservation>of())
                        : database.commit(sql -> {
                            Instance me = till.instance();
                            List<Instance.Row> dead = me.dead(sql);
                            if (!dead.isEmpty()) {
                                // Before anything is held, so that another one can take it over again.
                                me.beat(sql);
                            }
                            List<OpenReservation> taken = new ArrayList<>();
                            for (Instance.Row one : dead) {
                                if (Instance.bury(sql, one)) {
                                    taken.addAll(SpendTable.list(sql, " WHERE instance = ?", one.id()));
                                    sql.update(
                                            "UPDATE reservation SET instance = ? WHERE instance = ?",
                                            me.id(),
                                            one.id());
                                }
                            }
                            sql.update(
                                    "DELETE FROM spend WHERE span <> 'total' AND reserved = 0 AND start_ms < ?",
                                    System.currentTimeMillis() - KEEP.toMillis());
                            return doubtful ? SpendTable.list(sql, " WHERE instance = ?", me.id()) : taken;
                        }));
    }

    private void taken(@Nullable List<OpenReservation> mine, @Nullable Throwable failed) {
        doubtful = mine == null;
        if (mine == null) {
            LOG.debug("reservations of others could not be looked at", failed);
            return;
        }
        if (!mine.isEmpty()) {
            LOG.info("{} reservations of gateways that ended without settling them are settled here", mine.size());
        }
        for (OpenReservation one : mine) {
            if (!till.isOpen(one.id())) {
                interrupted.putIfAbsent(one.id(), one);
            }
        }
    }

    private CompletableFuture<Void> settleInterrupted() {
        return CompletableFuture.allOf(interrupted.values().stream()
                .limit(100)
                .map(one -> ledger.one(one.id()).thenCompose(entry -> {
                    if (entry.isEmpty()) {
                        handOver(one);
                        return CompletableFuture.completedFuture(false);
                    }
                    Long cost = entry.get().costNanoUsd();
                    return till.settle(one.id(), one.purses(), cost == null ? one.nanoUsd() : cost)
                            .thenApply(done -> {
                                interrupted.remove(one.id());
                                handed.remove(one.id());
                                settled.incrementAndGet();
                                return done;
                            });
                }))
                .toArray(CompletableFuture[]::new));
    }

    /// Once, and again where it got lost on the way: a ledger that can be read and not written must not get
    /// its queue full of them.
    private void handOver(OpenReservation one) {
        long now = System.nanoTime();
        Long before = handed.get(one.id());
        if (before == null || now - before > HANDED.toNanos()) {
            handed.put(one.id(), now);
            ledger.write(About.parse(one.about()).interrupted(one, System.currentTimeMillis()));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
