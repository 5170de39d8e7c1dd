package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.budget.About;
import dev.gapura.budget.Claim;
import dev.gapura.budget.OpenReservation;
import dev.gapura.budget.Reserved;
import dev.gapura.budget.Span;
import dev.gapura.budget.Spent;
import dev.gapura.budget.Till;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.limit.Caller;
import dev.gapura.limit.Counter;
import dev.gapura.limit.Limited;
import dev.gapura.limit.Measure;
import dev.gapura.limit.QuotaBook;
import dev.gapura.limit.RateHeaders;
import dev.gapura.limit.Rates;
import dev.gapura.limit.Standing;
import dev.gapura.pricing.Cost;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets decided requests in, or not: first the rates, all at once, then the money, which is on disk before the first
/// call. One for the process; called on event loops, never blocks. Requests that nothing limits do not come here.
public final class Gate {
    /// Between two tries while exchanges that are over are settled: the ledger writes five times a second.
    private static final long SETTLING_MILLIS = 250;

    private static final int MOST_TRIES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /// Longer bodies are counted off the event loop.
    private static final int LARGE_BYTES = 16 * 1024;
    /// The shortest answer that is worth a call.
    private static final long SHORTEST_ANSWER = 16;

    /// Longest wait for the limits of the database after a start.
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private final QuotaBook quotas;
    private final Supplier<CompletableFuture<Void>> telling;
    private final Rates rates;
    private final Till till;
    private final BooleanSupplier allowUnknownPrice;

    /// @param telling asks the database for its limits
    /// @param allowUnknownPrice whether a budget lets models pass whose price nobody knows
    public Gate(
            QuotaBook quotas,
            Supplier<CompletableFuture<Void>> telling,
            Rates rates,
            Till till,
            BooleanSupplier allowUnknownPrice) {
        this.quotas = quotas;
        this.telling = telling;
        this.rates = rates;
        this.till = till;
        this.allowUnknownPrice = allowUnknownPrice;
    }

    /// Whether all limits are known; where not, [#untilKnown] comes first.
    public boolean knowsLimits() {
        return quotas.isComplete();
    }

    /// Waits for the limits of the database, which are not known in the first moments after a start. Where
    /// it does not tell them, keys of files go on with the limits of the file: nothing they need is there.
    ///
    /// @return completes on this event loop; fails with a [GatewayException] for a key of the database
    public Future<Void> untilKnown(Principal.Holder holder) {
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        CompletableFuture<Void> told = telling.get().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return Future.fromCompletionStage(told, loop).recover(failed -> {
            LOG.debug("the limits of the database are not known", failed);
            return holder.isStored()
                    ? Future.failedFuture(new GatewayException(away("limits")))
                    : Future.succeededFuture();
        });
    }

    /// What limits a request; empty where nothing does, and then it needs no [Pass].
    public List<Limited> limits(Caller caller, Decision decision) {
        return quotas.quotas().of(caller, decision.terms().target().name());
    }

    /// Where a caller stands: limits of rates first, then budgets.
    ///
    /// @return completes on this event loop; fails with a [GatewayException] while that cannot be known
    public Future<Allowance> allowance(Caller caller) {
        return allowance(quotas.quotas().of(caller));
    }

    /// What is left of some limits; draws on none.
    public Future<Allowance> allowance(List<Limited> limits) {
        List<Claim> claims = Claim.of(limits, System.currentTimeMillis());
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        return rates.look(Counter.of(limits))
                .compose(left -> claims.isEmpty()
                        ? Future.succeededFuture(new Allowance(left, List.of()))
                        : Future.fromCompletionStage(till.spent(claims), loop).map(spent -> new Allowance(left, spent)))
                .recover(failed -> {
                    LOG.debug("limits cannot be looked at", failed);
                    return Future.failedFuture(new GatewayException(away("limits")));
                });
    }

    /// What a caller has left.
    public record Allowance(List<Standing.Left> rates, List<Spent> budgets) {
        public Allowance {
            rates = List.copyOf(rates);
            budgets = List.copyOf(budgets);
        }
    }

    /// Asks for one request.
    ///
    /// @param limits what applies to it, not empty
    /// @param headers takes headers that tell where the caller stands when it is refused
    /// @return completes on this event loop; fails with a [GatewayException] that says which limit is
    ///     reached
    public Future<Pass> admit(
            List<Limited> limits, Decision decision, Arrival arrival, Consumer<Map<String, String>> headers) {
        List<Counter> counters = Counter.of(limits);
        List<Claim> claims = Claim.of(limits, arrival.startMillis());
        boolean counts = !claims.isEmpty()
                || counters.stream().anyMatch(counter -> counter.measure().ofTokens());
        return demand(counts, decision).compose(demand -> {
            if (counters.isEmpty()) {
                return reserve(new Held(null, Standing.FREE), claims, demand, decision, arrival);
            }
            long tokens = demand == null ? 0 : demand.tokens();
            Counter prompt = tooLong(counters, demand);
            if (prompt != null) {
                return Future.failedFuture(new GatewayException(tooLong(prompt, demand)));
            }
            return rates.take(counters, tokens).compose(answer -> switch (answer) {
                case Rates.Answer.Admitted(Rates.Grant grant, Standing standing) ->
                    reserve(new Held(grant, standing), claims, demand, decision, arrival)
                            .onFailure(refused -> {
                                rates.end(grant, 0);
                                headers.accept(RateHeaders.of(standing));
                            });
                case Rates.Answer.Refused refused -> {
                    headers.accept(RateHeaders.of(refused.standing()));
                    yield Future.failedFuture(new GatewayException(reached(refused)));
                }
                case Rates.Answer.Away() -> Future.failedFuture(new GatewayException(away("limits")));
            });
        });
    }

    /// What is held of rates.
    private record Held(Rates.@Nullable Grant grant, Standing standing) {}

    private static Future<@Nullable Demand> demand(boolean counts, Decision decision) {
        if (!counts) {
            return Future.succeededFuture(null);
        }
        if (decision.body().length() <= LARGE_BYTES && TokenEstimate.isLoaded()) {
            return Future.succeededFuture(Demand.of(decision.terms(), decision.body()));
        }
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        return loop.executeBlocking(() -> Demand.of(decision.terms(), decision.body()), false);
    }

    private Future<Pass> reserve(
            Held held, List<Claim> claims, @Nullable Demand demand, Decision decision, Arrival arrival) {
        if (claims.isEmpty() || demand == null) {
            return Future.succeededFuture(pass(held, demand, List.of(), 0, 0, arrival));
        }
        long most = demand.mostNanoUsd();
        if (most == Cost.UNKNOWN) {
            return allowUnknownPrice.getAsBoolean()
                    ? Future.succeededFuture(pass(held, demand, List.of(), 0, 0, arrival))
                    : Future.failedFuture(new GatewayException(unknownPrice(decision)));
        }
        long shortest = Math.min(SHORTEST_ANSWER, demand.answerTokens());
        long least = demand.limited() ? most : demand.nanoUsdOf(shortest);
        Promise<Pass> promise = Promise.promise();
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        reserve(reservation(claims, most, decision, arrival), claims, least, loop, MOST_TRIES)
                .whenComplete((reserved, failed) -> loop.runOnContext(now -> {
                    switch (reserved) {
                        case null -> {
                            LOG.debug("a reservation failed", failed);
                            promise.fail(new GatewayException(away("budgets")));
                        }
                        case Reserved.Granted(long nanoUsd) ->
                            promise.complete(
                                    pass(held, demand, claims, nanoUsd, longestAnswer(demand, nanoUsd, most), arrival));
                        case Reserved.Exhausted exhausted ->
                            promise.fail(new GatewayException(
                                    exhausted(exhausted, arrival, demand.limited() ? most : least)));
                    }
                }));
        return promise.future();
    }

    /// Reserves; where only the reservations of exchanges that are over stand in the way, waits until they
    /// are settled: whoever asks one thing after the other is not told that the budget is used up.
    private CompletableFuture<Reserved> reserve(
            OpenReservation reservation, List<Claim> claims, long least, Context loop, int tries) {
        return till.reserve(reservation, claims, least).thenCompose(answer -> {
            boolean waits = answer instanceof Reserved.Exhausted exhausted
                    && tries > 1
                    && exhausted.mayBuyLater(least)
                    && till.settles();
            if (!waits) {
                return CompletableFuture.completedFuture(answer);
            }
            CompletableFuture<Reserved> later = new CompletableFuture<>();
            loop.owner()
                    .setTimer(
                            SETTLING_MILLIS,
                            now -> reserve(reservation, claims, least, loop, tries - 1)
                                    .whenComplete((reserved, failed) -> {
                                        if (failed == null) {
                                            later.complete(reserved);
                                        } else {
                                            later.completeExceptionally(failed);
                                        }
                                    }));
            return later;
        });
    }

    private Pass pass(
            Held held,
            @Nullable Demand demand,
            List<Claim> claims,
            long reserved,
            long longestAnswer,
            Arrival arrival) {
        return new Pass(
                arrival.requestId(),
                rates,
                held.grant(),
                held.standing(),
                demand,
                till,
                claims,
                reserved,
                longestAnswer);
    }

    /// What one answer has to be limited to so that it costs no more than is reserved; 0: it is already.
    private static long longestAnswer(Demand demand, long granted, long most) {
        if (granted < most) {
            return Math.max(
                    1, Cost.buys(granted, demand.promptTokens(), demand.calls(), demand.price()) / demand.answers());
        }
        return demand.bounded() ? 0 : demand.answerTokens() / demand.answers();
    }

    private static OpenReservation reservation(List<Claim> claims, long nanoUsd, Decision decision, Arrival arrival) {
        Decision.Terms terms = decision.terms();
        About about = new About(
                arrival.method(),
                arrival.route(),
                terms.stream(),
                arrival.holder(),
                arrival.keyName(),
                arrival.notes().endUser(),
                arrival.clientAddress(),
                arrival.userAgent(),
                terms.modelAsked(),
                terms.target().provider().name(),
                terms.target().upstreamModel(),
                terms.bytesIn());
        return new OpenReservation(
                arrival.requestId(),
                arrival.startMillis(),
                nanoUsd,
                claims.stream().map(Claim::purse).toList(),
                about.text());
    }

    /// A limit that the prompt alone goes beyond, so that waiting would not help; null where there is none.
    private static @Nullable Counter tooLong(List<Counter> counters, @Nullable Demand demand) {
        if (demand == null) {
            return null;
        }
        long prompt = demand.calls() * demand.promptTokens();
        return counters.stream()
                .filter(counter -> counter.measure().ofTokens() && prompt > counter.limit())
                .findFirst()
                .orElse(null);
    }

    private static Failure tooLong(Counter counter, @Nullable Demand demand) {
        long prompt = demand == null ? 0 : demand.calls() * demand.promptTokens();
        return Failure.of(
                        FailureKind.RATE_LIMITED,
                        "This request has about " + prompt + " tokens, and " + limit(counter) + ". Send a shorter one.")
                .withCode("rate_limit_exceeded")
                .withRetryable(false);
    }

    private static Failure reached(Rates.Answer.Refused refused) {
        Counter counter = refused.counter();
        long wait = refused.waitMillis();
        boolean concurrent = counter.measure() == Measure.CONCURRENT;
        return Failure.of(
                        FailureKind.RATE_LIMITED,
                        "The limit is reached: " + limit(counter) + ". "
                                + (concurrent
                                        ? "Try again when another request is over."
                                        : "Try again in " + seconds(wait) + "."))
                .withCode("rate_limit_exceeded")
                .withRetryAfter(Duration.ofMillis(concurrent ? 1_000 : Math.max(1, wait)));
    }

    private static String limit(Counter counter) {
        return counter.scope().kind().said() + " may have " + counter.measure().said(counter.limit());
    }

    private static String seconds(long millis) {
        return millis < 1_000 ? millis + " ms" : Math.ceilDiv(millis, 1_000) + " s";
    }

    /// @param needed what the request may cost
    private static Failure exhausted(Reserved.Exhausted exhausted, Arrival arrival, long needed) {
        Claim claim = exhausted.claim();
        Span span = claim.purse().span();
        String budget = claim.purse().scope().kind().said() + " may spend " + Details.usd(claim.limitNanoUsd())
                + " USD " + span.said();
        String cost = "this request may cost " + Details.usd(needed);
        Failure failure;
        if (needed > claim.limitNanoUsd()) {
            failure = Failure.of(
                            FailureKind.BUDGET_EXCEEDED,
                            "The budget never buys this: " + budget + ", and " + cost
                                    + ". Ask for a shorter answer with `max_tokens`, or send less.")
                    .withRetryable(false);
        } else if (exhausted.mayBuyLater(needed)) {
            failure = Failure.of(
                            FailureKind.BUDGET_EXCEEDED,
                            "The budget is reserved by requests under way: " + budget + ", "
                                    + Details.usd(exhausted.leftNanoUsd()) + " of it is free now, and " + cost
                                    + ". Try again when they are over, or ask for a shorter answer with `max_tokens`.")
                    .withRetryAfter(Duration.ofSeconds(1));
        } else {
            Long end = span.endMillis(arrival.startMillis());
            Failure used = Failure.of(
                            FailureKind.BUDGET_EXCEEDED,
                            "The budget is used up: " + budget + ", " + Details.usd(exhausted.leftNanoUsd())
                                    + " of it is left, and " + cost + ".")
                    .withRetryable(false);
            failure = end == null
                    ? used
                    : used.withRetryAfter(Duration.ofMillis(Math.max(1, end - System.currentTimeMillis())));
        }
        return failure.withCode("budget_exceeded");
    }

    private static Failure unknownPrice(Decision decision) {
        return new Failure(
                FailureKind.FORBIDDEN,
                "Nobody knows what " + decision.terms().target().name()
                        + " costs, and a budget applies to this request."
                        + " Give the model a price under `catalogue`, or set `budget.allow_unknown_price`.",
                "price_unknown",
                "model",
                null,
                null,
                false);
    }

    private static Failure away(String what) {
        return Failure.of(
                        FailureKind.UNAVAILABLE,
                        "The " + what + " of this key cannot be checked now. Try again in a moment.")
                .withCode(what + "_unavailable")
                .withRetryAfter(Duration.ofSeconds(1));
    }
}
