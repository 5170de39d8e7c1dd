package dev.gapura.alert;

import dev.gapura.budget.Purse;
import dev.gapura.budget.Span;
import dev.gapura.budget.SpendListener;
import dev.gapura.config.Alerts;
import dev.gapura.egress.EgressRules;
import dev.gapura.egress.Outbound;
import dev.gapura.limit.QuotaBook;
import dev.gapura.limit.Scope;
import dev.gapura.store.Database;
import dev.gapura.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Tells by webhook that budgets reach a threshold: each once in its day or month, whichever gateway sees it. What was
/// reached is a row of the database before it is sent, is sent by one gateway at a time, and again after longer and
/// longer pauses until its receiver takes it or a day is over. A gateway that dies between an answer and its row sends
/// it once more, under the same id.
///
/// Budgets of end users are not told of, since callers invent as many as they like. One virtual thread, which looks
/// once a second; nobody waits for it.
public final class BudgetAlerts implements SpendListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetAlerts.class);

    private static final Duration ROUND = Duration.ofSeconds(1);
    /// The whole table is looked through at the start and then this often, for what a gateway that died had
    /// not told.
    private static final Duration SCAN = Duration.ofMinutes(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration GIVEN_UP = Duration.ofDays(1);
    private static final Duration KEPT = Duration.ofDays(90);
    /// While it is sent.
    private static final Duration CLAIMED = Webhook.PATIENCE.multipliedBy(3);

    private static final int MOST_AT_ONCE = 10;
    private static final int MOST_SHOWN = 100;
    private static final int MOST_REMEMBERED = 100_000;
    private static final int WHOLE = 100;
    /// A budget is used up when it has spent so much and does not buy a request.
    private static final int NEARLY_WHOLE = 90;

    private final Database database;
    private final AlertSettings settings;
    private final QuotaBook quotas;
    private final Webhook webhook;
    private final InstantSource clock;
    private final Map<Purse, Seen> seen = new ConcurrentHashMap<>();
    private final Set<Threshold> written = new HashSet<>();
    private final Thread thread = Thread.ofVirtual().name("alerts").unstarted(this::watch);
    private long scannedNanos = System.nanoTime() - SCAN.toNanos();

    /// @param database the configuration's half
    /// @param settings where alerts go
    /// @param quotas tells budgets
    /// @param rules what may be reached
    public BudgetAlerts(
            Database database,
            AlertSettings settings,
            QuotaBook quotas,
            Outbound outbound,
            Supplier<EgressRules> rules,
            InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.quotas = quotas;
        this.webhook = new Webhook(outbound, rules);
        this.clock = clock;
    }

    /// What was seen of a purse since the last look.
    private record Seen(long spentNanoUsd, boolean refused) {
        Seen with(Seen later) {
            return new Seen(Math.max(spentNanoUsd, later.spentNanoUsd), refused || later.refused);
        }
    }

    private record Threshold(Purse purse, int percent) {}

    /// Begins; once, after the store was started.
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    @Override
    public void spent(Purse purse, long settledNanoUsd, boolean refused) {
        if (purse.scope().kind() != Scope.Kind.END_USER) {
            seen.merge(purse, new Seen(settledNanoUsd, refused), Seen::with);
        }
    }

    /// The newest alerts.
    public CompletableFuture<List<Alert>> newest() {
        return database.read(sql -> AlertTable.newest(sql, MOST_SHOWN));
    }

    /// What a test came to.
    ///
    /// @param text the status, or why there is none
    public record Tested(boolean delivered, String text) {}

    /// Sends a message of the type `test` to where alerts go.
    ///
    /// @return empty: nobody is told of alerts
    public CompletableFuture<Optional<Tested>> test() {
        return settings.current().thenCompose(current -> {
            Alerts to = current.alerts();
            if (to == null) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            CompletableFuture<Optional<Tested>> tested = new CompletableFuture<>();
            Thread.ofVirtual().name("alert-test").start(() -> {
                try {
                    Webhook.Sent sent = webhook.send(
                            to, "test_" + UUID.randomUUID(), clock.instant(), AlertMessage.test(clock.millis()));
                    tested.complete(Optional.of(new Tested(sent.delivered(), sent.text())));
                } catch (InterruptedException ended) {
                    tested.complete(Optional.of(new Tested(false, "nobody waited for it any more")));
                } catch (RuntimeException fault) {
                    tested.completeExceptionally(fault);
                }
            });
            return tested;
        });
    }

    private void watch() {
        boolean faulty = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                round();
                faulty = false;
            } catch (StoreException away) {
                LOG.debug("alerts were not looked at: {}", away.toString());
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException fault) {
                // It is tried again every second; once is enough to read.
                LOG.atLevel(faulty ? Level.DEBUG : Level.WARN).setCause(fault).log("alerts could not be looked at");
                faulty = true;
            }
            try {
                Thread.sleep(ROUND);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private void round() throws InterruptedException {
        if (!database.up()) {
            return;
        }
        Alerts to = Database.now(settings.current()).alerts();
        if (to == null) {
            seen.clear();
            return;
        }
        if (System.nanoTime() - scannedNanos >= SCAN.toNanos()) {
            scan();
            scannedNanos = System.nanoTime();
        }
        for (Purse purse : List.copyOf(seen.keySet())) {
            Seen there = seen.remove(purse);
            if (there != null) {
                notice(purse, there, to);
            }
        }
        for (Alert due : Database.now(database.read(sql -> AlertTable.due(sql, clock.millis(), MOST_AT_ONCE)))) {
            deliver(due, to);
        }
    }

    /// What was spent in the spans that run now.
    private void scan() {
        long now = clock.millis();
        List<Purse> purses = new ArrayList<>();
        List<Long> spent = new ArrayList<>();
        Database.now(database.read(sql -> {
            purses.clear();
            spent.clear();
            sql.list(
                    "SELECT scope, span, start_ms, settled FROM spend WHERE settled > 0 AND start_ms IN (?, ?, ?)",
                    row -> {
                        spent.add(row.getLong(4));
                        return purses.add(
                                new Purse(Scope.parse(row.getString(1)), Span.of(row.getString(2)), row.getLong(3)));
                    },
                    Span.DAY.startMillis(now),
                    Span.MONTH.startMillis(now),
                    Span.TOTAL.startMillis(now));
            return true;
        }));
        for (int index = 0; index < purses.size(); index++) {
            spent(purses.get(index), spent.get(index), false);
        }
        Database.now(database.commit(sql -> AlertTable.forget(sql, now - KEPT.toMillis())));
    }

    private void notice(Purse purse, Seen there, Alerts to) {
        Long limit = purse.span().limit(quotas.quotas().of(purse.scope()));
        if (limit == null || limit == 0) {
            return;
        }
        List<Integer> reached = to.thresholds().stream()
                .filter(percent -> reached(there, limit, percent))
                .filter(percent -> !written.contains(new Threshold(purse, percent)))
                .toList();
        if (reached.isEmpty()) {
            return;
        }
        long now = clock.millis();
        Database.now(database.commit(sql -> {
            for (int percent : reached) {
                boolean told = percent == reached.getLast();
                AlertTable.insert(
                        sql,
                        new Alert(
                                purse,
                                percent,
                                "alert_" + UUID.randomUUID(),
                                limit,
                                there.spentNanoUsd(),
                                now,
                                told ? Alert.State.WAITING : Alert.State.SKIPPED,
                                0,
                                now,
                                null,
                                null));
            }
            return true;
        }));
        if (written.size() > MOST_REMEMBERED) {
            written.clear();
        }
        reached.forEach(percent -> written.add(new Threshold(purse, percent)));
    }

    private static boolean reached(Seen there, long limit, int percent) {
        // In percent first: the product of the others may be too large.
        double spent = (double) there.spentNanoUsd() / limit * WHOLE;
        return spent >= percent || percent > NEARLY_WHOLE && there.refused() && spent >= NEARLY_WHOLE;
    }

    private void deliver(Alert alert, Alerts to) throws InterruptedException {
        long now = clock.millis();
        if (!Database.now(database.commit(sql -> AlertTable.claim(sql, alert, now + CLAIMED.toMillis())))) {
            return;
        }
        Webhook.Sent sent = webhook.send(to, alert.id(), clock.instant(), AlertMessage.of(alert));
        long after = clock.millis();
        boolean late = after - alert.reachedMillis() > GIVEN_UP.toMillis();
        Alert.State state = sent.delivered() ? Alert.State.DELIVERED : late ? Alert.State.FAILED : Alert.State.WAITING;
        if (!sent.delivered() && (late || alert.attempts() == 0)) {
            LOG.warn(
                    "an alert could not be delivered, {}: {}",
                    late ? "which is given up" : "which is tried again for a day",
                    sent.text());
        }
        Database.now(database.commit(
                sql -> AlertTable.tried(sql, alert.id(), state, after + pause(alert.attempts()), after, sent.text())));
    }

    /// Twice as long each time.
    private static long pause(int attempts) {
        return Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(attempts, 20));
    }
}
