package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.ledger.Entry;
import dev.gapura.ledger.Filter;
import dev.gapura.ledger.Ledger;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/// A live view of the history: each request that this gateway has written down is one event. A client that does not
/// keep up loses events, is told how many, and holds up nobody. It ends a moment after whoever watches may no longer
/// see what it shows. For one answer.
final class Tail {
    /// Events that wait for a slow client.
    private static final int MOST_WAITING = 1_000;

    private final Ledger ledger;
    private final Filter filter;
    private final Function<Entry, ObjectNode> form;
    private final Supplier<CompletableFuture<Boolean>> allowed;
    private final Outlet outlet;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long lost;
    private boolean writing = true;

    /// @param form what is told of a request
    /// @param allowed asks whether the client still may see the same; fails where it is refused or not
    ///     known
    Tail(
            Ledger ledger,
            Filter filter,
            Function<Entry, ObjectNode> form,
            Supplier<CompletableFuture<Boolean>> allowed,
            Outlet outlet) {
        this.ledger = ledger;
        this.filter = filter;
        this.form = form;
        this.allowed = allowed;
        this.outlet = outlet;
    }

    CompletableFuture<Void> run() {
        AutoCloseable listening = ledger.tail(this::written);
        outlet.gone().thenRun(() -> done.complete(null));
        done.whenComplete((nothing, failed) -> close(listening));
        send(": listening\n\n");
        Beat.start(allowed, done, this::comment);
        return done;
    }

    private static void close(AutoCloseable listening) {
        try {
            listening.close();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// On the thread that writes the history.
    private synchronized void written(List<Entry> entries) {
        for (Entry entry : entries) {
            if (!filter.holds(entry)) {
                continue;
            }
            if (waiting.size() == MOST_WAITING) {
                waiting.removeFirst();
                lost++;
            }
            waiting.add(entry);
        }
        next();
    }

    private synchronized void next() {
        if (writing || waiting.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (lost > 0) {
            text.append("event: lost\ndata: {\"requests\":").append(lost).append("}\n\n");
            lost = 0;
        }
        while (!waiting.isEmpty()) {
            text.append("event: request\ndata: ")
                    .append(JsonTree.text(form.apply(waiting.removeFirst())))
                    .append("\n\n");
        }
        writing = true;
        send(text.toString());
    }

    private void send(String text) {
        outlet.write(text.getBytes(StandardCharsets.UTF_8)).whenComplete((taken, failed) -> {
            if (failed != null) {
                done.completeExceptionally(failed);
                return;
            }
            synchronized (this) {
                writing = false;
            }
            next();
        });
    }

    /// A comment now and then shows proxies that the stream lives.
    private void comment() {
        boolean idle;
        synchronized (this) {
            idle = !writing;
            writing = true;
        }
        if (idle) {
            send(":\n\n");
        }
    }
}
