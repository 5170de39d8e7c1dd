package dev.gapura.tools.mcp;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Work with a time limit, on a virtual thread that is interrupted when the time is over or the caller is. Stateless.
final class Limited {
    private Limited() {}

    /// @throws McpException of the work, or where it took too long
    static <T> T within(Duration limit, Callable<T> work) throws McpException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name("mcp-ask").start(task);
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new McpException("its server gave no answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof McpException why) {
                throw why;
            }
            throw new IllegalStateException(failed.getCause());
        } finally {
            thread.interrupt();
        }
    }
}
