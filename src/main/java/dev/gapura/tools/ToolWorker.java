package dev.gapura.tools;

import dev.gapura.tools.ArgumentCheck.Checked;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs server tools: checks arguments, waits for a permit, ends at the timeout, cuts the result. Each run has a
/// virtual thread of its own, which is interrupted when its time is over or nobody waits any more; a tool that does
/// not listen keeps its permit until it ends, but nobody waits for it. Short computations need none of that and run
/// where they are asked for. One instance a run.
public final class ToolWorker {
    private static final Logger LOG = LoggerFactory.getLogger(ToolWorker.class);

    /// Characters of arguments that are computed where they come. The calculator took 5 µs for a sum and 0.2 ms at
    /// worst of what fits, warm; waking another thread and being woken took 0.1 ms.
    private static final int MOST_COMPUTED_HERE = 128;

    private final ServerTool tool;
    private final String callId;
    private final String arguments;
    private final long start = System.nanoTime();
    private final CompletableFuture<Done> done = new CompletableFuture<>();
    /// Its own; none where it runs on the thread of whoever asked.
    private @Nullable Thread thread;

    private volatile boolean ran;

    private ToolWorker(ServerTool tool, String callId, String arguments) {
        this.tool = tool;
        this.callId = callId;
        this.arguments = arguments;
    }

    /// What became of a call.
    ///
    /// @param output for the model
    public record Done(ToolRun run, ToolOutput output) {}

    /// Starts one run. Any thread; returns at once.
    ///
    /// @param callId of the model's call
    /// @param arguments as the model wrote them
    public static ToolWorker start(ServerTool tool, String callId, String arguments) {
        ToolWorker worker = startUnwatched(tool, callId, arguments);
        CompletableFuture<Boolean> clock = new CompletableFuture<Boolean>()
                .completeOnTimeout(true, tool.terms().timeout().toNanos(), TimeUnit.NANOSECONDS);
        clock.thenAccept(late -> {
            if (late) {
                worker.late();
            }
        });
        // Otherwise the clock would hold on to the run until its timeout.
        worker.done.thenAccept(done -> clock.complete(false));
        return worker;
    }

    /// The same for a caller with a clock of its own, who calls [#tick] from time to time: every other clock here
    /// means waking a thread twice a run. A short computation is over on return.
    public static ToolWorker startUnwatched(ServerTool tool, String callId, String arguments) {
        ToolWorker worker = new ToolWorker(tool, callId, arguments);
        if (tool.runner() instanceof ToolRunner.Computation
                && arguments.length() <= MOST_COMPUTED_HERE
                && tool.permits().tryAcquire()) {
            try {
                worker.run(true);
            } finally {
                tool.permits().release();
            }
            return worker;
        }
        Thread thread = Thread.ofVirtual().name("tool-" + tool.name()).unstarted(() -> worker.run(false));
        worker.thread = thread;
        thread.start();
        return worker;
    }

    /// Completes with a value, on any thread; always where the timeout is watched.
    public CompletableFuture<Done> done() {
        return done;
    }

    /// Interrupts the run where the tool's timeout is over.
    ///
    /// @param now `System.nanoTime()`
    public void tick(long now) {
        if (now - start >= tool.terms().timeout().toNanos()) {
            late();
        }
    }

    private void late() {
        end(
                ToolRun.Status.TIMEOUT,
                ToolOutput.failed("The tool gave no result within "
                        + tool.terms().timeout().toMillis() + " ms."));
        interrupt();
    }

    /// Nobody waits for the result any more: the run is interrupted.
    public void cancel() {
        end(ToolRun.Status.CANCELLED, ToolOutput.failed("The call was cancelled."));
        interrupt();
    }

    private void interrupt() {
        Thread runner = thread;
        if (runner != null) {
            runner.interrupt();
        }
    }

    /// @param permitted whether it has its permit already, and then never waits
    private void run(boolean permitted) {
        try {
            switch (tool.check().check(arguments)) {
                case Checked.Invalid(String fault) -> end(ToolRun.Status.INVALID_ARGUMENTS, ToolOutput.failed(fault));
                case Checked.Valid valid -> {
                    if (permitted) {
                        work(valid);
                    } else {
                        await(valid);
                    }
                }
            }
        } catch (InterruptedException ended) {
            // whoever interrupted has said why
        } catch (Throwable fault) {
            // An error too, such as a stack that was too deep, ends this run and nothing else; its caller must hear of
            // it.
            if (!done.isDone()) {
                LOG.warn("tool {} failed", tool.name(), fault);
            }
            end(ToolRun.Status.FAILED, ToolOutput.failed("The tool failed. It may be unavailable at the moment."));
        }
    }

    private void await(Checked.Valid valid) throws Exception {
        tool.permits().acquire();
        try {
            work(valid);
        } finally {
            tool.permits().release();
        }
    }

    private void work(Checked.Valid valid) throws Exception {
        if (!done.isDone()) {
            ran = true;
            ToolOutput output = tool.runner().run(valid.arguments());
            end(output.failed() ? ToolRun.Status.FAILED : ToolRun.Status.OK, output);
        }
    }

    /// Ends the run; only the first end counts.
    private void end(ToolRun.Status status, ToolOutput output) {
        if (done.isDone()) {
            return;
        }
        byte[] bytes = output.text().getBytes(StandardCharsets.UTF_8);
        int limit = tool.terms().maxResultBytes();
        done.complete(new Done(
                new ToolRun(
                        tool.name(),
                        callId,
                        arguments,
                        status,
                        start,
                        (System.nanoTime() - start) / 1_000_000,
                        bytes.length,
                        ran ? tool.terms().priceNanoUsd() : 0),
                bytes.length <= limit ? output : new ToolOutput(cut(bytes, limit), output.failed())));
    }

    /// The beginning of a long result, cut between characters, and a mark that says so.
    private static String cut(byte[] bytes, int limit) {
        int end = limit;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "\n[cut: the first " + end + " of " + bytes.length
                + " bytes]";
    }
}
