package dev.gapura.exchange;

import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.Usage;
import dev.gapura.config.Limits;
import dev.gapura.pricing.Cost;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolOutput;
import dev.gapura.tools.ToolRun;
import dev.gapura.tools.ToolWorker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The loop of server tools: runs the calls of a turn at once, gives the model their results, and goes on until it asks
/// for none, within the limits of one request. A limit ends the answer with `length`; a call that cannot be run is
/// answered to the model as an error. What a call may do is decided by the tools that were offered and the key's
/// policy, never by what the model says. One instance an exchange, on its event loop; tools run elsewhere, but for
/// short computations.
///
/// Longer than 400 lines because a round of calls and the loop around it are one state machine: who reads how a round
/// ends needs the limits of the loop in sight.
final class ToolTurns implements Sequel {
    private final ServerToolOffer offer;
    private final Limits limits;
    private final Composer composer;
    private final MixedTurns mixed;
    private final String owner;
    private final ToLongFunction<Usage> price;
    private final ToolEvents events;
    private final long startNanos = System.nanoTime();
    private final List<Message> said = new ArrayList<>();
    private final List<ToolRun> runs = new ArrayList<>();
    private final RepeatedCalls repeats = new RepeatedCalls();
    /// Runs under way.
    private final Set<ToolWorker> working = new LinkedHashSet<>();

    private final Map<String, Integer> repairs = new HashMap<>();

    private int steps = 1;
    private int calls;
    private boolean repeatable = true;
    private @Nullable Round round;

    /// Hears of tools while they run.
    @FunctionalInterface
    interface ToolEvents {
        /// @param state `started`, `finished`, `failed`
        /// @param millis how long it ran, null at the start
        void tell(String tool, String callId, String state, @Nullable Long millis);
    }

    /// @param composer writes what the next turn is asked
    /// @param owner name of the key
    /// @param price what one call costs that used so much; [Cost#UNKNOWN] where that is not known
    ToolTurns(
            ServerToolOffer offer,
            Limits limits,
            Composer composer,
            MixedTurns mixed,
            String owner,
            ToLongFunction<Usage> price,
            ToolEvents events) {
        this.offer = offer;
        this.limits = limits;
        this.composer = composer;
        this.mixed = mixed;
        this.owner = owner;
        this.price = price;
        this.events = events;
    }

    /// The loop of a request that has server tools.
    static ToolTurns of(Decision.Asked asked, Composer composer) {
        ToolComments comments = asked.comments();
        return new ToolTurns(
                asked.tools(),
                asked.limits(),
                composer,
                asked.mixed(),
                asked.owner(),
                asked::cost,
                comments == null ? (tool, callId, state, millis) -> {} : comments);
    }

    /// Every run so far, in the order in which they ended.
    List<ToolRun> runs() {
        return runs;
    }

    /// Everything that is not a tool of the client's: a call of a tool that nobody offered is answered to
    /// the model.
    @Override
    public boolean runs(String tool) {
        return !offer.clientTools().contains(tool);
    }

    @Override
    public Future<Next> after(Turn turn, LongFunction<Future<Boolean>> mayRun) {
        if (turn.calls().isEmpty() && !turn.clientCalls().isEmpty()) {
            return handOver(turn, List.of(), Objects.requireNonNull(Vertx.currentContext()));
        }
        String limit = limit(turn);
        if (limit != null) {
            return Future.succeededFuture(over(limit));
        }
        if (turn.calls().isEmpty()) {
            said.add(turn.said());
            return Future.succeededFuture(next());
        }
        Round next = new Round(turn, mayRun);
        round = next;
        return next.start();
    }

    private static Next over(String limit) {
        return new Next.Over(FinishReason.LENGTH, limit, Map.of());
    }

    /// Keeps the answer until the client's results come, and gives the client its calls.
    ///
    /// @param results of the calls of this turn that ran here, none where it made none
    private Future<Next> handOver(Turn turn, List<Message> results, Context loop) {
        List<Message> rounds = new ArrayList<>(said);
        rounds.add(turn.said());
        rounds.addAll(results);
        Promise<Next> over = Promise.promise();
        mixed.keep(owner, rounds, turn.clientCalls())
                .thenAccept(ids ->
                        loop.runOnContext(now -> over.tryComplete(new Next.Over(FinishReason.TOOL_CALLS, null, ids))));
        return over.future();
    }

    private Next next() {
        steps++;
        return composer.compose(said);
    }

    /// The limit that this turn reached, null where there is none.
    private @Nullable String limit(Turn turn) {
        // The client's calls end the answer anyway.
        if (steps >= limits.maxSteps() && turn.clientCalls().isEmpty()) {
            return "max_steps";
        }
        if (calls + turn.calls().size() > limits.maxToolCalls()) {
            return "max_tool_calls";
        }
        if (leftNanos(System.nanoTime()) <= 0) {
            return "tool_time";
        }
        Integer tokens = limits.maxToolTokens();
        if (tokens != null && tokens(turn.used()) >= tokens) {
            return "max_tool_tokens";
        }
        BigDecimal usd = limits.maxToolUsd();
        if (usd != null) {
            // What cannot be counted could never reach the limit.
            long model = turn.used().size() < steps ? Cost.UNKNOWN : modelCost(turn.used());
            if (model == Cost.UNKNOWN
                    || model + toolCost() >= usd.movePointRight(9).longValue()) {
                return "max_tool_usd";
            }
        }
        return null;
    }

    private static long tokens(List<Usage> used) {
        return used.stream()
                .mapToLong(one -> Math.max(0, one.promptTokens()) + Math.max(0, one.completionTokens()))
                .sum();
    }

    /// Call by call: long prompts have rates of their own.
    private long modelCost(List<Usage> used) {
        long sum = 0;
        for (Usage one : used) {
            long cost = price.applyAsLong(one);
            if (cost == Cost.UNKNOWN) {
                return Cost.UNKNOWN;
            }
            sum += cost;
        }
        return sum;
    }

    private long toolCost() {
        return runs.stream().mapToLong(ToolRun::costNanoUsd).sum();
    }

    private long leftNanos(long now) {
        return limits.toolTime().toNanos() - (now - startNanos);
    }

    /// The calls of one turn, which run at once; the turn is over when the last has ended.
    private final class Round {
        private final Turn turn;
        private final LongFunction<Future<Boolean>> mayRun;
        private final Promise<Next> next = Promise.promise();
        private final Context loop = Objects.requireNonNull(Vertx.currentContext());
        private final Map<Integer, ToolOutput> results = new TreeMap<>();
        private final Set<String> valid = new HashSet<>();
        private final Set<String> invalid = new TreeSet<>();
        /// Calls that wait for what says whether they are paid for, and the tools they are for.
        private final Map<Integer, ServerTool> asking = new TreeMap<>();

        private boolean closed;

        Round(Turn turn, LongFunction<Future<Boolean>> mayRun) {
            this.turn = turn;
            this.mayRun = mayRun;
        }

        Future<Next> start() {
            calls += turn.calls().size();
            for (int index = 0; index < turn.calls().size(); index++) {
                start(index, turn.calls().get(index));
            }
            settle();
            return next.future();
        }

        /// The time of all tools is over.
        private void late() {
            closed = true;
            int before = runs.size();
            stopRunning();
            runs.subList(before, runs.size())
                    .forEach(run -> events.tell(run.name(), run.callId(), "failed", run.millis()));
            neverRun();
            next.tryComplete(over("tool_time"));
        }

        /// Writes down calls that were made and for which nobody has said yet whether they may run.
        private void neverRun() {
            asking.forEach((index, tool) -> {
                Part.ToolCall call = turn.calls().get(index);
                runs.add(new ToolRun(
                        tool.name(),
                        call.id(),
                        call.arguments(),
                        ToolRun.Status.CANCELLED,
                        System.nanoTime(),
                        0,
                        0,
                        0));
            });
            asking.clear();
        }

        private void start(int index, Part.ToolCall call) {
            Refused refused = refused(call);
            if (refused != null) {
                refuse(index, call, refused);
                return;
            }
            ServerTool tool = Objects.requireNonNull(offer.tools().get(call.name()));
            long price = tool.terms().priceNanoUsd();
            if (price == 0) {
                run(index, call, tool);
                return;
            }
            asking.put(index, tool);
            mayRun.apply(price).onComplete(may -> {
                asking.remove(index);
                if (closed) {
                    return;
                }
                if (may.succeeded() && may.result()) {
                    run(index, call, tool);
                } else {
                    refuse(index, call, UNPAID);
                    settle();
                }
            });
        }

        private void refuse(int index, Part.ToolCall call, Refused refused) {
            ServerTool tool = offer.tools().get(call.name());
            String name = tool == null ? call.name() : tool.name();
            runs.add(new ToolRun(name, call.id(), call.arguments(), refused.status(), System.nanoTime(), 0, 0, 0));
            results.put(index, ToolOutput.failed(refused.text()));
        }

        private void run(int index, Part.ToolCall call, ServerTool tool) {
            repeatable &= tool.terms().idempotent();
            events.tell(tool.name(), call.id(), "started", null);
            if (closed) {
                return;
            }
            ToolWorker worker = ToolWorker.startUnwatched(tool, call.id(), call.arguments());
            if (worker.done().isDone()) {
                ended(index, call, worker.done().join());
                return;
            }
            working.add(worker);
            worker.done()
                    .thenAccept(done -> loop.runOnContext(now -> {
                        // What was stopped is written down already.
                        if (working.remove(worker)) {
                            ended(index, call, done);
                        }
                    }));
        }

        private void ended(int index, Part.ToolCall call, ToolWorker.Done done) {
            ToolRun run = done.run();
            runs.add(run);
            (run.status() == ToolRun.Status.INVALID_ARGUMENTS ? invalid : valid).add(run.name());
            events.tell(run.name(), call.id(), done.output().failed() ? "failed" : "finished", run.millis());
            results.put(index, done.output());
            settle();
        }

        private void settle() {
            if (closed || results.size() < turn.calls().size()) {
                return;
            }
            closed = true;
            if (unrepaired()) {
                next.complete(over("max_repairs"));
                return;
            }
            List<Part> parts = new ArrayList<>();
            results.forEach((index, output) -> parts.add(new Part.ToolResult(
                    turn.calls().get(index).id(), List.of(Part.Text.of(output.text())), output.failed(), null)));
            Message answer = new Message(Message.Role.TOOL, parts, null);
            if (!turn.clientCalls().isEmpty()) {
                handOver(turn, List.of(answer), loop).onComplete(next::handle);
                return;
            }
            try {
                said.add(turn.said());
                said.add(answer);
                next.complete(next());
            } catch (RuntimeException fault) {
                next.fail(fault);
            }
        }

        /// Whether the model was told often enough in a row that its arguments for a tool are not valid.
        private boolean unrepaired() {
            valid.forEach(repairs::remove);
            invalid.removeAll(valid);
            boolean surplus = false;
            for (String tool : invalid) {
                surplus |= repairs.merge(tool, 1, Integer::sum) > limits.maxRepairs();
            }
            return surplus;
        }
    }

    private record Refused(ToolRun.Status status, String text) {}

    private static final Refused UNPAID = new Refused(
            ToolRun.Status.UNPAID, "This tool costs more than what is left of the budget. Answer without it.");

    /// Why a call is not run, null where it is.
    private @Nullable Refused refused(Part.ToolCall call) {
        if (!offer.tools().containsKey(call.name())) {
            Set<String> known = offer.tools().keySet();
            return new Refused(
                    ToolRun.Status.NOT_OFFERED,
                    "There is no tool '" + call.name() + "' in this conversation. Available: "
                            + String.join(", ", known.stream().sorted().toList()) + ".");
        }
        if (repeats.count(call.name(), call.arguments()) > limits.maxRepeats()) {
            return new Refused(
                    ToolRun.Status.REPEATED,
                    "This call was made " + limits.maxRepeats()
                            + " times with the same arguments; its result will not change. Use what it gave.");
        }
        return null;
    }

    /// Whether nothing was started that must not run twice.
    boolean repeatable() {
        return repeatable;
    }

    @Override
    public void tick(long now) {
        Round last = round;
        if (last == null || last.closed) {
            return;
        }
        if (leftNanos(now) <= 0) {
            last.late();
        } else {
            working.forEach(worker -> worker.tick(now));
        }
    }

    @Override
    public void cancel() {
        stopRunning();
        Round last = round;
        if (last != null) {
            last.closed = true;
            last.neverRun();
        }
    }

    /// Interrupts what runs, and writes it down at once: the account may be asked for next.
    private void stopRunning() {
        working.forEach(worker -> {
            worker.cancel();
            runs.add(worker.done().join().run());
        });
        working.clear();
    }
}
