package dev.gapura.upstream;

import dev.gapura.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/// When an [Attempt] began, had its head and ended, and how, for the record of its exchange. Outlives the attempt. On
/// the event loop of the attempt; times are `System.nanoTime()`.
public final class Course {
    private final long startNanos = System.nanoTime();
    private long headNanos;
    private long endNanos;
    private int status;
    private boolean over;
    private @Nullable FailureKind failure;

    /// The status line and the headers came.
    void head(int code) {
        status = code;
        headNanos = System.nanoTime();
    }

    /// The attempt is over. What comes later changes nothing.
    ///
    /// @param why it ended badly, null where it did not or its status says so
    public void end(@Nullable FailureKind why) {
        if (!over) {
            over = true;
            endNanos = System.nanoTime();
            failure = why;
        }
    }

    /// The answer was whole by its framing, and yet none.
    public void fail(FailureKind why) {
        end(why);
        if (failure == null) {
            failure = why;
        }
    }

    /// When it began.
    public long startNanos() {
        return startNanos;
    }

    /// When its head came; meaningless while [#status] is 0.
    public long headNanos() {
        return headNanos;
    }

    /// When it ended.
    ///
    /// @param now taken where it has not
    public long endNanos(long now) {
        return over ? endNanos : now;
    }

    /// Status of the answer, 0 where none came.
    public int status() {
        return status;
    }

    /// Why it ended badly, null where it did not, or its status says so.
    public @Nullable FailureKind failure() {
        return failure;
    }
}
