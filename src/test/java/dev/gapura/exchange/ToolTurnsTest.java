package dev.gapura.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.config.Limits;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.testkit.Waiting;
import dev.gapura.tools.ServerTool;
import dev.gapura.tools.ToolOutput;
import dev.gapura.tools.ToolRun;
import dev.gapura.wire.JsonTree;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A round of calls that ends while the budgets have not said yet whether its tools are paid for.
class ToolTurnsTest {
    private static final long PRICE = 2_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final AtomicInteger bought = new AtomicInteger();
    private final CountDownLatch running = new CountDownLatch(1);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Promise<Boolean> grant = Promise.promise();
    private final ToolTurns turns = turns();

    @AfterEach
    void stop() {
        Waiting.get(vertx.close());
    }

    private ToolTurns turns() {
        ServerTool paid = tool("paid", PRICE, () -> {
            bought.incrementAndGet();
            return ToolOutput.of("bought");
        });
        ServerTool deaf = tool("deaf", 0, () -> {
            running.countDown();
            new CountDownLatch(1).await();
            return ToolOutput.of("never");
        });
        byte[] body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        ServerToolOffer offer = new ServerToolOffer(
                RequestReader.read(body, body.length, false), Map.of("paid", paid, "deaf", deaf), Set.of());
        // No turn here calls tools of a client's, for which turns would be kept, and none is followed by another.
        return new ToolTurns(
                offer,
                Limits.DEFAULT,
                said -> {
                    throw new IllegalStateException("no turn follows");
                },
                null,
                "key",
                usage -> 0,
                (tool, callId, state, millis) -> told.add(tool + " " + state));
    }

    private interface Work {
        ToolOutput run() throws InterruptedException;
    }

    private static ServerTool tool(String name, long price, Work work) {
        ServerTool.Terms terms = new ServerTool.Terms(Duration.ofHours(1), 1000, 4, true, price, null);
        return new ServerTool(name, "", JsonTree.object(), terms, arguments -> work.run());
    }

    private <T> T onLoop(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(now -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException fault) {
                done.fail(fault);
            }
        });
        return Waiting.get(done.future());
    }

    /// A turn that calls both, of which one runs and the other waits for its price.
    private Future<Sequel.Next> begin() throws Exception {
        List<Part.ToolCall> calls = List.of(call("c1", "paid"), call("c2", "deaf"));
        Message said = new Message(Message.Role.ASSISTANT, List.copyOf(calls), null);
        Future<Sequel.Next> next =
                onLoop(() -> turns.after(new Sequel.Turn(said, calls, List.of(), List.of()), price -> {
                    assertThat(price).isEqualTo(PRICE);
                    return grant.future();
                }));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        return next;
    }

    private static Part.ToolCall call(String id, String tool) {
        return new Part.ToolCall(id, tool, "{}", false, null, null);
    }

    private void assertBothCancelledAtNoCost() {
        List<ToolRun> runs = onLoop(() -> List.copyOf(turns.runs()));
        assertThat(runs).extracting(ToolRun::name).containsExactlyInAnyOrder("paid", "deaf");
        assertThat(runs).extracting(ToolRun::callId).containsExactlyInAnyOrder("c1", "c2");
        assertThat(runs).extracting(ToolRun::status).containsOnly(ToolRun.Status.CANCELLED);
        assertThat(runs).extracting(ToolRun::costNanoUsd).containsOnly(0L);
        assertThat(bought.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatWaitsForItsPriceWhenTheTimeIsOverIsCancelled(boolean granted) throws Exception {
        Future<Sequel.Next> next = begin();
        onLoop(() -> {
            turns.tick(System.nanoTime());
            return null;
        });
        assertThat(next.isComplete()).isFalse();
        onLoop(() -> {
            turns.tick(System.nanoTime() + Limits.DEFAULT.toolTime().toNanos());
            return null;
        });
        assertThat(Waiting.get(next)).isEqualTo(new Sequel.Next.Over(FinishReason.LENGTH, "tool_time", Map.of()));
        assertBothCancelledAtNoCost();
        // What is said afterwards changes nothing.
        onLoop(() -> {
            grant.complete(granted);
            turns.tick(System.nanoTime() + Limits.DEFAULT.toolTime().toNanos());
            turns.cancel();
            return null;
        });
        assertBothCancelledAtNoCost();
        assertThat(told).containsExactly("deaf started", "deaf failed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatWaitsForItsPriceWhenTheClientLeavesIsCancelled(boolean granted) throws Exception {
        Future<Sequel.Next> next = begin();
        onLoop(() -> {
            turns.cancel();
            return null;
        });
        assertBothCancelledAtNoCost();
        onLoop(() -> {
            grant.complete(granted);
            turns.cancel();
            return null;
        });
        assertBothCancelledAtNoCost();
        assertThat(next.isComplete()).isFalse();
    }

    @Test
    void aPriceThatCannotBeCheckedIsNotPaid() throws Exception {
        begin();
        onLoop(() -> {
            grant.fail("the database is away");
            turns.cancel();
            return null;
        });
        List<ToolRun> runs = onLoop(() -> List.copyOf(turns.runs()));
        assertThat(runs).extracting(ToolRun::status).containsExactly(ToolRun.Status.UNPAID, ToolRun.Status.CANCELLED);
        assertThat(bought.get()).isZero();
    }
}
