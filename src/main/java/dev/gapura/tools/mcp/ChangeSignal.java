package dev.gapura.tools.mcp;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where whoever keeps a connection waits for something to do. Notices that come while nobody waits are one. Any
/// thread.
final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private boolean changed;
    private boolean over;

    /// The list of tools may have changed, or should be looked at.
    void change() {
        lock.lock();
        try {
            changed = true;
            something.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more will be heard.
    void end() {
        lock.lock();
        try {
            over = true;
            something.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Notices are heard again.
    void begin() {
        lock.lock();
        try {
            over = false;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is something, or that long.
    McpClient.Heard await(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (!changed && !over && left > 0) {
                left = something.awaitNanos(left);
            }
            if (changed) {
                changed = false;
                return McpClient.Heard.CHANGE;
            }
            return over ? McpClient.Heard.END : McpClient.Heard.NOTHING;
        } finally {
            lock.unlock();
        }
    }
}
