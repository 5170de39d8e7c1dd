package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.Usage;
import dev.gapura.config.Limits;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolOutput;
import dev.gapura.tools.ToolRun;
import dev.gapura.tools.ToolWorker;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The loop of server tools: runs the calls of a turn at once, gives the model their results, and goes on until it asks
/// for none, within the limits of one request. A limit ends the answer with `length`; a call that cannot be run is
/// answered to the model as an error. What a call may do is decided by the tools that were offered and the key's
/// policy,
/// never by what the model says. One instance an exchange, on its event loop; tools run elsewhere.
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
    private final Map<String, Integer> repeats = new HashMap<>();
    private final List<ToolWorker> working = new ArrayList<>();

    private int steps = 1;
    private int calls;
    private boolean cancelled;

    /// Hears of tools while they run.
    @FunctionalInterface
    interface ToolEvents {
        /// @param state `started`, `finished`, `failed`
        /// @param millis how long it ran, null at the start
        void tell(String tool, String callId, String state, @Nullable Long millis);
    }

    /// @param composer writes what the next turn is asked
    /// @param owner name of the key
    /// @param price what one call costs that used so much
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

    /// Everything that is not a tool of the client's: a call of a tool that nobody offered is answered to the
    /// model.
    @Override
    public boolean runs(String tool) {
        return !offer.clientTools().contains(tool);
    }

    @Override
    public Future<Next> after(Turn turn) {
        String limit = limit(turn);
        if (limit != null) {
            return Future.succeededFuture(new Next.Over(FinishReason.LENGTH, limit, Map.of()));
        }
        if (turn.calls().isEmpty()) {
            said.add(turn.said());
            return Future.succeededFuture(next());
        }
        Promise<Next> next = Promise.promise();
        run(turn, next);
        return next.future();
    }

    private Next next() {
        steps++;
        return composer.compose(said);
    }

    /// The limit that this turn reached, null where there is none.
    private @Nullable String limit(Turn turn) {
        if (steps >= limits.maxSteps()) {
            return "max_steps";
        }
        if (calls + turn.calls().size() > limits.maxToolCalls()) {
            return "max_tool_calls";
        }
        if (leftNanos() <= 0) {
            return "tool_time";
        }
        Usage used = turn.used();
        Integer tokens = limits.maxToolTokens();
        if (used != null && tokens != null && used.promptTokens() + used.completionTokens() >= tokens) {
            return "max_tool_tokens";
        }
        BigDecimal usd = limits.maxToolUsd();
        if (usd != null && spent(used) >= usd.movePointRight(9).longValue()) {
            return "max_tool_usd";
        }
        return null;
    }

    private long spent(@Nullable Usage used) {
        long model = used == null ? 0 : price.applyAsLong(used);
        return Math.max(0, model)
                + runs.stream().mapToLong(ToolRun::costNanoUsd).sum();
    }

    private long leftNanos() {
        return limits.toolTime().toNanos() - (System.nanoTime() - startNanos);
    }

    /// Runs all calls of a turn at once and completes `next` when the last has ended.
    private void run(Turn turn, Promise<Next> next) {
        Context loop = Objects.requireNonNull(Vertx.currentContext());
        Map<Integer, ToolOutput> results = new TreeMap<>();
        int count = turn.calls().size();
        calls += count;
        long timer = loop.owner().setTimer(Math.max(1, leftNanos() / 1_000_000), late -> {
            if (next.tryComplete(new Next.Over(FinishReason.LENGTH, "tool_time", Map.of()))) {
                working.forEach(ToolWorker::cancel);
            }
        });
        for (int index = 0; index < count; index++) {
            Part.ToolCall call = turn.calls().get(index);
            int at = index;
            Refused refused = refused(call);
            if (refused != null) {
                runs.add(new ToolRun(call.name(), call.id(), call.arguments(), refused.status(), 0, 0, 0));
                results.put(at, ToolOutput.failed(refused.text()));
                continue;
            }
            ServerTool tool = Objects.requireNonNull(offer.tools().get(call.name()));
            events.tell(tool.name(), call.id(), "started", null);
            ToolWorker worker = ToolWorker.start(tool, call.id(), call.arguments());
            working.add(worker);
            worker.done()
                    .thenAccept(done -> loop.runOnContext(now -> {
                        working.remove(worker);
                        runs.add(done.run());
                        if (!cancelled) {
                            events.tell(
                                    tool.name(),
                                    call.id(),
                                    done.output().failed() ? "failed" : "finished",
                                    done.run().millis());
                            results.put(at, done.output());
                            answered(turn, results, count, timer, next);
                        }
                    }));
        }
        answered(turn, results, count, timer, next);
    }

    private void answered(Turn turn, Map<Integer, ToolOutput> results, int count, long timer, Promise<Next> next) {
        if (results.size() < count || next.future().isComplete()) {
            return;
        }
        Objects.requireNonNull(Vertx.currentContext()).owner().cancelTimer(timer);
        List<Part> parts = new ArrayList<>();
        results.forEach((index, output) -> parts.add(new Part.ToolResult(
                turn.calls().get(index).id(), List.of(Part.Text.of(output.text())), output.failed(), null)));
        Message answer = new Message(Message.Role.TOOL, parts, null);
        try {
            if (turn.clientCalls().isEmpty()) {
                said.add(turn.said());
                said.add(answer);
                next.complete(next());
            } else {
                next.complete(new Next.Over(FinishReason.TOOL_CALLS, null, mixed.keep(owner, turn, answer)));
            }
        } catch (RuntimeException fault) {
            next.fail(fault);
        }
    }

    private record Refused(ToolRun.Status status, String text) {}

    /// Why a call is not run, null where it is.
    private @Nullable Refused refused(Part.ToolCall call) {
        if (!offer.tools().containsKey(call.name())) {
            Set<String> known = offer.tools().keySet();
            return new Refused(
                    ToolRun.Status.NOT_OFFERED,
                    "There is no tool '" + call.name() + "' in this conversation. Available: "
                            + String.join(", ", known.stream().sorted().toList()) + ".");
        }
        JsonNode arguments = JsonTree.readOrNull(call.arguments());
        String same = call.name() + '\0' + (arguments == null ? call.arguments() : JsonTree.text(arguments));
        if (repeats.merge(same, 1, Integer::sum) > limits.maxRepeats()) {
            return new Refused(
                    ToolRun.Status.REPEATED,
                    "This call was made " + limits.maxRepeats()
                            + " times with the same arguments; its result will not change. Use what it gave.");
        }
        return null;
    }

    @Override
    public void cancel() {
        cancelled = true;
        List.copyOf(working).forEach(ToolWorker::cancel);
    }
}
