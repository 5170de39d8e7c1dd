package dev.gapura.exchange;

import dev.gapura.budget.Reserved;
import dev.gapura.chat.ChatEvent;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.pricing.Cost;
import dev.gapura.tools.ToolRun;
import dev.gapura.upstream.AnswerListener;
import dev.gapura.upstream.Call;
import dev.gapura.wire.Spliced;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;

/// Calls of an exchange that a budget applies to: before each after the first the reservation becomes what was spent so
/// far and the most that the next call can cost; before a tool with a price runs, its price is added. One for each row
/// of calls; used on the event loop of the exchange.
final class PaidCalls implements Several.Sender {
    private final Several.Sender sender;
    private final Pass pass;
    private final Decision.Terms terms;
    /// What was reserved for the first call of this row.
    private final long first;
    /// What is reserved for this row of calls.
    private long reserved;
    /// What tools cost before the round under way.
    private long earlierRuns;
    /// Prices of runs in the round under way that are paid for, or asked for.
    private long granted;

    PaidCalls(Several.Sender sender, Pass pass, Decision.Terms terms) {
        this.sender = sender;
        this.pass = pass;
        this.terms = terms;
        this.first = pass.reservedACall();
        this.reserved = first;
    }

    @Override
    public Call send(Spliced body, AnswerListener listener) {
        return sender.send(body, listener);
    }

    @Override
    public Several.Sender row() {
        return new PaidCalls(sender, pass, terms);
    }

    @Override
    public Future<Boolean> mayCall(Spliced body, Account so) {
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        earlierRuns = runs(so);
        granted = 0;
        return loop.executeBlocking(() -> Demand.of(terms, body).ofOneCall(), false)
                .compose(next -> reserve(calls(so)
                        + earlierRuns
                        + Math.max(0, Objects.requireNonNull(next).mostNanoUsd())));
    }

    /// What the calls so far left of their reservation pays for tools first, which takes no look at the disk.
    @Override
    public Future<Boolean> mayRun(long nanoUsd, Account so) {
        granted += nanoUsd;
        long needed = calls(so) + earlierRuns + granted;
        Future<Boolean> paid = needed <= reserved ? Future.succeededFuture(true) : reserve(needed);
        return paid.onComplete(may -> {
            if (may.failed() || !may.result()) {
                granted -= nanoUsd;
            }
        });
    }

    /// Changes what is reserved for this row. Counts at once, so that several may be asked for together.
    private Future<Boolean> reserve(long needed) {
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        Promise<Boolean> promise = Promise.promise();
        long change = needed - reserved;
        reserved = needed;
        pass.extend(change)
                .whenComplete((answer, failed) -> loop.runOnContext(now -> {
                    switch (answer) {
                        case null -> {
                            reserved -= change;
                            promise.fail(new GatewayException(Failure.of(
                                            FailureKind.UNAVAILABLE,
                                            "The budgets of this key cannot be checked now. Try again in a moment.")
                                    .withCode("budgets_unavailable")));
                        }
                        case Reserved.Granted paid -> {
                            pass.extended(change);
                            promise.complete(true);
                        }
                        case Reserved.Exhausted exhausted -> {
                            reserved -= change;
                            promise.complete(false);
                        }
                    }
                }));
        return promise.future();
    }

    private static long runs(Account so) {
        return so.toolRuns().stream().mapToLong(ToolRun::costNanoUsd).sum();
    }

    /// What the calls of this row cost so far; one whose cost is not known counts as what was reserved for
    /// the first.
    private long calls(Account so) {
        long sum = 0;
        for (ChatEvent.Reported turn : so.turns()) {
            long cost = terms.costOfOne(turn.usage());
            sum += cost == Cost.UNKNOWN ? first : cost;
        }
        return sum + Math.max(0, so.attempts() - so.turns().size()) * first;
    }
}
