package dev.gapura.idempotency;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.idempotency.Flight.Landing;
import dev.gapura.idempotency.IdempotencyTable.Found;
import dev.gapura.store.Database;
import dev.gapura.store.Sealer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Holds the promise that requests with the same `Idempotency-Key` call the provider once in 24 hours, on all gateways
/// of one database and across restarts.
///
/// The first request writes that it has started, on disk, before anybody is called. Others wait for its answer: in this
/// process for what it says, at another gateway by looking into the database. Whoever works on a request says so every
/// few seconds; where that stops without an answer nobody knows whether the provider was called, and nobody calls it
/// again. One for the process; any thread; never blocks.
public final class Idempotency implements AutoCloseable {
    /// How long an answer is given again.
    static final Duration KEPT = Duration.ofHours(24);
    /// How often [#beat] is to be called.
    public static final Duration BEAT = Duration.ofSeconds(4);
    /// A gateway that was not heard of for so long is taken for dead. Clocks may differ by less.
    static final Duration TERM = Duration.ofSeconds(15);
    /// Longest wait for another request; less than what proxies and SDKs wait.
    private static final Duration WAIT = Duration.ofMinutes(2);
    /// Requests that may wait for one.
    private static final int MOST_WAITING = 256;
    /// Longest wait for the database.
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// Between two looks at what another gateway does.
    private static final Duration LOOK = Duration.ofMillis(250);

    /// Answers in the database, sealed. Beyond that [#forget] forgets the oldest before their time.
    private static final long MOST_BYTES = 1L << 30;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    private static final Executor WORK =
            command -> Thread.ofVirtual().name("idempotency").start(command);
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, WORK);

    private final IdempotencyTable table;
    private final AnswerWriter answers;
    private final Sealed sealed;
    private final InstantSource clock;
    private final long mostBytes;
    private final ConcurrentHashMap<String, Flight> flights = new ConcurrentHashMap<>();

    /// What becomes of an answer.
    enum Kept {
        /// Given again for a day.
        ANSWER,
        /// Given to those that wait; the next request may call again.
        UNTIL_TRIED_AGAIN,
        /// As if it had never been asked for.
        NOT;

        /// What was refused for good stays refused; what may go better another time is tried again.
        static Kept of(@Nullable Failure failure) {
            if (failure == null) {
                return ANSWER;
            }
            Boolean retryable = failure.retryable();
            int status = failure.status();
            boolean again =
                    retryable == null ? status >= 500 || status == 408 || status == 409 || status == 429 : retryable;
            return again ? UNTIL_TRIED_AGAIN : ANSWER;
        }
    }

    /// @param database the configuration's half
    /// @param clock the same on every gateway
    public Idempotency(Database database, Sealer sealer, InstantSource clock) {
        this(database, sealer, clock, MOST_BYTES);
    }

    Idempotency(Database database, Sealer sealer, InstantSource clock, long mostBytes) {
        this.mostBytes = mostBytes;
        table = new IdempotencyTable(database);
        sealed = new Sealed(sealer);
        answers = new AnswerWriter(table, sealed, flight -> flights.remove(flight.key.id(), flight));
        this.clock = clock;
    }

    /// Asks for a request whether it may call.
    ///
    /// @return completes on any thread, when it may, is refused, or has its answer; never fails
    public CompletableFuture<Entered> enter(IdempotencyKey key) {
        Flight mine = new Flight(key);
        Flight other = flights.putIfAbsent(key.id(), mine);
        return other == null ? begin(mine) : join(other, key);
    }

    private CompletableFuture<Entered> begin(Flight mine) {
        long now = clock.millis();
        return table.begin(mine.key, mine.attempt, now, now + TERM.toMillis(), now + KEPT.toMillis())
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((found, failed) -> {
                    if (failed != null) {
                        // It may have been written all the same.
                        answers.release(mine);
                        return waited(mine, new Landing.Refused(Refusals.storageAway()));
                    }
                    CompletableFuture<Entered> entered =
                            switch (found) {
                                case Found.Begun() -> {
                                    mine.ours = true;
                                    mine.confirmed = true;
                                    yield CompletableFuture.completedFuture(
                                            (Entered) new Entered.First(new Hold(this, mine)));
                                }
                                case Found.UnderWay(long lease) -> {
                                    mine.confirmed = true;
                                    await(mine, lease, System.nanoTime() + WAIT.toNanos());
                                    yield landed(mine);
                                }
                                case Found.Other() -> waited(mine, new Landing.Refused(Refusals.otherRequest()));
                                case Found.Absent() -> waited(mine, new Landing.Nothing());
                                case Found.Answered(String text) -> {
                                    open(mine, text);
                                    yield landed(mine);
                                }
                            };
                    mine.asked.complete(null);
                    return entered;
                })
                .thenCompose(Function.identity());
    }

    /// Waits for a request of this process.
    private CompletableFuture<Entered> join(Flight flight, IdempotencyKey key) {
        if (!flight.key.request().equals(key.request())) {
            return flight.confirmed
                    ? CompletableFuture.completedFuture(new Entered.Refused(Refusals.otherRequest()))
                    : flight.asked.thenCompose(nothing -> enter(key));
        }
        if (!flight.board(MOST_WAITING)) {
            return CompletableFuture.completedFuture(new Entered.Refused(Refusals.underWay()));
        }
        return flight.landed
                .copy()
                .orTimeout(WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((landing, late) -> {
                    flight.leave();
                    return late == null
                            ? entered(key, landing)
                            : CompletableFuture.completedFuture((Entered) new Entered.Refused(Refusals.underWay()));
                })
                .thenCompose(Function.identity());
    }

    /// Looks what another gateway does, until it is done, dead, or too slow.
    private void await(Flight flight, long leaseMillis, long untilNanos) {
        if (leaseMillis < clock.millis()) {
            land(flight, new Landing.Refused(Refusals.nobodyKnows()));
        } else if (System.nanoTime() - untilNanos > 0) {
            land(flight, new Landing.Refused(Refusals.underWay()));
        } else {
            CompletableFuture.runAsync(() -> look(flight, untilNanos), LATER);
        }
    }

    private void look(Flight flight, long untilNanos) {
        table.look(flight.key, clock.millis())
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((found, failed) -> {
                    switch (found) {
                        case null -> land(flight, new Landing.Refused(Refusals.storageAway()));
                        case Found.UnderWay(long lease) -> await(flight, lease, untilNanos);
                        case Found.Answered(String text) -> open(flight, text);
                        case Found.Absent(), Found.Begun(), Found.Other() -> land(flight, new Landing.Nothing());
                    }
                });
    }

    private void open(Flight flight, @Nullable String text) {
        CompletableFuture.runAsync(() -> land(flight, sealed.open(flight.key.id(), text)), WORK);
    }

    private CompletableFuture<Entered> waited(Flight flight, Landing landing) {
        land(flight, landing);
        flight.asked.complete(null);
        return landed(flight);
    }

    private void land(Flight flight, Landing landing) {
        flights.remove(flight.key.id(), flight);
        flight.landed.complete(landing);
    }

    private CompletableFuture<Entered> landed(Flight flight) {
        return flight.landed.thenCompose(landing -> entered(flight.key, landing));
    }

    private CompletableFuture<Entered> entered(IdempotencyKey key, Landing landing) {
        return switch (landing) {
            case Landing.Refused(Failure failure) -> CompletableFuture.completedFuture(new Entered.Refused(failure));
            case Landing.Nothing() -> enter(key);
            case Landing.Answered(KeptAnswer answer) ->
                answer.packed() == null
                        ? CompletableFuture.completedFuture(new Entered.Refused(Refusals.notKept()))
                        : CompletableFuture.supplyAsync(() -> new Entered.Replayed(answer, answer.body()), WORK);
        };
    }

    /// A request of this process has its answer. Until that is on disk, this process remembers it.
    void ended(Flight flight, Supplier<KeptAnswer> said, Kept kept) {
        answers.write(
                flight,
                kept,
                CompletableFuture.supplyAsync(
                        () -> {
                            KeptAnswer answer = said.get();
                            flight.landed.complete(new Landing.Answered(answer));
                            return answer;
                        },
                        WORK));
    }

    /// A request of this process ended before it called anybody.
    void released(Flight flight) {
        answers.release(flight).whenComplete((done, failed) -> land(flight, new Landing.Nothing()));
    }

    /// Says what this process works on, and writes again what could not be written. To be called every
    /// [#BEAT].
    public void beat() {
        answers.writeAgain();
        List<String[]> open = flights.values().stream()
                .filter(flight -> flight.ours && !flight.landed.isDone())
                .map(flight -> new String[] {flight.key.id(), flight.attempt})
                .toList();
        if (!open.isEmpty()) {
            // Where it fails, the next one is soon enough.
            table.renew(open, clock.millis() + TERM.toMillis()).exceptionally(away -> 0);
        }
    }

    /// Forgets answers that are older than a day, and the oldest where all together are too long. Called now and
    /// then by each gateway.
    ///
    /// @return rows; fails where the database is away
    public CompletableFuture<Integer> forget() {
        return table.forget(clock.millis(), mostBytes);
    }

    /// Waits a moment for answers that are being written.
    @Override
    public void close() {
        answers.close(CLOSE_LIMIT);
    }

    /// Why a request is not answered. The texts are what its sender reads.
    private static final class Refusals {
        private Refusals() {}

        static Failure otherRequest() {
            return Failure.of(
                            FailureKind.IDEMPOTENCY_MISMATCH,
                            "This Idempotency-Key was sent with another body within the last 24 hours, or with other"
                                    + " x-gapura headers. Send a new Idempotency-Key with a new request.")
                    .withCode("idempotency_key_reused")
                    .withRetryable(false);
        }

        static Failure underWay() {
            return Failure.of(
                            FailureKind.CONFLICT,
                            "The first request with this Idempotency-Key is still under way. Send it again to get its"
                                    + " answer.")
                    .withCode("idempotency_key_in_use")
                    .withRetryAfter(Duration.ofSeconds(2))
                    .withRetryable(true);
        }

        static Failure nobodyKnows() {
            return Failure.of(
                            FailureKind.CONFLICT,
                            "The gateway stopped while the first request with this Idempotency-Key was under way. The"
                                    + " provider may have been called, and the answer is lost. Send a new"
                                    + " Idempotency-Key to call it again.")
                    .withCode("idempotency_outcome_unknown")
                    .withRetryable(false);
        }

        static Failure notKept() {
            return Failure.of(
                            FailureKind.CONFLICT,
                            "The first request with this Idempotency-Key was answered, and the answer is not kept: it"
                                    + " was too long, made room for later ones, or cannot be opened any more. Send a new Idempotency-Key to ask"
                                    + " again.")
                    .withCode("idempotency_answer_not_kept")
                    .withRetryable(false);
        }

        static Failure storageAway() {
            return Failure.of(
                            FailureKind.UNAVAILABLE,
                            "The gateway's database does not answer, so that it cannot promise to call the provider"
                                    + " once for this Idempotency-Key. Nobody was called. Try again.")
                    .withCode("storage_unavailable")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .withRetryable(true);
        }
    }
}
