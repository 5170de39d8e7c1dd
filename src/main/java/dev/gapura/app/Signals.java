package dev.gapura.app;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/// Waits for the operator to end the process. SIGTERM or Ctrl-C asks for a drain, a second one ends at once.
final class Signals {
    /// What a shell reports for a process that Ctrl-C ended.
    private static final int INTERRUPTED = 130;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /// Begins to listen. Where signals cannot be taken over (`-Xrs`), the end of the process waits for [#stopped].
    Signals() {
        try {
            for (String name : List.of("TERM", "INT")) {
                Signal.handle(new Signal(name), signal -> request());
            }
        } catch (IllegalArgumentException notOurs) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::requestAndWait, "drain"));
        }
    }

    /// SIGHUP has nothing to read again; without this it would end the process.
    void ignoreHangUp() {
        try {
            Signal.handle(new Signal("HUP"), signal -> {});
        } catch (IllegalArgumentException notHere) {
            // No such signal on this system, so it cannot end the process either.
        }
    }

    private void request() {
        if (stop.getCount() == 0) {
            Runtime.getRuntime().halt(INTERRUPTED);
        }
        stop.countDown();
    }

    private void requestAndWait() {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns when the process should drain.
    void await() throws InterruptedException {
        stop.await();
    }

    /// The drain is over.
    void stopped() {
        stopped.countDown();
    }
}
