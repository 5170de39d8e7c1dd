package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.telemetry.Capture;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A live view of one stream: what was said until now, then what is said, then how it ended. The exchange only copies
/// its bytes to here; they are read on a virtual thread of this view. A client that does not keep up loses what does
/// not fit, is told how much, and holds up nobody. For one answer.
final class StreamTail implements Capture.Watcher {
    /// Bytes of the stream that wait for a slow client.
    static final int MOST_WAITING = 128 * 1024;

    private final Outlet outlet;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /// Used by one [#write] at a time.
    private final StreamText text = new StreamText();

    private byte[] waiting = {};
    private int length;
    private long lost;
    private boolean over;
    private @Nullable FailureKind failure;
    private boolean comment;
    private boolean writing = true;

    /// @param outlet where it goes
    StreamTail(Outlet outlet) {
        this.outlet = outlet;
    }

    /// @param allowed asks whether the client still may watch; fails where it is refused or not known
    CompletableFuture<Void> run(
            RunningRoutes.Running running, String id, Supplier<CompletableFuture<Boolean>> allowed) {
        running.watch(id, this).whenComplete((watched, failed) -> {
            if (failed != null) {
                done.completeExceptionally(failed);
            } else if (!watched) {
                done.completeExceptionally(RunningRoutes.notFound());
            } else {
                outlet.gone().thenRun(() -> done.complete(null));
                done.whenComplete((nothing, broken) -> running.unwatch(id, this));
                Beat.start(allowed, done, this::comment);
                send(": watching\n\n", false);
            }
        });
        return done;
    }

    @Override
    public synchronized void passed(byte[] bytes, int from, int to) {
        int count = to - from;
        if (lost > 0 || length + count > MOST_WAITING) {
            lost += count;
            return;
        }
        if (length + count > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.min(MOST_WAITING, Math.max(length + count, 2 * waiting.length)));
        }
        System.arraycopy(bytes, from, waiting, length, count);
        length += count;
        next();
    }

    @Override
    public synchronized void missed(long bytes) {
        lost += bytes;
        next();
    }

    @Override
    public synchronized void over(@Nullable FailureKind why) {
        over = true;
        failure = why;
        next();
    }

    private synchronized void comment() {
        comment = true;
        next();
    }

    private synchronized void next() {
        if (!writing && !done.isDone() && (length > 0 || lost > 0 || over || comment)) {
            writing = true;
            Thread.ofVirtual().name("watch").start(this::write);
        }
    }

    /// What was taken of the stream for one piece of the answer.
    private record Taken(
            byte[] bytes,
            int length,
            long lost,
            boolean comment,
            boolean over,
            @Nullable FailureKind failure) {}

    private synchronized Taken take() {
        Taken taken = new Taken(waiting, length, lost, comment, over, failure);
        waiting = new byte[] {};
        length = 0;
        lost = 0;
        comment = false;
        return taken;
    }

    private void write() {
        Taken taken = take();
        StringBuilder events = new StringBuilder();
        long missing = taken.lost() + text.feed(taken.bytes(), taken.length());
        ArrayNode said = text.take();
        if (!said.isEmpty()) {
            event(events, "text", (ObjectNode) JsonTree.object().set("pieces", said));
        }
        if (missing > 0) {
            text.tear();
            event(events, "lost", JsonTree.object().put("bytes", missing));
        }
        if (taken.over()) {
            FailureKind why = taken.failure();
            event(events, "end", JsonTree.object().put("failure", why == null ? null : why.label()));
        }
        if (!events.isEmpty() || taken.comment()) {
            send(events.isEmpty() ? ":\n\n" : events.toString(), taken.over());
        } else {
            written();
        }
    }

    private static void event(StringBuilder events, String name, ObjectNode data) {
        events.append("event: ")
                .append(name)
                .append("\ndata: ")
                .append(JsonTree.text(data))
                .append("\n\n");
    }

    private void send(String piece, boolean last) {
        outlet.write(piece.getBytes(StandardCharsets.UTF_8)).whenComplete((taken, failed) -> {
            if (failed != null) {
                done.completeExceptionally(failed);
            } else if (last) {
                done.complete(null);
            } else {
                written();
            }
        });
    }

    private synchronized void written() {
        writing = false;
        next();
    }
}
